//! A head's file: safetensors, with its card in the notes beside the tensors.

use std::collections::{BTreeMap, HashMap};

use safetensors::SafeTensors;
use serde::{Deserialize, Serialize};

use super::{Network, Task};
use crate::model::ModelError;
use crate::model::checkpoint::Layer;
use crate::model::checkpoint::reader::Reader;
use crate::model::checkpoint::write::Tensors;
use crate::model::manifest::sha256;

/// Version of the file's layout.
const FORMAT: u32 = 1;
/// The note that holds the card.
const CARD: &str = "card";
/// What the names of the second network's tensors begin with.
const RERANK: &str = "rerank.";
/// Columns of [`Head::curve`].
const CURVE: usize = 4;

/// What a head is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Card {
    /// Layout of the file.
    pub format: u32,
    /// [`Task::name`]
    pub task: String,
    /// Version of these weights.
    pub version: String,
    /// Version of what computes the inputs.
    pub features: u32,
    /// [`Manifest::hash`](crate::model::Manifest::hash) of the encoder.
    pub encoder: String,
    /// What everything random was drawn from.
    pub seed: u64,
    /// sha256 of each file of data.
    pub data: BTreeMap<String, String>,
    /// What was measured on data held out from training and choice, and the baselines there.
    pub figures: BTreeMap<String, Figure>,
}

/// A measured figure.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Figure {
    /// Its value.
    pub value: f64,
    /// Lower end of its 95 % interval.
    pub low: f64,
    /// Upper end.
    pub high: f64,
    /// Examples.
    pub n: usize,
}

/// Layers of an encoder's top that were trained for a task, in place of its own.
#[derive(Debug, Clone, PartialEq)]
pub struct Branch {
    /// From the first to the last; as many of the encoder's own are replaced.
    pub layers: Vec<Layer<'static>>,
}

/// A head.
#[derive(Debug, Clone, PartialEq)]
pub struct Head {
    /// What it is.
    pub card: Card,
    /// sha256 of its file.
    pub sha256: String,
    /// Its network.
    pub network: Network,
    /// The layers below it, where they are its own.
    pub branch: Option<Branch>,
    /// A second network, which ranks anew what the first one has put at the top.
    pub rerank: Option<Network>,
    /// What outputs have meant: rows of output, expected percentile, and the ends of the interval,
    /// rising in the output. Empty where a head has none.
    pub curve: Vec<[f32; CURVE]>,
}

impl Head {
    /// A head made here; its sum is that of the file it would have.
    #[must_use]
    pub fn new(
        card: Card,
        network: Network,
        branch: Option<Branch>,
        curve: Vec<[f32; CURVE]>,
    ) -> Self {
        Self {
            card,
            sha256: String::new(),
            network,
            branch,
            rerank: None,
            curve,
        }
    }

    /// The head with a second network.
    #[must_use]
    pub fn with_rerank(self, network: Option<Network>) -> Self {
        Self {
            rerank: network,
            ..self
        }
    }

    /// Reads the head for `task` from the bytes of `file`, which names it in errors.
    ///
    /// # Errors
    /// Where it is no head for the task.
    pub fn read(bytes: &[u8], task: Task, file: &str) -> Result<Self, ModelError> {
        let invalid = |reason: String| ModelError::Invalid {
            file: file.to_owned(),
            reason,
        };
        let read = Reader::new(bytes, file)?;
        let (_, notes) = SafeTensors::read_metadata(bytes).map_err(|e| invalid(e.to_string()))?;
        let card = notes.metadata().as_ref().and_then(|n| n.get(CARD));
        let card = card.ok_or_else(|| invalid("has no card: it is no head".to_owned()))?;
        let card: Card = serde_json::from_str(card).map_err(|e| invalid(format!("card: {e}")))?;
        if card.format != FORMAT {
            let found = card.format;
            return Err(invalid(format!(
                "format {found}; this program reads format {FORMAT}"
            )));
        }
        if card.task != task.name() {
            return Err(invalid(format!(
                "is a head for {}, not for {task}",
                card.task
            )));
        }
        let network = Network::read(&read, "")?;
        let rerank = read
            .has(&format!("{RERANK}mean"))
            .then(|| Network::read(&read, RERANK))
            .transpose()?;
        Ok(Self {
            branch: branch(&read)?,
            rerank,
            curve: curve(&read)?,
            sha256: sha256(bytes),
            network,
            card,
        })
    }

    /// The bytes of its file.
    ///
    /// # Errors
    /// Never for a head whose network is sound.
    pub fn to_bytes(&self) -> Result<Vec<u8>, ModelError> {
        let mut out = Tensors::default();
        self.network.write(&mut out, "");
        if let Some(network) = &self.rerank {
            network.write(&mut out, RERANK);
        }
        if !self.curve.is_empty() {
            let shape = vec![self.curve.len(), CURVE];
            out.floats("curve".to_owned(), shape, self.curve.as_flattened());
        }
        for (i, layer) in self.branch.iter().flat_map(|b| b.layers.iter().enumerate()) {
            out.layer(i, layer);
        }
        let card = serde_json::to_string(&self.card).map_err(|e| ModelError::Invalid {
            file: self.card.task.clone(),
            reason: e.to_string(),
        })?;
        out.serialise(Some(HashMap::from([(CARD.to_owned(), card)])))
    }
}

fn curve(read: &Reader<'_, '_>) -> Result<Vec<[f32; CURVE]>, ModelError> {
    if !read.has("curve") {
        return Ok(Vec::new());
    }
    let rows = read.shape("curve")?.first().copied().unwrap_or_default();
    let values = read.matrix("curve", rows, CURVE)?.to_f32();
    let curve = values.as_chunks().0.to_vec();
    if curve
        .windows(2)
        .all(|w: &[[f32; CURVE]]| w[0][0] <= w[1][0])
    {
        return Ok(curve);
    }
    Err(read.invalid("curve", "does not rise"))
}

fn branch(read: &Reader<'_, '_>) -> Result<Option<Branch>, ModelError> {
    let name = |i: usize| format!("encoder.layer.{i}.intermediate.dense.weight");
    let mut layers = Vec::new();
    while read.has(&name(layers.len())) {
        let [intermediate, hidden] = read.shape(&name(layers.len()))?[..] else {
            return Err(read.invalid(&name(layers.len()), "is no matrix"));
        };
        layers.push(read.layer(layers.len(), hidden, intermediate)?.into_owned());
    }
    Ok((!layers.is_empty()).then_some(Branch { layers }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::heads::Dense;

    fn head() -> Head {
        let card = Card {
            format: FORMAT,
            task: "hook".to_owned(),
            version: "1".to_owned(),
            features: 1,
            encoder: "e".to_owned(),
            seed: 3,
            data: BTreeMap::from([("a.txt".to_owned(), "00".to_owned())]),
            figures: BTreeMap::new(),
        };
        let network = Network {
            mean: vec![1.0, 2.0],
            scale: vec![0.5, 0.25],
            hidden: Some(Dense {
                weight: vec![1.0, 2.0, 3.0, 4.0, 5.0, 6.0],
                bias: vec![0.1, 0.2, 0.3],
            }),
            skip: Vec::new(),
            output: Dense {
                weight: vec![1.0, -1.0, 0.5],
                bias: vec![0.0],
            },
            table: vec![0.5, -0.25],
        };
        let curve = vec![[-1.0, 40.0, 5.0, 80.0], [1.0, 60.0, 20.0, 90.0]];
        Head::new(card, network, None, curve)
    }

    #[test]
    fn what_is_written_is_read() {
        let bytes = head().to_bytes().unwrap();
        let read = Head::read(&bytes, Task::Hook, "f").unwrap();
        let sum = sha256(&bytes);
        assert_eq!(
            read,
            Head {
                sha256: sum,
                ..head()
            }
        );
    }

    #[test]
    fn a_second_network_comes_back() {
        let second = Network {
            skip: vec![3.0, -4.0],
            table: Vec::new(),
            ..head().network
        };
        let bytes = head().with_rerank(Some(second.clone())).to_bytes().unwrap();
        let read = Head::read(&bytes, Task::Hook, "f").unwrap();
        assert_eq!((read.network, read.rerank), (head().network, Some(second)));
    }

    #[test]
    fn what_is_no_head_is_refused() {
        let bytes = head().to_bytes().unwrap();
        let told = |bytes: &[u8], task| Head::read(bytes, task, "f").unwrap_err().to_string();
        assert!(told(&bytes, Task::Headline).contains("a head for hook, not for headline"));
        assert!(told(b"garbage", Task::Hook).contains("f: no safetensors file"));
        // Every cut end is told, and none panics.
        for cut in (0..bytes.len()).step_by(7) {
            told(&bytes[..cut], Task::Hook);
        }
        let falls = Head {
            curve: vec![[1.0; 4], [0.0; 4]],
            ..head()
        };
        let told = told(&falls.to_bytes().unwrap(), Task::Hook);
        assert!(told.contains("`curve`: does not rise"), "{told}");
    }
}
