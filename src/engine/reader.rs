//! The encoder with the heads that read its vectors.

use crate::analysis::engagement;
use crate::analysis::features;
use crate::analysis::neural::{Logits, trace};
use crate::model::heads::{Head, Heads, Task};
use crate::model::library::Library;
use crate::model::{Backend, Encoder, Identity, Model, ModelError, Settings, encoder};

use super::inputs::{self, Inputs};

/// What is known of a sentence.
#[derive(Debug, Clone, PartialEq)]
pub struct Encoded {
    /// The encoder's own vector.
    pub vector: encoder::Vector,
    /// Log-odds of negative, neutral and positive; `None` where there is no head for it.
    pub sentiment: Option<Logits>,
}

/// An encoder and its heads.
pub struct Reader {
    encoder: Encoder,
    heads: Heads,
    /// The tasks whose heads have a branch, in the encoder's order.
    branches: Vec<Task>,
}

impl Reader {
    /// Loads the model in use and the heads that fit it. `None` where the backend is off.
    ///
    /// # Errors
    /// Where a file is not sound, or the settings ask for what the device does not have.
    pub fn load(settings: &Settings) -> Result<Option<Self>, ModelError> {
        if settings.backend == Backend::Off {
            return Ok(None);
        }
        let library = Library::new(settings.folder.clone());
        let (manifest, _) = library.in_use(settings.pruned)?;
        let model = library.open(&manifest.name)?;
        let heads = Heads::load(&model.manifest, settings.heads.as_deref())?;
        Self::with_heads(model, heads, settings).map(Some)
    }

    /// Loads `model` with `heads`.
    ///
    /// # Errors
    /// As for [`Self::load`].
    pub fn with_heads(model: Model, heads: Heads, settings: &Settings) -> Result<Self, ModelError> {
        let branched = heads.iter().filter_map(|h| {
            let task = Task::ALL.into_iter().find(|t| t.name() == h.card.task)?;
            Some((task, h.branch.clone()?))
        });
        let (branches, layers) = branched.unzip();
        let width = model.manifest.architecture.hidden;
        for head in heads.iter() {
            check(head, width)?;
        }
        let encoder = Encoder::of_model(model, layers, settings)?;
        Ok(Self {
            encoder,
            heads,
            branches,
        })
    }

    /// The encoder.
    #[must_use]
    pub fn encoder(&self) -> &Encoder {
        &self.encoder
    }

    /// The heads.
    #[must_use]
    pub fn heads(&self) -> &Heads {
        &self.heads
    }

    /// Vectors and sentiment of sentences, in order, and what computed them.
    ///
    /// # Errors
    /// Where the encoder fails.
    pub fn sentences<T: AsRef<str> + Sync>(
        &self,
        texts: &[T],
    ) -> Result<(Vec<Encoded>, Identity), ModelError> {
        let head = self.heads.get(Task::Sentiment).ok();
        let (vectors, identity) = self.vectors(texts, Task::Sentiment)?;
        let encoded = texts.iter().zip(vectors).map(|(text, (vector, branch))| {
            let told = head.map(|h| {
                let inputs = inputs::sentence(text.as_ref());
                forward(h, inputs, &vector, branch.as_deref())
            });
            Encoded {
                sentiment: told.and_then(|t| t.try_into().ok()),
                vector,
            }
        });
        Ok((encoded.collect(), identity))
    }

    /// Log-odds of negative, neutral and positive of whole texts: those of their sentences, weighted
    /// by length; a text without a sentence is read as one.
    ///
    /// # Errors
    /// Where there is no head for it, or the encoder fails.
    pub fn sentiment<T: AsRef<str> + Sync>(&self, texts: &[T]) -> Result<Vec<Logits>, ModelError> {
        self.heads
            .get(Task::Sentiment)
            .map_err(ModelError::Request)?;
        let (parts, ranges) = inputs::parts(texts);
        let (encoded, _) = self.sentences(&parts)?;
        let logits: Vec<Option<Logits>> = encoded.into_iter().map(|e| e.sentiment).collect();
        let sums = ranges.into_iter().map(|range| {
            let told = trace(
                parts[range.clone()].iter().map(String::as_str),
                &logits[range],
            );
            // Every text has a part, and the head is there.
            told.map_or([0.0; 3], |t| t.logits)
        });
        Ok(sums.collect())
    }

    /// The one output of the head for `task` for each opening; higher is more so.
    ///
    /// # Errors
    /// Where there is no head for it, or the encoder fails.
    pub fn openings<T: AsRef<str> + Sync>(
        &self,
        texts: &[T],
        task: Task,
    ) -> Result<Vec<f32>, ModelError> {
        let head = self.heads.get(task).map_err(ModelError::Request)?;
        let (vectors, _) = self.vectors(texts, task)?;
        let scores = texts.iter().zip(vectors).map(|(text, (vector, branch))| {
            let inputs = inputs::opening(text.as_ref());
            let told = forward(head, inputs, &vector, branch.as_deref());
            told.first().copied().unwrap_or_default()
        });
        Ok(scores.collect())
    }

    /// What the head for engagement reads of posts, each with what stands beside it where that is
    /// known.
    ///
    /// # Errors
    /// Where the encoder fails.
    pub fn post_inputs(&self, posts: &[(&str, Option<&str>)]) -> Result<Vec<Vec<f32>>, ModelError> {
        let read: Vec<Vec<String>> = posts.iter().map(|(t, _)| inputs::sentences(t)).collect();
        let vectors = self.encoder.embed(&read.concat())?;
        let mut rest = vectors.iter().map(|v| &v[..]);
        let rows = posts.iter().zip(&read).map(|((text, media), sentences)| {
            let numbers = inputs::post(text, sentences, *media);
            let vectors: Vec<&[f32]> = rest.by_ref().take(sentences.len()).collect();
            engagement::inputs(&numbers, &vectors, self.encoder.width())
        });
        Ok(rows.collect())
    }

    /// The lift of posts, each with what stands beside it where that is known.
    ///
    /// # Errors
    /// Where there is no head for it, or the encoder fails.
    pub fn lifts(&self, posts: &[(&str, Option<&str>)]) -> Result<Vec<f32>, ModelError> {
        let head = self
            .heads
            .get(Task::Engagement)
            .map_err(ModelError::Request)?;
        let inputs = self.post_inputs(posts)?;
        let lift = |x: &Vec<f32>| head.network.forward(x, &[]).first().copied();
        Ok(inputs.iter().map(|x| lift(x).unwrap_or_default()).collect())
    }

    /// The encoder's vector of each text, and that of the branch for `task` where it has one.
    fn vectors<T: AsRef<str> + Sync>(
        &self,
        texts: &[T],
        task: Task,
    ) -> Result<(Vec<Both>, Identity), ModelError> {
        let branch = self.branches.iter().position(|t| *t == task);
        let wanted: Vec<usize> = branch.into_iter().collect();
        let (all, identity) = self.encoder.embed_branches(texts, &wanted)?;
        let mut all = all.into_iter();
        let own = all.next().unwrap_or_default().into_iter();
        let both = match all.next() {
            Some(read) => own.zip(read.into_iter().map(Some)).collect(),
            None => own.map(|vector| (vector, None)).collect(),
        };
        Ok((both, identity))
    }
}

/// The encoder's own vector of a text and that of a branch.
type Both = (encoder::Vector, Option<encoder::Vector>);

/// Whether a head reads what it is given here beside vectors of `width`.
fn check(head: &Head, width: usize) -> Result<(), ModelError> {
    let invalid = |reason: String| {
        Err(ModelError::Invalid {
            file: format!("head for {}", head.card.task),
            reason,
        })
    };
    if head.card.features != features::VERSION {
        return invalid(format!(
            "reads version {} of the features; this program computes version {}",
            head.card.features,
            features::VERSION
        ));
    }
    let vectors = width * (1 + usize::from(head.branch.is_some()));
    let wanted = match Task::ALL.into_iter().find(|t| t.name() == head.card.task) {
        Some(Task::Sentiment) => (features::tone::NAMES.len() + vectors, 3),
        Some(Task::Headline | Task::Hook) => (features::surface::NAMES.len() + vectors, 1),
        Some(Task::Engagement) => (features::post::NAMES.len() + width, 1),
        // What ranks phrases reads other numbers.
        Some(Task::Keyphrase) | None => return Ok(()),
    };
    let found = (head.network.inputs(), head.network.outputs());
    if found == wanted {
        return Ok(());
    }
    invalid(format!(
        "takes {} numbers and gives {}; {} and {} are needed",
        found.0, found.1, wanted.0, wanted.1
    ))
}

/// A head's outputs for its inputs, with the encoder's own vector behind the numbers and that of the
/// head's branch behind it.
fn forward(head: &Head, inputs: Inputs, own: &[f32], branch: Option<&[f32]>) -> Vec<f32> {
    let mut dense = inputs.dense;
    dense.extend_from_slice(own);
    dense.extend_from_slice(branch.unwrap_or_default());
    head.network.forward(&dense, &inputs.sparse)
}
