//! The shape of a BERT encoder, and reading it from a `config.json` of Hugging Face.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::ModelError;
use super::checkpoint::TYPES;
use super::checkpoint::reader::MOST_HEADER;

/// Largest extents taken, so that no file can ask for more memory than a real encoder needs.
const MOST_LAYERS: usize = 48;
const MOST_WIDTH: usize = 8_192;
const MOST_ROWS: usize = 1_000_000;
/// Most bytes of weights, whatever the extents.
const MOST_WEIGHTS: u64 = 4 << 30;
/// Tokens of a text: attention takes time with the square of them.
const MOST_TOKENS: usize = 512;

/// Extents of a BERT encoder (Devlin et al. 2019, section 3).
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Architecture {
    /// Number of layers.
    pub layers: usize,
    /// Width of a token's vector.
    pub hidden: usize,
    /// Attention heads; divides `hidden`.
    pub heads: usize,
    /// Width of the feed-forward layer.
    pub intermediate: usize,
    /// Rows of the word embeddings.
    pub vocabulary: usize,
    /// Rows of the position embeddings.
    pub positions: usize,
    /// Most tokens of a text, marks included; the rest is cut.
    pub longest: usize,
    /// Added to the variance in layer normalisation.
    pub epsilon: f64,
}

/// The keys of a `config.json` that matter here.
#[derive(Deserialize)]
struct HuggingFace {
    num_hidden_layers: usize,
    hidden_size: usize,
    num_attention_heads: usize,
    intermediate_size: usize,
    vocab_size: usize,
    max_position_embeddings: usize,
    #[serde(default = "bert_epsilon")]
    layer_norm_eps: f64,
}

// The default of the `transformers` library's BertConfig.
fn bert_epsilon() -> f64 {
    1e-12
}

/// Keys that change what is computed, and the values that are computed here; they are BertConfig's
/// defaults, which hold where a key is missing.
fn fixed() -> [(&'static str, Value); 7] {
    [
        ("hidden_act", "gelu".into()),
        ("position_embedding_type", "absolute".into()),
        ("type_vocab_size", TYPES.into()),
        ("is_decoder", false.into()),
        ("is_encoder_decoder", false.into()),
        ("add_cross_attention", false.into()),
        ("pruned_heads", serde_json::json!({})),
    ]
}

/// Keys that stand only in the configuration of another model: code of its own, and weights in
/// another kind of number.
const FOREIGN: [&str; 2] = ["auto_map", "quantization_config"];

impl Architecture {
    /// Reads a `config.json`; `file` names it in errors. Texts may have `longest` tokens, or as
    /// many as there are positions where that is fewer.
    ///
    /// # Errors
    /// Where it is no JSON, describes another kind of model, or has impossible extents.
    pub fn from_hugging_face(json: &[u8], file: &str, longest: usize) -> Result<Self, ModelError> {
        let value: serde_json::Value =
            serde_json::from_slice(json).map_err(|e| ModelError::Invalid {
                file: file.to_owned(),
                reason: format!("no JSON: {e}"),
            })?;
        let kind = value.get("model_type").and_then(|t| t.as_str());
        let refuse = |key: &str, found: &str, wanted: &str| {
            Err(ModelError::Unsupported {
                file: file.to_owned(),
                reason: format!("`{key}` is `{found}`, only `{wanted}` can be run"),
            })
        };
        // Said before any key is missed: another kind of model names its extents otherwise.
        if kind != Some("bert") {
            return refuse("model_type", kind.unwrap_or("missing"), "bert");
        }
        // A key that is null is as one that is missing.
        let given = |key: &str| value.get(key).filter(|v| !v.is_null());
        for (key, wanted) in fixed() {
            if let Some(found) = given(key).filter(|found| **found != wanted) {
                return refuse(key, &bare(found), &bare(&wanted));
            }
        }
        if let Some(key) = FOREIGN.into_iter().find(|key| given(key).is_some()) {
            return Err(ModelError::Unsupported {
                file: file.to_owned(),
                reason: format!("has `{key}`, which is not followed here"),
            });
        }
        let read: HuggingFace = serde_json::from_value(value).map_err(|e| ModelError::Invalid {
            file: file.to_owned(),
            reason: e.to_string(),
        })?;
        let architecture = Self {
            layers: read.num_hidden_layers,
            hidden: read.hidden_size,
            heads: read.num_attention_heads,
            intermediate: read.intermediate_size,
            vocabulary: read.vocab_size,
            positions: read.max_position_embeddings,
            longest: longest.min(read.max_position_embeddings).min(MOST_TOKENS),
            epsilon: read.layer_norm_eps,
        };
        architecture.check(file)?;
        Ok(architecture)
    }

    /// Refuses extents that no encoder has.
    ///
    /// # Errors
    /// Names the first of them; `file` is where they come from.
    pub fn check(&self, file: &str) -> Result<(), ModelError> {
        let within = [
            ("layers", self.layers, MOST_LAYERS),
            ("hidden", self.hidden, MOST_WIDTH),
            ("heads", self.heads, MOST_WIDTH),
            ("intermediate", self.intermediate, MOST_WIDTH),
            ("vocabulary", self.vocabulary, MOST_ROWS),
            ("positions", self.positions, MOST_ROWS),
            ("longest", self.longest, self.positions.min(MOST_TOKENS)),
        ];
        let unsupported = |reason| ModelError::Unsupported {
            file: file.to_owned(),
            reason,
        };
        for (name, value, most) in within {
            if value == 0 || value > most {
                return Err(unsupported(format!(
                    "{name} is {value}, it can be 1 to {most}"
                )));
            }
        }
        if self.longest < 2 {
            let reason = "a text has two marks, so `longest` is at least 2".to_owned();
            return Err(unsupported(reason));
        }
        if !self.hidden.is_multiple_of(self.heads) {
            let (hidden, heads) = (self.hidden, self.heads);
            return Err(unsupported(format!(
                "{heads} heads do not divide a width of {hidden}"
            )));
        }
        if !(self.epsilon > 0.0 && self.epsilon < 1.0) {
            return Err(unsupported(format!("epsilon is {}", self.epsilon)));
        }
        Ok(())
    }

    /// Most bytes of a file with these weights: 32-bit floats, and beside them what exporters leave
    /// of the training, the pooler and the heads of pre-training.
    #[must_use]
    pub fn most_bytes(&self) -> u64 {
        let [h, vocabulary] = [self.hidden, self.vocabulary].map(|n| n as u64);
        let pooler = h * (h + 1);
        // A layer with its norm, the words again with a bias in two places, and two outputs.
        let heads = h * (h + 3) + vocabulary * (h + 2) + 2 * (h + 1);
        let floats = self.parameters() as u64 + pooler + heads;
        // Positions are numbered in 64 bits.
        let bytes = 4 * floats + 8 * self.positions as u64 + MOST_HEADER;
        bytes.min(MOST_WEIGHTS)
    }

    /// Number of weights.
    #[must_use]
    pub fn parameters(&self) -> usize {
        let (h, i) = (self.hidden, self.intermediate);
        let layer = 4 * h * (h + 1) + i * (h + 1) + h * (i + 1) + 4 * h;
        (self.vocabulary + self.positions + 2) * h + 2 * h + self.layers * layer
    }
}

/// A value of JSON as it is shown: text without its quotes.
fn bare(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINI: &str = r#"{"model_type":"bert","num_hidden_layers":6,"hidden_size":384,
        "num_attention_heads":12,"intermediate_size":1536,"vocab_size":30522,
        "max_position_embeddings":512,"extra":[1]}"#;

    fn read(json: &str) -> Result<Architecture, ModelError> {
        Architecture::from_hugging_face(json.as_bytes(), "config.json", 256)
    }

    #[test]
    fn the_extents_of_minilm() {
        let mini = read(MINI).unwrap();
        assert_eq!((mini.layers, mini.heads, mini.longest), (6, 12, 256));
        assert_eq!(mini.parameters(), 22_565_376);
    }

    #[test]
    fn what_changes_nothing_is_let_through() {
        for extra in [
            r#""is_decoder":false"#,
            r#""pruned_heads":{}"#,
            r#""auto_map":null"#,
            r#""use_cache":true,"hidden_dropout_prob":0.1,"type_vocab_size":2"#,
        ] {
            read(&MINI.replace(r#""extra":[1]"#, extra)).unwrap();
        }
    }

    #[test]
    fn a_file_has_room_for_its_weights_and_no_more() {
        let mini = read(MINI).unwrap();
        let floats = 4 * mini.parameters() as u64;
        assert!((floats..2 * floats).contains(&mini.most_bytes()));
        let most = Architecture {
            layers: MOST_LAYERS,
            hidden: MOST_WIDTH,
            intermediate: MOST_WIDTH,
            vocabulary: MOST_ROWS,
            positions: MOST_ROWS,
            ..mini
        };
        assert_eq!(most.most_bytes(), MOST_WEIGHTS);
    }

    #[test]
    fn what_cannot_be_run_is_refused_with_the_reason() {
        for (from, to, wants) in [
            (r#""bert""#, r#""roberta""#, "`model_type` is `roberta`"),
            (r#""model_type":"bert","#, "", "`model_type` is `missing`"),
            (":12,", ":13,", "13 heads do not divide"),
            (":6,", ":0,", "layers is 0"),
            (":6,", ":4000000000,", "layers is 4000000000"),
            (":30522,", ":-1,", "invalid value"),
            (
                r#""extra":[1]"#,
                r#""hidden_act":"relu""#,
                "`hidden_act` is `relu`",
            ),
            (
                r#""extra":[1]"#,
                r#""position_embedding_type":"relative_key""#,
                "`position_embedding_type`",
            ),
            (r#""extra":[1]"#, r#""layer_norm_eps":0.0"#, "epsilon is 0"),
            (
                r#""extra":[1]"#,
                r#""is_decoder":true"#,
                "`is_decoder` is `true`, only `false` can be run",
            ),
            (
                r#""extra":[1]"#,
                r#""add_cross_attention":true"#,
                "`add_cross_attention` is `true`",
            ),
            (
                r#""extra":[1]"#,
                r#""is_encoder_decoder":true"#,
                "`is_encoder_decoder` is `true`",
            ),
            (
                r#""extra":[1]"#,
                r#""type_vocab_size":3"#,
                "`type_vocab_size` is `3`, only `2`",
            ),
            (
                r#""extra":[1]"#,
                r#""pruned_heads":{"1":[0]}"#,
                "`pruned_heads` is `{\"1\":[0]}`",
            ),
            (
                r#""extra":[1]"#,
                r#""auto_map":{"AutoModel":"x.Y"}"#,
                "has `auto_map`",
            ),
            ("}", "", "no JSON"),
            (r#""hidden_size":384,"#, "", "missing field `hidden_size`"),
        ] {
            let error = read(&MINI.replace(from, to)).unwrap_err().to_string();
            assert!(error.starts_with("config.json: "), "{error}");
            assert!(error.contains(wants), "{error}");
        }
    }
}
