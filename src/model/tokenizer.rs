//! From text to token ids.

use serde::Deserialize;
use serde_json::Value;
use tokenizers::{Model, ModelWrapper, Tokenizer as Inner, TruncationParams};

use super::{Architecture, ModelError};

/// Bytes of a text that are read first: most texts are shorter, and a longer one mostly has more
/// tokens in these than the encoder takes.
const FIRST_BYTES: usize = 16 << 10;
/// Most bytes that are read: a text with fewer tokens in them is no prose, and costs hundreds of
/// times its size.
const MOST_BYTES: usize = 1 << 20;

/// The tokenizer of an encoder.
pub struct Tokenizer {
    inner: Inner,
    longest: usize,
    vocabulary: usize,
    /// Named in errors.
    file: String,
}

impl Tokenizer {
    /// Reads a `tokenizer.json` for an encoder of `architecture`; `file` names it in errors.
    ///
    /// # Errors
    /// Where it is none, or knows tokens for which the encoder has no embedding.
    pub fn read(json: &[u8], architecture: &Architecture, file: &str) -> Result<Self, ModelError> {
        let invalid = |reason: String| ModelError::Invalid {
            file: file.to_owned(),
            reason,
        };
        check_outline(json, file)?;
        let mut inner =
            Inner::from_bytes(json).map_err(|e| invalid(format!("no tokenizer: {e}")))?;
        if !matches!(inner.get_model(), ModelWrapper::WordPiece(_)) {
            return Err(ModelError::Unsupported {
                file: file.to_owned(),
                reason: "is no WordPiece tokenizer".to_owned(),
            });
        }
        let highest = inner.get_vocab(true).into_values().max();
        if highest.is_none_or(|id| id as usize >= architecture.vocabulary) {
            return Err(invalid(format!(
                "knows token {}, the encoder has {} embeddings",
                highest.map_or_else(|| "none".to_owned(), |id| id.to_string()),
                architecture.vocabulary
            )));
        }
        let truncation = TruncationParams {
            max_length: architecture.longest,
            ..TruncationParams::default()
        };
        inner.with_padding(None);
        inner
            .with_truncation(Some(truncation))
            .map_err(|e| invalid(e.to_string()))?;
        let tokenizer = Self {
            inner,
            longest: architecture.longest,
            vocabulary: architecture.vocabulary,
            file: file.to_owned(),
        };
        // What the marks at the start and the end are is only seen so.
        tokenizer.encode("")?;
        Ok(tokenizer)
    }

    /// Ids of `text`'s tokens with the marks at its start and end; at most as many as the encoder
    /// takes.
    ///
    /// # Errors
    /// Where the tokenizer refuses the text, or gives no tokens, too many, or unknown ones; that
    /// of BERT never does.
    pub fn encode(&self, text: &str) -> Result<Vec<u32>, ModelError> {
        let mut bytes = FIRST_BYTES;
        loop {
            let head = head(text, bytes);
            let encoding = self
                .inner
                .encode_fast(head, true)
                .map_err(|e| self.invalid(e.to_string()))?;
            // Tokens never cross white space, so those of the head are the first of the text.
            let is_enough = encoding.len() >= self.longest || head.len() == text.len();
            if is_enough || bytes >= MOST_BYTES {
                return self.checked(encoding.get_ids());
            }
            bytes *= 4;
        }
    }

    /// Whether it has a token for what is in no vocabulary; without one, some texts have no tokens
    /// at all.
    ///
    /// # Errors
    /// Where it has none.
    pub fn check_unknown(&self) -> Result<(), ModelError> {
        if let ModelWrapper::WordPiece(model) = self.inner.get_model()
            && model.token_to_id(&model.unk_token).is_none()
        {
            let token = &model.unk_token;
            return Err(self.invalid(format!("its unknown token `{token}` is not in `vocab`")));
        }
        // What stands before the vocabulary may lose it, too.
        self.encode(&format!("🙂 𠮷 {}", "q".repeat(1_000)))
            .map(drop)
    }

    /// `ids`, where the encoder can take them.
    fn checked(&self, ids: &[u32]) -> Result<Vec<u32>, ModelError> {
        if ids.is_empty() || ids.len() > self.longest {
            let (n, most) = (ids.len(), self.longest);
            return Err(self.invalid(format!("gives {n} tokens, the encoder takes 1 to {most}")));
        }
        match ids.iter().find(|id| **id as usize >= self.vocabulary) {
            Some(id) => Err(self.invalid(format!(
                "gives token {id}, the encoder has {} embeddings",
                self.vocabulary
            ))),
            None => Ok(ids.to_vec()),
        }
    }

    fn invalid(&self, reason: String) -> ModelError {
        ModelError::Invalid {
            file: self.file.clone(),
            reason,
        }
    }
}

/// The parts of a `tokenizer.json` that the library panics on where there is something wrong with
/// them.
#[derive(Deserialize)]
struct Outline {
    #[serde(default)]
    normalizer: Value,
    /// Read for its syntax alone: nothing is decoded here.
    #[serde(default, rename = "decoder")]
    _decoder: Value,
}

/// Refuses what would panic later.
fn check_outline(json: &[u8], file: &str) -> Result<(), ModelError> {
    let outline: Outline = serde_json::from_slice(json).map_err(|e| ModelError::Invalid {
        file: file.to_owned(),
        reason: format!("no tokenizer: {e}"),
    })?;
    if is_precompiled(&outline.normalizer) {
        return Err(ModelError::Unsupported {
            file: file.to_owned(),
            reason: "has the normaliser `Precompiled`, which no BERT has".to_owned(),
        });
    }
    Ok(())
}

/// Whether one of the normalisers is SentencePiece's table, which is taken or panics.
fn is_precompiled(value: &Value) -> bool {
    match value {
        Value::Object(map) => {
            map.get("type").is_some_and(|t| t == "Precompiled") || map.values().any(is_precompiled)
        }
        Value::Array(list) => list.iter().any(is_precompiled),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}

/// The first `bytes` of `text` or fewer, up to white space where there is some.
fn head(text: &str, bytes: usize) -> &str {
    if text.len() <= bytes {
        return text;
    }
    let cut = &text[..text.floor_char_boundary(bytes)];
    match cut.rfind(char::is_whitespace) {
        Some(at) if at > 0 => &cut[..at],
        _ => cut,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_library_panics_on_is_refused() {
        let refused = |json: &str| {
            let error = check_outline(json.as_bytes(), "f").unwrap_err();
            error.to_string()
        };
        for json in [
            r#"{"decoder": {"type" "WordPiece"}}"#,
            r#"{"decoder": {"type": "WordPiece", "x": 1e999}}"#,
            &format!(r#"{{"decoder": {}"#, "[".repeat(500)),
        ] {
            assert!(refused(json).starts_with("f: no tokenizer: "), "{json}");
        }
        let table = r#"{"type": "Precompiled", "precompiled_charsmap": 1}"#;
        for json in [
            format!(r#"{{"normalizer": {table}}}"#),
            format!(r#"{{"normalizer": {{"type": "Sequence", "normalizers": [{table}]}}}}"#),
        ] {
            assert!(refused(&json).contains("`Precompiled`"), "{json}");
        }
        check_outline(br#"{"normalizer": null, "other": [1]}"#, "f").unwrap();
    }

    #[test]
    fn a_head_ends_before_white_space() {
        assert_eq!(head("ab cd ef", 7), "ab cd");
        assert_eq!(head("ab cd", 99), "ab cd");
        assert_eq!(head("abcdef", 3), "abc");
        assert_eq!(head("東京 東京", 8), "東京");
    }
}
