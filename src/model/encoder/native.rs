//! The encoder on a processor, through the kernels of this room.

use crate::model::checkpoint::{self, Checkpoint, Matrix};
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
    F32(kernels::Encoder<F32Linear>, Scratch<F32Linear>),
    Int8(kernels::Encoder<Int8Linear>, Scratch<Int8Linear>),
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
        let from = &checkpoint.layers;
        let layers = match precision {
            Precision::Int8 => {
                let layers = from
                    .iter()
                    .map(|l| layer(l, int8))
                    .collect::<Result<_, _>>();
                let packed = kernels::Encoder::new(layers?, heads, epsilon, level);
                Layers::Int8(packed.map_err(shape)?, Scratch::default())
            }
            _ => {
                let layers = from.iter().map(|l| layer(l, f32)).collect::<Result<_, _>>();
                let packed = kernels::Encoder::new(layers?, heads, epsilon, level);
                Layers::F32(packed.map_err(shape)?, Scratch::default())
            }
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

    /// Unit vectors of texts, one after another; see `super::burn::Bert::embed`. A text's vector
    /// does not depend on the other texts, to the last bit.
    pub fn embed(&mut self, texts: &[&[u32]]) -> Vec<f32> {
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
        match &mut self.layers {
            Layers::F32(layers, scratch) => layers.forward(&mut self.hidden, &lengths, scratch),
            Layers::Int8(layers, scratch) => layers.forward(&mut self.hidden, &lengths, scratch),
        }
        pool(self.level, &self.hidden, &lengths, width)
    }
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
