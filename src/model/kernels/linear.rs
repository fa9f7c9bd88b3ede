//! What the two kinds of linear layer have in common.

use std::fmt;

use super::level::Level;
use super::simd::{LANES, Line};

/// Outputs that are packed side by side.
pub(super) const PANEL: usize = LANES;

/// Sizes that do not fit each other, or that no kernel is made for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShapeError(pub(super) String);

impl fmt::Display for ShapeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for ShapeError {}

/// What follows a product.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Activation {
    None,
    /// `x / 2 * (1 + erf(x / sqrt(2)))`.
    Gelu,
}

/// Rows of an output in memory.
#[derive(Debug)]
pub struct Output<'a> {
    /// `[rows, stride]`; the outputs fill the first columns of each row.
    pub rows: &'a mut [f32],
    /// f32 from one row to the next.
    pub stride: usize,
}

/// `activation(x * weight^T + bias)`, for every row of x by itself.
pub trait Linear: Sync {
    /// Memory kept from one call to the next.
    type Scratch: fmt::Debug + Default + Send;

    /// Length of a row of x.
    fn inputs(&self) -> usize;

    /// Length of a row of the result.
    fn outputs(&self) -> usize;

    /// Takes `x` `[rows, inputs]`.
    ///
    /// # Panics
    /// Where `x` and `out` do not have the same number of whole rows.
    fn apply(
        &self,
        level: Level,
        x: &[f32],
        activation: Activation,
        out: Output<'_>,
        scratch: &mut Self::Scratch,
    );
}

/// Checks what both kinds of linear layer ask of their sizes.
pub(super) fn check(
    (outputs, inputs): (usize, usize),
    weight: usize,
    bias: usize,
) -> Result<(), ShapeError> {
    if inputs == 0 || outputs == 0 || !inputs.is_multiple_of(32) || !outputs.is_multiple_of(32) {
        return Err(ShapeError(format!(
            "a linear layer of {outputs} outputs and {inputs} inputs: both must be multiples of 32"
        )));
    }
    if outputs.checked_mul(inputs) != Some(weight) || bias != outputs {
        return Err(ShapeError(format!(
            "{weight} weights and {bias} biases for {outputs} outputs and {inputs} inputs"
        )));
    }
    Ok(())
}

/// For each panel of outputs, `lines` lines: element `i` of a line is
/// `element(first output, line, i)`.
pub(super) fn pack<T, const N: usize>(
    outputs: usize,
    lines: usize,
    element: impl Fn(usize, usize, usize) -> T,
) -> Vec<Line<T, N>> {
    let mut packed = Vec::with_capacity(outputs / PANEL * lines);
    for first in (0..outputs).step_by(PANEL) {
        packed
            .extend((0..lines).map(|line| Line(std::array::from_fn(|i| element(first, line, i)))));
    }
    packed
}

/// Checks the memory of a call, and gives the number of rows.
pub(super) fn rows(linear: &impl Linear, x: &[f32], out: &Output<'_>) -> usize {
    let rows = x.len() / linear.inputs();
    assert_eq!(x.len(), rows * linear.inputs());
    assert!(out.stride >= linear.outputs() && out.rows.len() >= rows * out.stride);
    rows
}

/// Cuts `total` into the fewest parts of at most `most`, as equal as can be: the
/// start and the length of each.
#[inline(always)]
pub(super) fn tiles(total: usize, most: usize) -> impl Iterator<Item = (usize, usize)> {
    let mut start = 0;
    // Kernels loop over this rather than pass it a closure, since a closure would be
    // compiled for the portable level.
    std::iter::from_fn(move || {
        let rest = total - start;
        let length = rest.div_ceil(rest.div_ceil(most).max(1));
        start += length;
        (length > 0).then_some((start - length, length))
    })
}

/// Calls a function whose constant parameter is a number of rows of 1 to 12; what
/// `most` leaves out is not compiled.
macro_rules! by_rows {
    ($rows:expr, $most:expr, $M:ident => $call:expr) => {
        by_rows!(@ $rows, $most, $M => $call; 1 2 3 4 5 6 7 8 9 10 11 12)
    };
    (@ $rows:expr, $most:expr, $M:ident => $call:expr; $($n:literal)*) => {
        match $rows {
            $($n if $n <= $most => {
                const $M: usize = $n;
                $call
            })*
            rows => unreachable!("a tile of {rows} rows"),
        }
    };
}
pub(super) use by_rows;
