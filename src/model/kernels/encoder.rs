//! The layers of BERT (Devlin et al., 2018), over sequences of any lengths.

use std::ops::Range;
use std::sync::Mutex;

use rayon::prelude::*;

use super::attention::{AttentionScratch, Packed, attend};
use super::level::Level;
use super::linear::{Activation, Linear, Output, ShapeError};
use super::rows::add_normalise;

// Tests take small numbers, so that short batches cross every boundary.

/// Rows that pass through a layer together, so that what they need stays in the
/// second-level cache.
const ROWS: usize = if cfg!(test) { 7 } else { 64 };

/// Tokens, at least, of the work that a thread takes from a batch at once.
const TASK: usize = if cfg!(test) { 5 } else { 128 };

/// Tokens, at least, for each thread: fewer are not worth waking it.
const SPLIT: usize = if cfg!(test) { 2 } else { 8 };

/// Gain and shift of a layer normalisation, `[hidden]` each.
#[derive(Debug)]
pub struct Norm {
    pub gain: Vec<f32>,
    pub shift: Vec<f32>,
}

/// The weights of one layer.
#[derive(Debug)]
pub struct Layer<L> {
    /// hidden to 3 * hidden: queries, keys, values.
    pub attention: L,
    /// hidden to hidden.
    pub output: L,
    pub output_norm: Norm,
    /// hidden to intermediate, before GELU.
    pub up: L,
    /// intermediate to hidden.
    pub down: L,
    pub down_norm: Norm,
}

/// All layers, for one level.
#[derive(Debug)]
pub struct Encoder<L> {
    layers: Vec<Layer<L>>,
    hidden: usize,
    intermediate: usize,
    heads: usize,
    epsilon: f32,
    level: Level,
}

/// Memory that calls of [`Encoder::forward`] reuse: it grows to what the largest
/// batch needs. Only one call may use it at a time.
#[derive(Debug)]
pub struct Scratch<L: Linear> {
    workers: Vec<Worker<L>>,
}

#[derive(Debug)]
struct Worker<L: Linear> {
    /// Two buffers for the projections of a layer and of the next.
    packed: [Vec<f32>; 2],
    block: Block<L>,
}

/// Memory for [`ROWS`] rows.
#[derive(Debug)]
struct Block<L: Linear> {
    /// `[rows, hidden]`, what attention gives.
    context: Vec<f32>,
    /// `[rows, hidden]`, what is added to the residual.
    delta: Vec<f32>,
    /// `[rows, intermediate]`.
    middle: Vec<f32>,
    attention: AttentionScratch,
    linear: L::Scratch,
}

impl<L: Linear> Default for Scratch<L> {
    fn default() -> Self {
        Self {
            workers: Vec::new(),
        }
    }
}

impl<L: Linear> Default for Worker<L> {
    fn default() -> Self {
        Self {
            packed: [Vec::new(), Vec::new()],
            block: Block {
                context: Vec::new(),
                delta: Vec::new(),
                middle: Vec::new(),
                attention: AttentionScratch::default(),
                linear: L::Scratch::default(),
            },
        }
    }
}

impl<L: Linear> Encoder<L> {
    /// Takes at least one layer; `heads` must cut the hidden size into multiples of
    /// 32, and every size must fit the first layer's.
    pub fn new(
        layers: Vec<Layer<L>>,
        heads: usize,
        epsilon: f32,
        level: Level,
    ) -> Result<Self, ShapeError> {
        let Some(first) = layers.first() else {
            return Err(ShapeError("an encoder of no layers".to_owned()));
        };
        let (hidden, intermediate) = (first.attention.inputs(), first.up.outputs());
        if heads == 0 || !hidden.is_multiple_of(32 * heads) {
            return Err(ShapeError(format!(
                "{heads} heads for a hidden size of {hidden}: each must have a multiple of 32"
            )));
        }
        for (index, layer) in layers.iter().enumerate() {
            let shape = |linear: &L| (linear.inputs(), linear.outputs());
            let norms = [&layer.output_norm, &layer.down_norm];
            if shape(&layer.attention) != (hidden, 3 * hidden)
                || shape(&layer.output) != (hidden, hidden)
                || shape(&layer.up) != (hidden, intermediate)
                || shape(&layer.down) != (intermediate, hidden)
                || norms
                    .iter()
                    .any(|n| n.gain.len() != hidden || n.shift.len() != hidden)
            {
                return Err(ShapeError(format!(
                    "layer {index} does not fit a hidden size of {hidden} \
                     and an intermediate one of {intermediate}"
                )));
            }
        }
        Ok(Self {
            layers,
            hidden,
            intermediate,
            heads,
            epsilon,
            level,
        })
    }

    /// Runs all layers in place on `hidden` `[tokens, hidden]`, whose sequences lie one
    /// after another, with the threads of the current rayon pool.
    ///
    /// A token's result depends on its sequence alone, to the last bit: neither on
    /// the rest of the batch nor on the number of threads.
    ///
    /// # Panics
    /// Where `lengths` do not add up to the tokens.
    pub fn forward(&self, hidden: &mut [f32], lengths: &[usize], scratch: &mut Scratch<L>) {
        let tokens: usize = lengths.iter().sum();
        assert_eq!(hidden.len(), tokens * self.hidden);
        let threads = rayon::current_num_threads().min(tokens / SPLIT).max(1);
        if scratch.workers.len() < threads {
            scratch.workers.resize_with(threads, Worker::default);
        }
        let workers = &mut scratch.workers[..threads];
        if threads == 1 {
            return self.together(hidden, lengths, workers);
        }
        let tasks = tasks(hidden, lengths, self.hidden);
        // Fewer tasks than these may leave threads idle at the end.
        if tasks.len() >= 4 * threads {
            rayon::scope(|_| self.apart(tasks, workers));
        } else {
            rayon::scope(|_| self.together(hidden, lengths, workers));
        }
    }

    /// Whole sequences to each thread, which takes the next when it is done.
    fn apart(&self, tasks: Vec<(&mut [f32], &[usize])>, workers: &mut [Worker<L>]) {
        let tasks = Mutex::new(tasks.into_iter());
        workers.par_iter_mut().with_max_len(1).for_each(|worker| {
            loop {
                // A poisoned lock means that another thread panics already.
                let Some((hidden, lengths)) = tasks.lock().ok().and_then(|mut t| t.next()) else {
                    return;
                };
                self.together(hidden, lengths, std::slice::from_mut(worker));
            }
        });
    }

    /// Rows to each thread. A row needs others' only for attention, so that threads
    /// meet once in a layer: when all have projected their rows.
    fn together(&self, hidden: &mut [f32], lengths: &[usize], workers: &mut [Worker<L>]) {
        let tokens = hidden.len() / self.hidden;
        let part = tokens.div_ceil(workers.len()).max(1);
        let mut packed = std::mem::take(&mut workers[0].packed);
        for packed in &mut packed {
            if packed.len() < tokens * self.stride() {
                packed.resize(tokens * self.stride(), 0.0);
            }
        }
        let [now, next] = &mut packed;
        for step in 0..=self.layers.len() {
            let part_of = |index, hidden, to, block| Part {
                hidden,
                now: &*now,
                next: to,
                start: index * part,
                lengths,
                block,
            };
            if let [worker] = workers {
                self.step(step, part_of(0, hidden, next, &mut worker.block));
            } else {
                hidden
                    .par_chunks_mut(part * self.hidden)
                    .zip(next.par_chunks_mut(part * self.stride()))
                    .zip(workers.par_iter_mut())
                    .enumerate()
                    .with_max_len(1)
                    .for_each(|(index, ((hidden, next), worker))| {
                        self.step(step, part_of(index, hidden, next, &mut worker.block));
                    });
            }
            std::mem::swap(now, next);
        }
        workers[0].packed = packed;
    }

    /// The end of layer `step - 1`, from attention on, and the projection of layer
    /// `step`.
    fn step(&self, step: usize, part: Part<'_, L>) {
        let Part {
            hidden,
            now,
            next,
            start,
            lengths,
            block,
        } = part;
        let blocks = hidden
            .chunks_mut(ROWS * self.hidden)
            .zip(next.chunks_mut(ROWS * self.stride()));
        for (index, (hidden, next)) in blocks.enumerate() {
            let first = start + index * ROWS;
            let rows = first..first + hidden.len() / self.hidden;
            if let Some(layer) = step.checked_sub(1).map(|done| &self.layers[done]) {
                self.finish(layer, hidden, now, lengths, rows, block);
            }
            if let Some(layer) = self.layers.get(step) {
                let out = Output {
                    rows: next,
                    stride: self.stride(),
                };
                let linear = &mut block.linear;
                layer
                    .attention
                    .apply(self.level, hidden, Activation::None, out, linear);
            }
        }
    }

    /// A layer from attention on, for the tokens `rows`.
    fn finish(
        &self,
        layer: &Layer<L>,
        hidden: &mut [f32],
        packed: &[f32],
        lengths: &[usize],
        rows: Range<usize>,
        block: &mut Block<L>,
    ) {
        let packed = Packed {
            rows: packed,
            stride: self.stride(),
            heads: self.heads,
            width: self.hidden / self.heads,
        };
        let middle = rows.len() * self.intermediate;
        block.context.resize(hidden.len(), 0.0);
        block.delta.resize(hidden.len(), 0.0);
        block.middle.resize(middle, 0.0);
        let (context, delta, middle) = (&mut block.context, &mut block.delta, &mut block.middle);
        attend(
            self.level,
            packed,
            lengths,
            rows,
            context,
            &mut block.attention,
        );
        let mut apply = |linear: &L, x: &[f32], activation, out: &mut [f32]| {
            let out = Output {
                rows: out,
                stride: linear.outputs(),
            };
            linear.apply(self.level, x, activation, out, &mut block.linear);
        };
        apply(&layer.output, context, Activation::None, delta);
        self.normalise(hidden, delta, &layer.output_norm);
        apply(&layer.up, hidden, Activation::Gelu, middle);
        apply(&layer.down, middle, Activation::None, delta);
        self.normalise(hidden, delta, &layer.down_norm);
    }

    fn normalise(&self, hidden: &mut [f32], delta: &[f32], norm: &Norm) {
        let norm = (&norm.gain[..], &norm.shift[..]);
        add_normalise(self.level, hidden, delta, norm, self.epsilon);
    }

    /// f32 from one row of a packed projection to the next: an odd number of cache
    /// lines, since the rows of a head would share few sets of the cache otherwise.
    fn stride(&self) -> usize {
        3 * self.hidden + 16
    }
}

/// The rows of one thread.
struct Part<'a, L: Linear> {
    /// `[rows, hidden]`.
    hidden: &'a mut [f32],
    /// `[tokens, stride]`, the projections of all rows.
    now: &'a [f32],
    /// `[rows, stride]`, where these rows' next projections go.
    next: &'a mut [f32],
    /// The first row.
    start: usize,
    lengths: &'a [usize],
    block: &'a mut Block<L>,
}

/// Cuts a batch into whole sequences of at least [`TASK`] tokens together.
fn tasks<'a>(
    mut hidden: &'a mut [f32],
    mut lengths: &'a [usize],
    width: usize,
) -> Vec<(&'a mut [f32], &'a [usize])> {
    let mut tasks = Vec::new();
    while !lengths.is_empty() {
        let (mut count, mut tokens) = (0, 0);
        while tokens < TASK && count < lengths.len() {
            tokens += lengths[count];
            count += 1;
        }
        let (some, others) = lengths.split_at(count);
        let (rows, rest) = hidden.split_at_mut(tokens * width);
        tasks.push((rows, some));
        (hidden, lengths) = (rest, others);
    }
    tasks
}
