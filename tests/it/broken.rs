//! Whatever is done to the files of a model, it is run or refused.
//!
//! `.ci/models.py` does the same to the real program under a limit of memory.

use std::fs;
use std::path::Path;

use postwright::model::manifest::sha256;
use postwright::model::{Library, ModelError, derive, import};
use proptest::prelude::*;
use proptest::sample::Index;

use crate::tiny;

/// A way to break bytes.
#[derive(Debug, Clone)]
enum Break {
    /// One becomes another.
    Set(Index, u8),
    /// All from there on are lost.
    Cut(Index),
    /// Some are copied elsewhere.
    Splice(Index, Index, usize),
    /// A run of digits becomes this number.
    Number(Index, &'static str),
}

const NUMBERS: [&str; 8] = [
    "0",
    "1",
    "-1",
    "33",
    "4294967296",
    "9223372036854775807",
    "18446744073709551615",
    "1e300",
];

fn a_break() -> impl Strategy<Value = Break> {
    let at = any::<Index>;
    prop_oneof![
        (at(), any::<u8>()).prop_map(|(i, b)| Break::Set(i, b)),
        at().prop_map(Break::Cut),
        (at(), at(), 1..200usize).prop_map(|(a, b, n)| Break::Splice(a, b, n)),
        (at(), prop::sample::select(NUMBERS.as_slice())).prop_map(|(i, n)| Break::Number(i, n)),
    ]
}

impl Break {
    /// Breaks `bytes`, of which the first `head` are text where they are weights.
    fn apply(&self, bytes: &mut Vec<u8>, head: usize) {
        if bytes.is_empty() {
            return;
        }
        match self {
            Self::Set(at, value) => {
                let at = at.index(bytes.len());
                bytes[at] = *value;
            }
            Self::Cut(at) => bytes.truncate(at.index(bytes.len())),
            Self::Splice(from, to, length) => {
                let from = from.index(bytes.len());
                let some = bytes[from..(from + length).min(bytes.len())].to_vec();
                let to = to.index(bytes.len());
                bytes.splice(to..to, some);
            }
            Self::Number(at, number) => {
                let head = head.clamp(1, bytes.len());
                let digit = |b: &u8| b.is_ascii_digit();
                let Some(first) = bytes[at.index(head)..head].iter().position(digit) else {
                    return;
                };
                let first = first + at.index(head);
                let length = bytes[first..].iter().take_while(|b| digit(b)).count();
                bytes.splice(first..first + length, number.bytes());
            }
        }
    }
}

/// Breaks the file `name` in `folder`.
fn break_file(folder: &Path, name: &str, breaks: &[Break]) {
    let path = folder.join(name);
    let mut bytes = fs::read(&path).unwrap();
    let is_weights = name == "model.safetensors";
    for one in breaks {
        let header = bytes.first_chunk().map_or(0, |n| u64::from_le_bytes(*n));
        let head = if is_weights {
            usize::try_from(header).unwrap_or(0).saturating_add(8)
        } else {
            bytes.len()
        };
        one.apply(&mut bytes, head);
    }
    fs::write(path, bytes).unwrap();
}

/// Loads the model, runs it on a text, and checks what is said where it is refused.
fn run(model: Result<postwright::model::Model, ModelError>) -> Result<(), TestCaseError> {
    if let Err(error) = model.and_then(|model| derive::check(&model)) {
        let told = error.to_string();
        prop_assert!(told.contains(": "), "{}", told);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn broken_files_to_import_are_taken_or_refused(
        name in prop::sample::select(
            ["config.json", "tokenizer.json", "model.safetensors"].as_slice()
        ),
        breaks in prop::collection::vec(a_break(), 1..4),
    ) {
        let folder = tempfile::tempdir().unwrap();
        tiny::write(folder.path(), 1);
        break_file(folder.path(), name, &breaks);
        run(import::read_hugging_face(folder.path(), "tiny"))?;
    }

    /// With the sums made to fit, so that what is behind them is reached.
    #[test]
    fn broken_files_of_a_model_are_read_or_refused(
        name in prop::sample::select(
            ["manifest.toml", "tokenizer.json", "model.safetensors"].as_slice()
        ),
        breaks in prop::collection::vec(a_break(), 1..4),
        summed in any::<bool>(),
    ) {
        let home = tempfile::tempdir().unwrap();
        let source = home.path().join("source");
        tiny::write(&source, 1);
        let library = Library::new(Some(home.path().join("models")));
        let mut model = import::read_hugging_face(&source, "tiny").unwrap();
        let folder = library.add(&model).unwrap();
        break_file(&folder, name, &breaks);
        if summed && name != "manifest.toml" {
            let sum = sha256(&fs::read(folder.join(name)).unwrap());
            model.manifest.sha256.insert(name.to_owned(), sum);
            fs::write(folder.join("manifest.toml"), model.manifest.to_toml().unwrap()).unwrap();
        }
        run(library.open("tiny"))?;
    }
}
