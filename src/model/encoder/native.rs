//! The encoder on a processor, through the kernels of this room.

use std::borrow::Cow;

use crate::model::checkpoint::{self, Checkpoint, Matrix};
use crate::model::heads::Branch;
use crate::model::kernels::{
    self, F32Linear, Int8Linear, Level, Quantised, Scratch, ShapeError, add_normalise, pool,
};
use crate::model::{Architecture, ModelError, Precision};

/// A loaded encoder with the memory that its calls reuse.
pub struct Native {
    words: Matrix<'static>,
    /// `[positions, width]`, each with the embedding of the first type added.
    places: Vec<f32>,
    norm: checkpoint::Norm,
    layers: Layers,
    width: usize,
    epsilon: f32,
    level: Level,
    /// `[tokens, width]`
    hidden: Vec<f32>,
    /// `[tokens, width]`
    delta: Vec<f32>,
}

/// The layers, for each kind of number.
enum Layers {
    F32(Stack<F32Linear>),
    Int8(Stack<Int8Linear>),
}

/// The layers with the memory that their calls reuse.
struct Stack<L: kernels::Linear> {
    /// Those that every branch reads, from the first.
    shared: kernels::Encoder<L>,
    /// The model's own on top of them; `None` where no branch leaves before.
    own: Option<kernels::Encoder<L>>,
    branches: Vec<kernels::Encoder<L>>,
    scratch: Scratch<L>,
}

impl<L: kernels::Linear> Stack<L> {
    fn new(
        mut layers: Vec<checkpoint::Layer<'_>>,
        branches: &[Branch],
        build: impl Fn(Vec<Cow<'_, checkpoint::Layer<'_>>>) -> Result<kernels::Encoder<L>, ModelError>,
    ) -> Result<Self, ModelError> {
        let top = super::branch_layers(branches, layers.len())?;
        let own = layers.split_off(layers.len() - top);
        let owned = |layers: Vec<_>| layers.into_iter().map(Cow::Owned).collect();
        Ok(Self {
            shared: build(owned(layers))?,
            own: if own.is_empty() {
                None
            } else {
                Some(build(owned(own))?)
            },
            branches: branches
                .iter()
                .map(|b| build(b.layers.iter().map(Cow::Borrowed).collect()))
                .collect::<Result<_, _>>()?,
            scratch: Scratch::default(),
        })
    }

    /// Runs the model's own layers in place, and the branches `wanted` on copies.
    fn forward(
        &mut self,
        hidden: &mut [f32],
        lengths: &[usize],
        wanted: &[usize],
    ) -> Vec<Vec<f32>> {
        let scratch = &mut self.scratch;
        self.shared.forward(hidden, lengths, scratch);
        let mut branched = Vec::with_capacity(wanted.len());
        for branch in wanted {
            let mut copy = hidden.to_vec();
            self.branches[*branch].forward(&mut copy, lengths, scratch);
            branched.push(copy);
        }
        if let Some(own) = &self.own {
            own.forward(hidden, lengths, scratch);
        }
        branched
    }

    /// Runs the shared layers alone in place.
    fn forward_shared(&mut self, hidden: &mut [f32], lengths: &[usize]) {
        self.shared.forward(hidden, lengths, &mut self.scratch);
    }
}

/// What widths must be multiples of.
const LANES: usize = 32;

/// Whether the kernels are made for these extents.
pub(super) fn fits(architecture: &Architecture) -> bool {
    let widths = [
        architecture.hidden,
        architecture.hidden / architecture.heads,
        architecture.intermediate,
    ];
    widths.iter().all(|w| w.is_multiple_of(LANES))
}

impl Native {
    /// Packs the weights for `level`.
    ///
    /// # Errors
    /// Where the kernels are not made for such extents.
    pub fn new(
        checkpoint: Checkpoint<'static>,
        branches: &[Branch],
        architecture: &Architecture,
        precision: Precision,
        level: Level,
    ) -> Result<Self, ModelError> {
        let width = architecture.hidden;
        let epsilon = architecture.epsilon as f32;
        let checkpoint = match precision {
            Precision::Int8 => checkpoint.quantised(None)?,
            _ => checkpoint,
        };
        let mut kind = vec![0.0; width];
        checkpoint.types.copy_row(0, &mut kind);
        let mut places = vec![0.0; architecture.longest * width];
        for (i, place) in places.chunks_exact_mut(width).enumerate() {
            checkpoint.positions.copy_row(i, place);
            for (p, k) in place.iter_mut().zip(&kind) {
                *p += k;
            }
        }
        let heads = architecture.heads;
        let from = checkpoint.layers;
        let layers = match precision {
            Precision::Int8 => Layers::Int8(Stack::new(from, branches, |layers| {
                packed(layers, int8, heads, epsilon, level)
            })?),
            _ => Layers::F32(Stack::new(from, branches, |layers| {
                packed(layers, f32, heads, epsilon, level)
            })?),
        };
        Ok(Self {
            words: checkpoint.words,
            places,
            norm: checkpoint.norm,
            layers,
            width,
            epsilon,
            level,
            hidden: Vec::new(),
            delta: Vec::new(),
        })
    }

    /// Unit vectors of texts, one after another, see `super::burn::Bert::embed`: those of the model,
    /// then those of each branch `wanted`. A text's vector does not depend on the other texts, to
    /// the last bit.
    pub fn embed(&mut self, texts: &[&[u32]], wanted: &[usize]) -> Vec<Vec<f32>> {
        let lengths = self.start(texts);
        let (level, width) = (self.level, self.width);
        let hidden = &mut self.hidden;
        let branched = match &mut self.layers {
            Layers::F32(stack) => stack.forward(hidden, &lengths, wanted),
            Layers::Int8(stack) => stack.forward(hidden, &lengths, wanted),
        };
        let all = std::iter::once(&*hidden).chain(&branched);
        all.map(|hidden| pool(level, hidden, &lengths, width))
            .collect()
    }

    /// What a branch reads: the tokens' vectors after the shared layers, text after text,
    /// `[tokens, width]`.
    pub fn shared(&mut self, texts: &[&[u32]]) -> Vec<f32> {
        let lengths = self.start(texts);
        match &mut self.layers {
            Layers::F32(stack) => stack.forward_shared(&mut self.hidden, &lengths),
            Layers::Int8(stack) => stack.forward_shared(&mut self.hidden, &lengths),
        }
        self.hidden.clone()
    }

    /// Writes what the first layer reads to `hidden`, and returns the lengths of the texts.
    fn start(&mut self, texts: &[&[u32]]) -> Vec<usize> {
        let width = self.width;
        let lengths: Vec<usize> = texts.iter().map(|t| t.len()).collect();
        let size = lengths.iter().sum::<usize>() * width;
        self.hidden.resize(size, 0.0);
        self.delta.resize(size, 0.0);
        let ids = texts.iter().flat_map(|t| t.iter());
        for (id, row) in ids.zip(self.hidden.chunks_exact_mut(width)) {
            self.words.copy_row(*id as usize, row);
        }
        let mut rest = self.delta.as_mut_slice();
        for length in &lengths {
            let (here, after) = rest.split_at_mut(length * width);
            here.copy_from_slice(&self.places[..length * width]);
            rest = after;
        }
        let norm = (self.norm.weight.as_slice(), self.norm.bias.as_slice());
        add_normalise(
            self.level,
            &mut self.hidden,
            &self.delta,
            norm,
            self.epsilon,
        );
        lengths
    }
}

/// Layers for the kernels of `level`. Each is dropped when it is packed, so that few are in memory
/// twice.
fn packed<L: kernels::Linear>(
    layers: Vec<Cow<'_, checkpoint::Layer<'_>>>,
    pack: Pack<L>,
    heads: usize,
    epsilon: f32,
    level: Level,
) -> Result<kernels::Encoder<L>, ModelError> {
    let layers = layers
        .into_iter()
        .map(|l| layer(&l, pack))
        .collect::<Result<_, _>>();
    kernels::Encoder::new(layers?, heads, epsilon, level).map_err(shape)
}

/// What a linear layer of the kernels is made from: layers that read the same input, whose outputs
/// stand one after another.
type Pack<L> = fn(&[&checkpoint::Linear<'_>]) -> Result<L, ModelError>;

fn layer<L>(from: &checkpoint::Layer<'_>, pack: Pack<L>) -> Result<kernels::Layer<L>, ModelError> {
    let norm = |norm: &checkpoint::Norm| kernels::Norm {
        gain: norm.weight.clone(),
        shift: norm.bias.clone(),
    };
    Ok(kernels::Layer {
        attention: pack(&[&from.query, &from.key, &from.value])?,
        output: pack(&[&from.output])?,
        output_norm: norm(&from.attention_norm),
        up: pack(&[&from.up])?,
        down: pack(&[&from.down])?,
        down_norm: norm(&from.norm),
    })
}

fn f32(from: &[&checkpoint::Linear<'_>]) -> Result<F32Linear, ModelError> {
    let weight: Vec<f32> = from.iter().flat_map(|l| l.to_f32()).collect();
    let bias: Vec<f32> = from.iter().flat_map(|l| l.bias.iter().copied()).collect();
    let extents = (bias.len(), weight.len() / bias.len());
    F32Linear::new(extents, &weight, bias).map_err(shape)
}

fn int8(from: &[&checkpoint::Linear<'_>]) -> Result<Int8Linear, ModelError> {
    let (mut all_codes, mut all_scales) = (Vec::new(), Vec::new());
    let mut blocks = Vec::new();
    for linear in from {
        // A checkpoint that was quantised has no other weights.
        if let Matrix::Int8 {
            codes,
            scales,
            block,
        } = &linear.weight
        {
            all_codes.extend_from_slice(codes);
            all_scales.extend_from_slice(scales);
            blocks.push(*block);
        }
    }
    let alike = from.windows(2).all(|w| w[0].smooth == w[1].smooth);
    let (Some(block), true, true) = (
        blocks.first(),
        blocks.len() == from.len() && blocks.windows(2).all(|b| b[0] == b[1]),
        alike,
    ) else {
        return Err(ModelError::Invalid {
            file: "8-bit weights".to_owned(),
            reason: "queries, keys and values have different blocks or factors".to_owned(),
        });
    };
    let bias: Vec<f32> = from.iter().flat_map(|l| l.bias.iter().copied()).collect();
    let inputs = all_codes.len() / bias.len();
    let weight = Quantised::new(all_codes, all_scales, inputs, *block).map_err(shape)?;
    Int8Linear::new(&weight, bias, from[0].smooth.as_deref()).map_err(shape)
}

fn shape(error: ShapeError) -> ModelError {
    ModelError::Unsupported {
        file: "kernels of the processor".to_owned(),
        reason: error.to_string(),
    }
}
