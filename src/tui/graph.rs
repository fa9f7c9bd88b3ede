//! A graph over time in braille: two moments and four levels a cell.

/// Dots of a cell's left and right column, filled from the bottom to a level from 0 to 4.
const DOTS: [[u32; 5]; 2] = [
    [0x00, 0x40, 0x44, 0x46, 0x47],
    [0x00, 0x80, 0xA0, 0xB0, 0xB8],
];
/// The braille pattern without dots.
const BRAILLE: u32 = 0x2800;

/// The newest of `values` (oldest first) as `height` rows of `width` columns, the newest at the
/// right and `max` at the top. A value has one dot at least; where none is known there is none.
#[must_use]
pub fn graph(values: &[Option<f64>], width: usize, height: usize, max: f64) -> Vec<String> {
    let room = width * 2;
    let shown = &values[values.len().saturating_sub(room)..];
    let level = |value: &Option<f64>| {
        let value = value.filter(|v| v.is_finite());
        // The cast makes 0 of what is no number.
        let of = |v: f64| ((v / max).clamp(0.0, 1.0) * (height * 4) as f64).round() as usize;
        value.map_or(0, |v| of(v).max(1))
    };
    let levels: Vec<usize> = std::iter::repeat_n(0, room - shown.len())
        .chain(shown.iter().map(level))
        .collect();
    let row = |below: usize| {
        let cell = |pair: &[usize]| {
            let column =
                |(level, dots): (&usize, [u32; 5])| dots[(level - below.min(*level)).min(4)];
            match pair.iter().zip(DOTS).map(column).sum::<u32>() {
                0 => ' ',
                dots => char::from_u32(BRAILLE + dots).unwrap_or(' '),
            }
        };
        levels.chunks(2).map(cell).collect()
    };
    (0..height).rev().map(|above| row(above * 4)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn known(values: &[f64]) -> Vec<Option<f64>> {
        values.iter().copied().map(Some).collect()
    }

    #[test]
    fn fills_from_the_bottom_newest_at_the_right() {
        let rise = known(&[0.25, 0.5, 0.75, 1.0]);
        assert_eq!(graph(&rise, 2, 1, 1.0), ["⣠⣾"]);
        assert_eq!(graph(&rise, 3, 1, 1.0), [" ⣠⣾"]);
        assert_eq!(graph(&rise, 1, 1, 1.0), ["⣾"]);
        assert_eq!(graph(&rise, 2, 2, 1.0), [" ⣼", "⣼⣿"]);
        assert_eq!(graph(&known(&[4.0, 4.0]), 1, 1, 8.0), ["⣤"]);
    }

    #[test]
    fn zero_is_a_dot_and_unknown_is_none() {
        assert_eq!(graph(&known(&[0.0, 0.0]), 1, 1, 1.0), ["⣀"]);
        assert_eq!(graph(&[None, Some(0.0), None, None], 2, 1, 1.0), ["⢀ "]);
        assert_eq!(graph(&[], 2, 2, 1.0), ["  ", "  "]);
        assert_eq!(graph(&known(&[1.0, 1.0]), 1, 1, 0.0), ["⣿"]);
        assert_eq!(graph(&known(&[0.0, f64::NAN]), 1, 1, 0.0), ["⡀"]);
        assert_eq!(graph(&known(&[1.0]), 0, 1, 1.0), [""]);
        assert!(graph(&known(&[1.0]), 3, 0, 1.0).is_empty());
    }

    proptest! {
        #[test]
        fn has_the_size_asked_for(
            values in prop::collection::vec(prop::option::of(any::<f64>()), 0..60),
            width in 0usize..20,
            height in 0usize..6,
            max in any::<f64>(),
        ) {
            let rows = graph(&values, width, height, max);
            prop_assert_eq!(rows.len(), height);
            prop_assert!(rows.iter().all(|r| r.chars().count() == width));
        }
    }
}
