//! A BERT of a few thousand weights in a folder as Hugging Face lays them out, for tests that
//! break it.

use std::path::Path;

use postwright::model::Checkpoint;
use postwright::model::checkpoint::{Layer, Linear, Matrix, Norm};
use serde_json::{Value, json};

pub const HIDDEN: usize = 32;
pub const INTERMEDIATE: usize = 64;
pub const POSITIONS: usize = 16;
const LAYERS: usize = 2;
const WORDS: [&str; 12] = [
    "[PAD]", "[UNK]", "[CLS]", "[SEP]", "a", "b", "c", "the", "post", "##s", "reads", "well",
];

/// The same numbers at every call.
struct Numbers(u64);

impl Numbers {
    fn some(&mut self, n: usize) -> Vec<f32> {
        (0..n)
            .map(|_| {
                let step = self.0.wrapping_mul(6_364_136_223_846_793_005);
                self.0 = step.wrapping_add(1_442_695_040_888_963_407);
                (self.0 >> 40) as f32 / (1 << 24) as f32 - 0.5
            })
            .collect()
    }

    fn linear(&mut self, rows: usize, columns: usize) -> Linear<'static> {
        Linear {
            weight: Matrix::F32(self.some(rows * columns)),
            bias: self.some(rows),
            smooth: None,
        }
    }

    fn norm(&mut self) -> Norm {
        Norm {
            weight: vec![1.0; HIDDEN],
            bias: self.some(HIDDEN),
        }
    }

    fn layer(&mut self) -> Layer<'static> {
        Layer {
            query: self.linear(HIDDEN, HIDDEN),
            key: self.linear(HIDDEN, HIDDEN),
            value: self.linear(HIDDEN, HIDDEN),
            output: self.linear(HIDDEN, HIDDEN),
            attention_norm: self.norm(),
            up: self.linear(INTERMEDIATE, HIDDEN),
            down: self.linear(HIDDEN, INTERMEDIATE),
            norm: self.norm(),
        }
    }
}

pub fn checkpoint(seed: u64) -> Checkpoint<'static> {
    let mut numbers = Numbers(seed);
    Checkpoint {
        words: Matrix::F32(numbers.some(WORDS.len() * HIDDEN)),
        positions: Matrix::F32(numbers.some(POSITIONS * HIDDEN)),
        types: Matrix::F32(numbers.some(2 * HIDDEN)),
        norm: numbers.norm(),
        layers: (0..LAYERS).map(|_| numbers.layer()).collect(),
    }
}

pub fn config() -> Value {
    json!({
        "model_type": "bert",
        "hidden_size": HIDDEN,
        "num_hidden_layers": LAYERS,
        "num_attention_heads": 1,
        "intermediate_size": INTERMEDIATE,
        "vocab_size": WORDS.len(),
        "max_position_embeddings": POSITIONS,
    })
}

pub fn tokenizer() -> Value {
    let vocabulary: serde_json::Map<_, _> = WORDS
        .iter()
        .enumerate()
        .map(|(i, word)| ((*word).to_owned(), json!(i)))
        .collect();
    json!({
        "version": "1.0",
        "normalizer": {"type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": true,
                       "strip_accents": null, "lowercase": true},
        "pre_tokenizer": {"type": "BertPreTokenizer"},
        "post_processor": {"type": "BertProcessing", "sep": ["[SEP]", 3], "cls": ["[CLS]", 2]},
        "decoder": null,
        "model": {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##",
                  "max_input_chars_per_word": 100, "vocab": vocabulary},
    })
}

/// Writes the model to `folder`.
pub fn write(folder: &Path, seed: u64) {
    std::fs::create_dir_all(folder).unwrap();
    let weights = checkpoint(seed).to_safetensors().unwrap();
    std::fs::write(folder.join("model.safetensors"), weights).unwrap();
    std::fs::write(folder.join("config.json"), config().to_string()).unwrap();
    std::fs::write(folder.join("tokenizer.json"), tokenizer().to_string()).unwrap();
}
