//! Small networks that read an encoder's vectors: one file a task, made by `postwright train`.

mod file;
mod network;

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use super::weights::{self, is_absent};
use super::{Manifest, ModelError};

pub use file::{Branch, Card, Figure, Head};
pub use network::{Dense, Network, Sparse};

/// Most bytes of a head's file.
const MOST_HEAD: u64 = 64 << 20;

/// What a head tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Task {
    /// Negative, neutral or positive.
    Sentiment,
    /// Which of an author's posts does better.
    Engagement,
    /// Which of two openings is opened more often.
    Headline,
    /// Whether a line is written to be clicked.
    Hook,
    /// Which phrases a text is about.
    Keyphrase,
}

impl Task {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Sentiment,
        Self::Engagement,
        Self::Headline,
        Self::Hook,
        Self::Keyphrase,
    ];

    /// The name used everywhere.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Sentiment => "sentiment",
            Self::Engagement => "engagement",
            Self::Headline => "headline",
            Self::Hook => "hook",
            Self::Keyphrase => "keyphrase",
        }
    }

    /// Name of its file.
    #[must_use]
    pub fn file(self) -> String {
        format!("{self}.safetensors")
    }
}

impl fmt::Display for Task {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

mod embedded {
    use super::Task;

    macro_rules! file {
        ($name:literal) => {
            include_bytes!(concat!("../../../models/heads/", $name, ".safetensors"))
        };
    }

    const HEADS: [(Task, &[u8]); 5] = [
        (Task::Sentiment, file!("sentiment")),
        (Task::Engagement, file!("engagement")),
        (Task::Headline, file!("headline")),
        (Task::Hook, file!("hook")),
        (Task::Keyphrase, file!("keyphrase")),
    ];

    /// The file of a head inside the program.
    pub fn head(task: Task) -> Option<&'static [u8]> {
        HEADS.into_iter().find(|(t, _)| *t == task).map(|(_, b)| b)
    }
}

/// The heads that fit an encoder.
#[derive(Debug, Clone, Default)]
pub struct Heads {
    heads: Vec<Arc<Head>>,
    /// Why others are missing, by task.
    missing: Vec<(Task, String)>,
}

impl Heads {
    /// The heads for the encoder that `manifest` describes: those in `folder`, where it has some,
    /// before those inside the program.
    ///
    /// # Errors
    /// Where a file of the folder cannot be read, or is no head of its task.
    pub fn load(manifest: &Manifest, folder: Option<&Path>) -> Result<Self, ModelError> {
        if let Some(folder) = folder.filter(|f| !f.is_dir()) {
            return Err(ModelError::Request(format!(
                "{}: no folder with heads\n  help: `model.heads` names the folder that \
                 `postwright train --out` wrote",
                folder.display()
            )));
        }
        let mut out = Self::default();
        let encoder = manifest.hash();
        for task in Task::ALL {
            let own = folder.map(|f| read(&f.join(task.file()))).transpose()?;
            let head = match (own.flatten(), embedded::head(task)) {
                (Some((bytes, file)), _) => Some(Head::read(&bytes, task, &file)?),
                (None, Some(bytes)) => {
                    let file = format!("head inside the program: {}", task.file());
                    Some(Head::read(bytes, task, &file)?)
                }
                (None, None) => None,
            };
            match head {
                Some(head) if head.card.encoder == encoder => out.heads.push(Arc::new(head)),
                Some(_) => {
                    let reason = format!(
                        "the head for {task} was trained on another encoder than {}",
                        manifest.name
                    );
                    out.missing.push((task, reason));
                }
                None => out
                    .missing
                    .push((task, format!("there is no head for {task}"))),
            }
        }
        Ok(out)
    }

    /// One head alone.
    #[must_use]
    pub fn of_one(head: Head) -> Self {
        Self {
            heads: vec![Arc::new(head)],
            missing: Vec::new(),
        }
    }

    /// The head of a task.
    ///
    /// # Errors
    /// Why there is none, for the reader.
    pub fn get(&self, task: Task) -> Result<&Arc<Head>, String> {
        if let Some(head) = self.heads.iter().find(|h| h.card.task == task.name()) {
            return Ok(head);
        }
        let why = self.missing.iter().find(|(t, _)| *t == task);
        Err(why.map_or_else(String::new, |(_, reason)| reason.clone()))
    }

    /// All that there are.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<Head>> {
        self.heads.iter()
    }
}

/// The bytes of a head's file and its name, where there is one.
fn read(path: &Path) -> Result<Option<(Vec<u8>, String)>, ModelError> {
    match weights::read(path, MOST_HEAD) {
        Ok(bytes) => Ok(Some((bytes, path.display().to_string()))),
        Err(ModelError::Read { source, .. }) if is_absent(&source) => Ok(None),
        Err(error) => Err(error),
    }
}
