//! One pass over a text that counts what textstat 0.7.13 counts.
//!
//! textstat deletes `'` unless one of its contraction endings follows, then all
//! else that is neither a word character nor white space, and splits. A token is
//! therefore a word when it holds a word character.

use super::chars::{is_space, is_word};
use super::counts::Counts;
use super::lexicon::is_easy;

/// What may follow an apostrophe that stays; case-sensitive, no word boundary.
const CONTRACTION_ENDINGS: [&str; 6] = ["t", "s", "d", "ve", "ll", "re"];

/// Sentences of at most this many words are not counted.
const FRAGMENT_WORDS: u64 = 2;

/// Counts a text; `syllables` gets lower-case words.
pub(super) fn scan(text: &str, syllables: impl Fn(&str) -> u64) -> Counts {
    let mut scan = Scan {
        syllables,
        counts: Counts::default(),
        sentences: Sentences::default(),
        word: String::new(),
        letters: 0,
        in_token: false,
    };
    for (at, c) in text.char_indices() {
        scan.see(c, &text[at..]);
    }
    scan.finish()
}

struct Scan<F> {
    syllables: F,
    counts: Counts,
    sentences: Sentences,
    /// What is left of the token at hand once punctuation is deleted.
    word: String,
    /// Word characters in it, which is its length without apostrophes.
    letters: u64,
    in_token: bool,
}

impl<F: Fn(&str) -> u64> Scan<F> {
    /// `rest` begins with `c`.
    fn see(&mut self, c: char, rest: &str) {
        self.counts.chars_with_spaces += 1;
        if is_space(c) {
            self.end_token();
            self.sentences.space();
            return;
        }
        self.counts.chars += 1;
        self.in_token = true;
        if is_word(c) {
            self.word.push(c);
            self.letters += 1;
            self.sentences.letter();
        } else {
            if c == '\''
                && CONTRACTION_ENDINGS
                    .iter()
                    .any(|end| rest[1..].starts_with(end))
            {
                self.word.push(c);
            }
            self.sentences.mark(c);
        }
    }

    fn end_token(&mut self) {
        self.counts.tokens += u64::from(self.in_token);
        self.in_token = false;
        if self.letters > 0 {
            self.end_word();
        }
        self.word.clear();
        self.letters = 0;
    }

    fn end_word(&mut self) {
        let ascii = self.word.is_ascii();
        if ascii {
            self.word.make_ascii_lowercase();
        } else {
            self.word = self.word.to_lowercase();
        }
        let syllables = (self.syllables)(&self.word);
        let counts = &mut self.counts;
        counts.letters += self.letters;
        counts.words += 1;
        counts.syllables += syllables;
        counts.mono += u64::from(syllables == 1);
        counts.poly += u64::from(syllables >= 3);
        counts.long7 += u64::from(self.letters >= 7);
        counts.mini3 += u64::from(self.letters <= 3);
        if !is_easy(&self.word) {
            let syllables = if ascii {
                syllables
            } else {
                self.recounted(syllables)
            };
            let counts = &mut self.counts;
            counts.difficult0 += 1;
            counts.difficult2 += u64::from(syllables >= 2);
            counts.difficult3 += u64::from(syllables >= 3);
        }
        if !self.counts.linsear.is_full() {
            self.counts.linsear.push(syllables);
            // Overwritten word by word: what counts is the text up to the last one.
            self.counts.linsear.sentences = self.sentences.count();
        }
    }

    /// textstat lower-cases before it deletes punctuation when it looks for
    /// difficult words, and after when it counts. `İ` becomes `i` and a combining
    /// dot, which only the first order deletes.
    fn recounted(&self, syllables: u64) -> u64 {
        if self.word.chars().all(|c| is_word(c) || c == '\'') {
            return syllables;
        }
        let bare: String = self
            .word
            .chars()
            .filter(|&c| is_word(c) || c == '\'')
            .collect();
        (self.syllables)(&bare)
    }

    fn finish(mut self) -> Counts {
        self.end_token();
        let mut counts = self.counts;
        if counts.chars_with_spaces > 0 {
            counts.sentences = self.sentences.count();
        }
        let prefix = match (counts.tokens, counts.words) {
            (0, _) => 0,
            (_, 0) => counts.sentences,
            _ => counts.linsear.sentences,
        };
        counts.linsear.spread(counts.sentences, counts.words);
        counts.linsear.sentences = prefix;
        counts
    }
}

/// Sentences as textstat's `\b[^.!?]+[.!?]*` finds them: each begins with a word
/// character and runs to the end of the next run of stops. White space ends a
/// word in it, a line break ends nothing else.
#[derive(Default)]
struct Sentences {
    finished: u64,
    open: bool,
    stopped: bool,
    words: u64,
    in_word: bool,
}

impl Sentences {
    fn letter(&mut self) {
        self.close_if_stopped();
        if !self.in_word {
            self.words += 1;
        }
        self.open = true;
        self.in_word = true;
    }

    fn space(&mut self) {
        self.close_if_stopped();
        self.in_word = false;
    }

    fn mark(&mut self, c: char) {
        if matches!(c, '.' | '!' | '?') {
            self.stopped = self.open;
        } else {
            self.close_if_stopped();
        }
    }

    fn close_if_stopped(&mut self) {
        if self.stopped {
            *self = Self {
                finished: self.count_found(),
                ..Self::default()
            };
        }
    }

    fn count_found(&self) -> u64 {
        self.finished + u64::from(self.words > FRAGMENT_WORDS)
    }

    /// Sentences if the text ended here; a text has at least one.
    fn count(&self) -> u64 {
        self.count_found().max(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(text: &str) -> Counts {
        scan(text, |word| word.chars().count() as u64)
    }

    #[test]
    fn sentences_split_at_stops_and_not_at_lines() {
        for (text, sentences) in [
            ("", 0),
            (" \n", 1),
            ("Hi.", 1),
            ("One two three. Four five six!", 2),
            ("One two three. Four five.", 1),
            ("One two three\n\nfour five six", 1),
            ("One two v2.5 is out.", 2),
            ("Wait... what is this?! Nobody at home knows.", 2),
            ("...one two three...", 1),
        ] {
            assert_eq!(counts(text).sentences, sentences, "{text:?}");
        }
    }

    #[test]
    fn apostrophes_stay_before_contraction_endings_only() {
        for (text, syllables) in [
            ("don't", 5),
            ("DON'T", 4),
            ("I'm", 2),
            ("we've", 5),
            ("don’t", 4),
            ("well-known", 9),
            ("''tis", 4),
            ("'-t", 1),
        ] {
            assert_eq!(counts(text).syllables, syllables, "{text:?}");
        }
        assert_eq!(counts("'sixpence").letters, 8);
    }

    #[test]
    fn tokens_without_letters_are_no_words() {
        let counts = counts("🚀 — go _ 42 …");
        assert_eq!((counts.tokens, counts.words, counts.letters), (6, 3, 5));
    }

    #[test]
    fn linsear_stops_at_the_hundredth_word() {
        let counts = counts(&"🚀 one two three. ".repeat(50));
        assert_eq!((counts.linsear.words, counts.linsear.sentences), (100, 33));
        assert_eq!(counts.sentences, 50);
    }
}
