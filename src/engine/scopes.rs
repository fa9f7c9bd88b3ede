//! What stands in the keys of the cache beside the bytes: everything that a value depends on.

use crate::analysis::facts;
use crate::analysis::features;
use crate::analysis::grammar::{self, Dialect};
use crate::analysis::meaning::ModelUse;
use crate::analysis::{Mode, Settings};
use crate::cache::{Kind, Scope};
use crate::post::normalise;

/// Facts of lines under the rules of `settings`.
#[must_use]
pub fn facts(settings: &Settings) -> Scope {
    let rules = format!("{}/{:?}", facts::VERSION, settings.rules);
    Scope::new(Kind::Facts, normalise::VERSION, b"", rules.as_bytes())
}

/// Grammar of lines, by the checker for `dialect` with the writer's `words`.
#[must_use]
pub fn grammar(dialect: Dialect, words: &[String]) -> Scope {
    let checker = grammar::VERSION.to_le_bytes();
    let settings = format!("{}/{words:?}", dialect.name());
    Scope::new(
        Kind::Grammar,
        normalise::VERSION,
        &checker,
        settings.as_bytes(),
    )
}

/// Sentences as `model` encodes them, and the head for sentiment with the sum `head` reads them.
#[must_use]
pub fn sentences(model: &ModelUse, head: &str) -> Scope {
    let settings = format!(
        "{}/{}/{head}/{}",
        model.backend,
        model.precision,
        features::VERSION
    );
    Scope::new(
        Kind::Sentence,
        normalise::VERSION,
        model.sha256.as_bytes(),
        settings.as_bytes(),
    )
}

/// Posts as a whole: their keywords by the head for keyphrases with the sum `head`, with the nominal
/// phrases of the grammar that `grammar` names, where it was asked for.
#[must_use]
pub fn posts(mode: Mode, head: &str, grammar: Option<&Scope>) -> Scope {
    let grammar = grammar.map(|g| g.key(b"").to_string());
    let settings = format!(
        "{}/{}/{grammar:?}/{}",
        facts::VERSION,
        mode.name(),
        features::VERSION
    );
    Scope::new(
        Kind::Post,
        normalise::VERSION,
        head.as_bytes(),
        settings.as_bytes(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn model(backend: &'static str, precision: &'static str) -> ModelUse {
        ModelUse {
            name: "m".to_owned(),
            version: "1".to_owned(),
            sha256: "0f".to_owned(),
            backend,
            precision,
        }
    }

    #[test]
    fn whatever_a_value_depends_on_is_in_its_key() {
        let own = ["burn".to_owned()];
        let keys = [
            grammar(Dialect::Us, &[]).key(b"x"),
            grammar(Dialect::Gb, &[]).key(b"x"),
            grammar(Dialect::Us, &own).key(b"x"),
            sentences(&model("cpu", "int8"), "a").key(b"x"),
            sentences(&model("cpu", "f32"), "a").key(b"x"),
            sentences(&model("cuda", "f32"), "a").key(b"x"),
            sentences(&model("cpu", "int8"), "b").key(b"x"),
            posts(Mode::Post, "a", None).key(b"x"),
            posts(Mode::Parity, "a", None).key(b"x"),
            posts(Mode::Post, "b", None).key(b"x"),
            posts(Mode::Post, "a", Some(&grammar(Dialect::Us, &[]))).key(b"x"),
            posts(Mode::Post, "a", Some(&grammar(Dialect::Us, &own))).key(b"x"),
            facts(&Settings::default()).key(b"x"),
        ];
        for (i, key) in keys.iter().enumerate() {
            assert!(!keys[..i].contains(key), "{i}");
        }
        let mut settings = Settings::default();
        settings.rules.max_sentence_words += 1;
        assert_ne!(facts(&settings).key(b"x"), keys[12]);
    }
}
