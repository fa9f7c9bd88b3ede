//! Reading models as Hugging Face lays them out.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use super::checkpoint::Checkpoint;
use super::library::{Model, Place, is_absent, read};
use super::manifest::{FORMAT, Manifest, TOKENIZER, WEIGHTS, sha256};
use super::{Architecture, ModelError, Tokenizer};

/// Most tokens of a text where the model's folder does not say.
const LONGEST: usize = 256;

/// Reads a model from a folder as Hugging Face lays them out: `config.json`,
/// `tokenizer.json`, `model.safetensors`.
///
/// # Errors
/// Where a file is missing, broken, or of a model that cannot be run.
pub fn read_hugging_face(folder: &Path, name: &str) -> Result<Model, ModelError> {
    let path = |file: &str| folder.join(file);
    let shown = |file: &str| path(file).display().to_string();
    let config = read(&path("config.json"))?;
    let longest = longest(&path("sentence_bert_config.json"))?;
    let architecture = Architecture::from_hugging_face(&config, &shown("config.json"), longest)?;
    check_pooling(&path("1_Pooling/config.json"))?;
    let weights = read(&path(WEIGHTS))?;
    let tokenizer = read(&path(TOKENIZER))?;
    let storage = Checkpoint::read(&weights, &architecture, &shown(WEIGHTS))?.storage();
    Tokenizer::read(&tokenizer, &architecture, &shown(TOKENIZER))?;
    let sums = [(WEIGHTS, &weights), (TOKENIZER, &tokenizer)];
    let sha256 = sums.map(|(n, b)| (n.to_owned(), sha256(b))).into();
    let about = fs::read_to_string(path("README.md")).unwrap_or_default();
    Ok(Model {
        manifest: Manifest {
            format: FORMAT,
            name: name.to_owned(),
            version: "imported".to_owned(),
            licence: front_matter(&about, "license")
                .unwrap_or("not stated")
                .to_owned(),
            source: folder
                .canonicalize()
                .unwrap_or_else(|_| folder.to_owned())
                .display()
                .to_string(),
            weights: storage,
            architecture,
            sha256,
            training_data: front_matter_list(&about, "datasets"),
            metrics: BTreeMap::new(),
        },
        weights: Cow::Owned(weights),
        tokenizer: Cow::Owned(tokenizer),
        place: Place::Folder(folder.to_owned()),
    })
}

/// The JSON file at `path`, where there is one.
fn read_json<T: serde::de::DeserializeOwned>(path: &Path) -> Result<Option<T>, ModelError> {
    match fs::read(path) {
        Ok(json) => serde_json::from_slice(&json)
            .map(Some)
            .map_err(|e| ModelError::Invalid {
                file: path.display().to_string(),
                reason: e.to_string(),
            }),
        Err(e) if is_absent(&e) => Ok(None),
        Err(source) => Err(ModelError::Read {
            path: path.to_owned(),
            source,
        }),
    }
}

/// `max_seq_length` of a `sentence_bert_config.json`, where there is one.
fn longest(path: &Path) -> Result<usize, ModelError> {
    #[derive(serde::Deserialize)]
    struct SentenceConfig {
        max_seq_length: usize,
    }
    Ok(read_json::<SentenceConfig>(path)?.map_or(LONGEST, |c| c.max_seq_length))
}

/// Refuses a model whose vectors are not the mean over the tokens.
fn check_pooling(path: &Path) -> Result<(), ModelError> {
    #[derive(serde::Deserialize)]
    struct Pooling {
        pooling_mode_mean_tokens: bool,
    }
    match read_json::<Pooling>(path)? {
        Some(pooling) if !pooling.pooling_mode_mean_tokens => Err(ModelError::Unsupported {
            file: path.display().to_string(),
            reason: "`pooling_mode_mean_tokens` is false, only the mean can be run".to_owned(),
        }),
        _ => Ok(()),
    }
}

/// The lines of a model card's front matter.
fn front_matter_lines(card: &str) -> impl Iterator<Item = &str> {
    let inside = card.strip_prefix("---\n").unwrap_or_default();
    inside.lines().take_while(|l| *l != "---")
}

/// The value of `key: value` in a model card's front matter.
fn front_matter<'a>(card: &'a str, key: &str) -> Option<&'a str> {
    front_matter_lines(card)
        .find_map(|l| l.strip_prefix(key)?.strip_prefix(':'))
        .map(str::trim)
        .filter(|v| !v.is_empty())
}

/// The items of the list `key` in a model card's front matter.
fn front_matter_list(card: &str, key: &str) -> Vec<String> {
    front_matter_lines(card)
        .skip_while(|l| l.strip_suffix(':') != Some(key))
        .skip(1)
        .map_while(|l| l.trim_start().strip_prefix("- "))
        .map(str::to_owned)
        .collect()
}
