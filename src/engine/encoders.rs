//! The sentence encoder with its heads, loaded when it is first asked for and dropped when nobody
//! asks any more.

use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use crate::analysis::facts::LineFacts;
use crate::analysis::keywords::Keyword;
use crate::analysis::meaning::{MOST_KEYWORDS, MOST_SENTENCES, ModelUse, Scorers};
use crate::model::library::Library;
use crate::model::{Backend, Heads, Identity, ModelError, Settings, encoder};

use super::reader::Reader;
use super::scorers::scorers;

/// Why there are no vectors.
const OFF: &str = "no model runs: the backend is off";

/// A handle on one encoder and its heads, shared by its clones.
#[derive(Clone)]
pub struct Encoders {
    settings: Arc<Settings>,
    slot: Arc<Mutex<Slot>>,
    known: Arc<OnceLock<Result<Arc<Known>, String>>>,
}

/// What is known of the model in use while its encoder is not loaded.
#[derive(Debug)]
pub struct Known {
    /// What computes vectors as long as no device fails.
    pub model: ModelUse,
    /// The heads that fit it.
    pub heads: Heads,
    /// What reads sentences together.
    pub scorers: Scorers,
    /// What the reader should know of it: that it does not run where it was asked to, or is not the
    /// model that was asked for.
    pub note: Option<String>,
}

/// What became of the encoder.
enum Slot {
    Unloaded,
    Loaded {
        reader: Arc<Reader>,
        used: Instant,
    },
    /// It cannot be had; the reason is for the reader.
    Refused(String),
}

impl Encoders {
    /// A handle on the encoder that `settings` choose; nothing is loaded yet.
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        Self {
            settings: Arc::new(settings),
            slot: Arc::new(Mutex::new(Slot::Unloaded)),
            known: Arc::default(),
        }
    }

    /// What it was made with.
    pub(super) fn settings(&self) -> &Settings {
        &self.settings
    }

    /// What is known of the model in use without its encoder; the same until the program ends.
    ///
    /// # Errors
    /// Why there is none, for the reader.
    pub fn known(&self) -> Result<Arc<Known>, String> {
        let look = || {
            if self.settings.backend == Backend::Off {
                return Err(OFF.to_owned());
            }
            let known = Known::look(&self.settings).map_err(|error| in_a_line(&error));
            known.map(Arc::new)
        };
        self.known.get_or_init(look).clone()
    }

    fn slot(&self) -> MutexGuard<'_, Slot> {
        // A slot is replaced as a whole, so a panicking holder leaves a whole one.
        self.slot.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The encoder, loaded where it is not. Who asks meanwhile waits.
    ///
    /// # Errors
    /// Why there is none, for the reader; the same reason until the program ends.
    pub fn get(&self) -> Result<Arc<Reader>, String> {
        let mut slot = self.slot();
        if let Slot::Loaded { reader, used } = &mut *slot {
            *used = Instant::now();
            return Ok(reader.clone());
        }
        if let Slot::Refused(reason) = &*slot {
            return Err(reason.clone());
        }
        let began = Instant::now();
        let (next, answer) = match Reader::load(&self.settings) {
            Ok(Some(reader)) => {
                let reader = Arc::new(reader);
                let millis = began.elapsed().as_millis();
                let identity = reader.encoder().identity();
                tracing::info!("loaded {identity:?} in {millis} ms");
                let used = Instant::now();
                let loaded = Slot::Loaded {
                    reader: reader.clone(),
                    used,
                };
                (loaded, Ok(reader))
            }
            Ok(None) => (Slot::Refused(OFF.to_owned()), Err(OFF.to_owned())),
            Err(error) => {
                let reason = in_a_line(&error);
                tracing::error!("no encoder: {reason}");
                (Slot::Refused(reason.clone()), Err(reason))
            }
        };
        *slot = next;
        answer
    }

    /// Drops the encoder, so that the next who asks gets a new one.
    pub fn reset(&self) {
        *self.slot() = Slot::Unloaded;
    }

    /// Drops the encoder where nobody has asked for it long enough; how long until the next look.
    /// `None` where nothing is loaded.
    #[must_use]
    pub fn drop_idle(&self) -> Option<Duration> {
        let mut slot = self.slot();
        let Slot::Loaded { used, .. } = &*slot else {
            return None;
        };
        let left = self.settings.idle.saturating_sub(used.elapsed());
        if left.is_zero() {
            *slot = Slot::Unloaded;
            tracing::info!("dropped the encoder, which nobody asked for");
            return None;
        }
        Some(left)
    }
}

impl Known {
    fn look(settings: &Settings) -> Result<Self, ModelError> {
        let library = Library::new(settings.folder.clone());
        let (manifest, is_pruned) = library.in_use(settings.pruned)?;
        let heads = Heads::load(&manifest, settings.heads.as_deref())?;
        let (identity, note) = encoder::foretold(&manifest, settings)?;
        Ok(Self {
            model: model_use(identity),
            scorers: scorers(&heads),
            heads,
            note: note.map(|why| on_processor(&why)).or_else(|| {
                let missing = settings.pruned && !is_pruned;
                missing.then(|| {
                    format!(
                        "no installed model has fewer layers than {}; `postwright models prune` \
                         makes one",
                        manifest.name
                    )
                })
            }),
        })
    }
}

/// What is told where the processor took over.
pub(super) fn on_processor(why: &str) -> String {
    format!("the processor computes the vectors: {why}")
}

/// An error as a reason in the middle of a line.
fn in_a_line(error: &ModelError) -> String {
    error.to_string().replace("\n  help: ", "; ")
}

/// What computed vectors, for a receipt.
#[must_use]
pub(super) fn model_use(identity: Identity) -> ModelUse {
    ModelUse {
        name: identity.name,
        version: identity.version,
        sha256: identity.sha256,
        backend: identity.backend,
        precision: identity.precision,
    }
}

/// The sentences of a post as the encoder reads them, in order.
///
/// # Errors
/// Where there are too many to compare.
pub(super) fn sentence_texts(lines: &[Arc<LineFacts>]) -> Result<Vec<&str>, String> {
    let number: usize = lines.iter().map(|l| l.parsed.sentences.len()).sum();
    if number > MOST_SENTENCES {
        return Err(format!(
            "{number} sentences; {MOST_SENTENCES} at most are compared with each other"
        ));
    }
    let mut texts = Vec::with_capacity(number);
    for line in lines {
        let parsed = &line.parsed;
        texts.extend(parsed.sentences.iter().map(|s| parsed.normal_of(*s).trim()));
    }
    Ok(texts)
}

/// The keywords that are compared.
pub(super) fn keyword_texts(keywords: &[Keyword]) -> impl Iterator<Item = &str> {
    keywords.iter().take(MOST_KEYWORDS).map(|k| k.text.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Backend;

    fn encoders(backend: Backend, idle: Duration) -> Encoders {
        Encoders::new(Settings {
            backend,
            idle,
            ..Settings::default()
        })
    }

    fn is_loaded(encoders: &Encoders) -> bool {
        matches!(*encoders.slot(), Slot::Loaded { .. })
    }

    #[test]
    fn an_encoder_is_loaded_when_asked_for_and_dropped_when_idle() {
        let patient = encoders(Backend::Cpu, Duration::from_secs(3_600));
        assert!(!is_loaded(&patient) && patient.drop_idle().is_none());
        let first = patient.get().unwrap();
        assert!(Arc::ptr_eq(&first, &patient.clone().get().unwrap()));
        assert!(patient.drop_idle().unwrap() > Duration::from_secs(3_000));
        assert!(is_loaded(&patient));
        patient.reset();
        assert!(!Arc::ptr_eq(&first, &patient.get().unwrap()));
        let hasty = encoders(Backend::Cpu, Duration::ZERO);
        hasty.get().unwrap();
        assert!(hasty.drop_idle().is_none() && !is_loaded(&hasty));
        assert!(hasty.get().is_ok());
    }

    #[test]
    fn without_a_backend_the_reason_stays() {
        let off = encoders(Backend::Off, Duration::ZERO);
        for _ in 0..2 {
            assert_eq!(off.get().err().as_deref(), Some(OFF));
        }
    }
}
