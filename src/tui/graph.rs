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
    let stretches = newest(values, width).map(|value| {
        let value = value.filter(|v| v.is_finite());
        value.map_or((0, 0), |v| (0, level(v, max, height).max(1)))
    });
    rows(stretches.collect(), width, height)
}

/// The same for stretches between a least and a greatest value: only what lies between is filled,
/// one dot at least.
#[must_use]
pub fn band(values: &[Option<(f64, f64)>], width: usize, height: usize, max: f64) -> Vec<String> {
    let stretches = newest(values, width).map(|value| {
        let value = value.filter(|(least, most)| least.is_finite() && most.is_finite());
        value.map_or((0, 0), |(least, most)| {
            let most = level(most, max, height).max(1);
            (level(least, max, height).min(most - 1), most)
        })
    });
    rows(stretches.collect(), width, height)
}

/// The last values that fit in `width` columns.
fn newest<T: Copy>(values: &[T], width: usize) -> impl ExactSizeIterator<Item = T> {
    let left_out = values.len().saturating_sub(width * 2);
    values[left_out..].iter().copied()
}

/// The dots up to a value.
fn level(value: f64, max: f64, height: usize) -> usize {
    // The cast makes 0 of what is no number.
    ((value / max).clamp(0.0, 1.0) * (height * 4) as f64).round() as usize
}

/// Stretches of dots as rows of cells, the last stretch at the right.
fn rows(stretches: Vec<(usize, usize)>, width: usize, height: usize) -> Vec<String> {
    let room = width * 2;
    let levels: Vec<(usize, usize)> = std::iter::repeat_n((0, 0), room - stretches.len())
        .chain(stretches)
        .collect();
    let row = |below: usize| {
        let up_to = |level: usize| level.saturating_sub(below).min(4);
        let cell = |pair: &[(usize, usize)]| {
            let column = |(&(least, most), dots): (&(usize, usize), [u32; 5])| {
                dots[up_to(most)] & !dots[up_to(least)]
            };
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

    #[test]
    fn a_band_is_filled_between_its_ends() {
        let stretch = [Some((0.25, 0.75)), Some((0.5, 0.5))];
        assert_eq!(band(&stretch, 1, 1, 1.0), ["⠦"]);
        assert_eq!(band(&[Some((0.0, 1.0)), None], 1, 2, 1.0), ["⡇", "⡇"]);
        assert_eq!(band(&[Some((0.0, 0.0))], 2, 1, 1.0), [" ⢀"]);
        assert_eq!(band(&[Some((0.0, f64::NAN))], 1, 1, 1.0), [" "]);
    }

    proptest! {
        #[test]
        fn a_band_has_the_size_asked_for(
            values in prop::collection::vec(prop::option::of(any::<(f64, f64)>()), 0..60),
            width in 0usize..20,
            height in 0usize..6,
            max in any::<f64>(),
        ) {
            let rows = band(&values, width, height, max);
            prop_assert_eq!(rows.len(), height);
            prop_assert!(rows.iter().all(|r| r.chars().count() == width));
        }

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
