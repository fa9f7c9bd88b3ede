//! Reading models as Hugging Face lays them out.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::Path;

use super::checkpoint::Checkpoint;
use super::library::{Model, Place};
use super::manifest::{FORMAT, Manifest, TOKENIZER, WEIGHTS, sha256};
use super::weights::{MOST_TEXT, Weights, is_absent, read};
use super::{Architecture, ModelError, Tokenizer};

/// The file with the extents.
const CONFIG: &str = "config.json";
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
    let config = read(&path(CONFIG), MOST_TEXT)?;
    let sentences = sentence_config(&path("sentence_bert_config.json"))?;
    let architecture =
        Architecture::from_hugging_face(&config, &shown(CONFIG), sentences.max_seq_length)?;
    check_modules(&path("modules.json"))?;
    check_pooling(&path("1_Pooling/config.json"))?;
    check_prompt(&path("config_sentence_transformers.json"))?;
    let (weights, sum) = Weights::open(&path(WEIGHTS), &architecture, CONFIG)?;
    let tokenizer = read(&path(TOKENIZER), MOST_TEXT)?;
    let checkpoint = Checkpoint::read_foreign(weights.source(), &architecture, &shown(WEIGHTS))?;
    let storage = checkpoint.storage();
    drop(checkpoint);
    let tokens = Tokenizer::read(&tokenizer, &architecture, &shown(TOKENIZER))?;
    tokens.check_unknown()?;
    if sentences.do_lower_case && tokens.encode("A")? != tokens.encode("a")? {
        return Err(ModelError::Unsupported {
            file: path("sentence_bert_config.json").display().to_string(),
            reason: "`do_lower_case` is `true`, which the tokenizer does not do".to_owned(),
        });
    }
    let sha256 = [
        (WEIGHTS.to_owned(), sum),
        (TOKENIZER.to_owned(), sha256(&tokenizer)),
    ]
    .into();
    // A model card is no part of the model; without one, less is known of it.
    let about = read(&path("README.md"), MOST_TEXT).unwrap_or_default();
    let about = String::from_utf8_lossy(&about);
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
        weights,
        tokenizer: Cow::Owned(tokenizer),
        place: Place::Folder(folder.to_owned()),
    })
}

/// The JSON file at `path`, where there is one.
fn read_json<T: serde::de::DeserializeOwned>(path: &Path) -> Result<Option<T>, ModelError> {
    let json = match read(path, MOST_TEXT) {
        Ok(json) => json,
        Err(ModelError::Read { source, .. }) if is_absent(&source) => return Ok(None),
        Err(error) => return Err(error),
    };
    let invalid = |e: serde_json::Error| ModelError::Invalid {
        file: path.display().to_string(),
        reason: e.to_string(),
    };
    serde_json::from_slice(&json).map(Some).map_err(invalid)
}

/// The keys of a `sentence_bert_config.json`.
#[derive(serde::Deserialize)]
#[serde(default)]
struct SentenceConfig {
    max_seq_length: usize,
    do_lower_case: bool,
}

impl Default for SentenceConfig {
    fn default() -> Self {
        Self {
            max_seq_length: LONGEST,
            do_lower_case: false,
        }
    }
}

/// What a `sentence_bert_config.json` says, where there is one.
fn sentence_config(path: &Path) -> Result<SentenceConfig, ModelError> {
    Ok(read_json(path)?.unwrap_or_default())
}

/// Refuses a model that wants words of its own before every text.
fn check_prompt(path: &Path) -> Result<(), ModelError> {
    #[derive(serde::Deserialize)]
    struct Prompts {
        #[serde(default)]
        default_prompt_name: Option<String>,
    }
    match read_json::<Prompts>(path)?.and_then(|p| p.default_prompt_name) {
        None => Ok(()),
        Some(name) => Err(ModelError::Unsupported {
            file: path.display().to_string(),
            reason: format!("puts the prompt `{name}` before every text, which is not done here"),
        }),
    }
}

/// Refuses a model whose vectors are not the mean over the tokens alone.
fn check_pooling(path: &Path) -> Result<(), ModelError> {
    let Some(pooling) = read_json::<serde_json::Map<String, serde_json::Value>>(path)? else {
        return Ok(());
    };
    let modes = pooling
        .iter()
        .filter(|(key, _)| key.starts_with("pooling_mode_"));
    let on: Vec<&str> = modes
        .filter(|(_, value)| value.as_bool() == Some(true))
        .map(|(key, _)| key.as_str())
        .collect();
    if on == ["pooling_mode_mean_tokens"] {
        return Ok(());
    }
    Err(ModelError::Unsupported {
        file: path.display().to_string(),
        reason: format!(
            "asks for {}, only `pooling_mode_mean_tokens` can be run",
            if on.is_empty() {
                "no pooling".to_owned()
            } else {
                on.join(" and ")
            }
        ),
    })
}

/// Refuses a model with steps after the encoder that are not run here.
fn check_modules(path: &Path) -> Result<(), ModelError> {
    #[derive(serde::Deserialize)]
    struct Step {
        r#type: String,
    }
    let steps: Vec<Step> = read_json(path)?.unwrap_or_default();
    let runs = |kind: &str| {
        let name = kind.rsplit('.').next().unwrap_or_default();
        ["Transformer", "Pooling", "Normalize"].contains(&name)
    };
    match steps.iter().find(|s| !runs(&s.r#type)) {
        None => Ok(()),
        Some(step) => Err(ModelError::Unsupported {
            file: path.display().to_string(),
            reason: format!("has the step `{}`, which is not run here", step.r#type),
        }),
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
