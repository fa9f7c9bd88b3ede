//! From text to token ids.

use tokenizers::{ModelWrapper, Tokenizer as Inner, TruncationParams};

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
    fn a_head_ends_before_white_space() {
        assert_eq!(head("ab cd ef", 7), "ab cd");
        assert_eq!(head("ab cd", 99), "ab cd");
        assert_eq!(head("abcdef", 3), "abc");
        assert_eq!(head("東京 東京", 8), "東京");
    }
}
