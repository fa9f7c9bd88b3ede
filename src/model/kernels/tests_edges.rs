//! Rows of extreme values, and sizes that must be refused.

use super::*;

fn codes(level: Level, x: &[f32]) -> ByteRows {
    let mut rows = ByteRows::default();
    rows.quantise(level, x, &vec![1.0; x.len()]);
    rows
}

#[test]
fn extreme_rows_quantise_within_their_range() {
    let mut spread = [0.0; 32];
    (spread[0], spread[31]) = (f32::MAX, f32::MIN);
    for level in Level::available() {
        assert!(codes(level, &[0.0; 32]).codes.iter().all(|&code| code == 0));
        assert!(
            codes(level, &[1e-44; 32])
                .codes
                .iter()
                .all(|&code| code == 0)
        );
        for same in [3.0, f32::MAX] {
            assert!(
                codes(level, &[same; 32])
                    .codes
                    .iter()
                    .all(|&code| code == 255)
            );
            assert!(
                codes(level, &[-same; 32])
                    .codes
                    .iter()
                    .all(|&code| code == 0)
            );
        }
        let rows = codes(level, &spread);
        assert_eq!((rows.codes[0], rows.codes[31]), (255, 0));
        assert!(rows.ranges[0].0.is_finite());
    }
}

#[test]
fn equal_rows_normalise_to_the_shift() {
    for level in Level::available() {
        for x in [0.0, 4.0, -1e15] {
            let mut hidden = [x; 64];
            add_normalise(
                level,
                &mut hidden,
                &[0.0; 64],
                (&[2.0; 32], &[0.5; 32]),
                1e-12,
            );
            assert!(hidden.iter().all(|&y| y == 0.5), "{level}: {hidden:?}");
        }
    }
}

#[test]
fn huge_scores_leave_one_key() {
    let mut qkv = [0.0; 2 * 96];
    qkv[..32].fill(1e15);
    qkv[32..64].fill(1e15);
    qkv[64..96].fill(7.0);
    for level in Level::available() {
        let mut out = [f32::NAN; 64];
        let packed = Packed {
            rows: &qkv,
            stride: 96,
            heads: 1,
            width: 32,
        };
        attend(
            level,
            packed,
            &[2],
            0..2,
            &mut out,
            &mut AttentionScratch::default(),
        );
        assert!(out[..32].iter().all(|&x| x == 7.0), "{level}: {out:?}");
        assert!(out[32..].iter().all(|&x| x == 3.5), "{level}: {out:?}");
    }
}

#[test]
fn pooled_rows_have_length_one_or_are_zero() {
    for level in Level::available() {
        let mut hidden = vec![0.0; 3 * 32];
        hidden[..32].fill(2.0);
        hidden[32..64].fill(6.0);
        let pooled = pool(level, &hidden, &[2, 1], 32);
        let want = 1.0 / 32_f32.sqrt();
        assert!(
            pooled[..32].iter().all(|x| (x - want).abs() < 1e-7),
            "{level}"
        );
        assert!(pooled[32..].iter().all(|&x| x == 0.0), "{level}");
    }
}

#[test]
fn wrong_sizes_are_refused() {
    assert!(F32Linear::new((32, 48), &[0.0; 32 * 48], vec![0.0; 32]).is_err());
    assert!(F32Linear::new((32, 32), &[0.0; 32 * 31], vec![0.0; 32]).is_err());
    assert!(F32Linear::new((32, 32), &[0.0; 32 * 32], vec![0.0; 31]).is_err());
    assert!(Quantised::new(vec![0; 64], vec![1.0; 3], 32, 32).is_err());
    assert!(quantise(&[0.0; 64], 32, 24).is_err());
    let weight = Quantised::new(vec![0; 1024], vec![1.0; 64], 32, 16).unwrap();
    assert!(Int8Linear::new(&weight, vec![0.0; 32], None).is_err());
    let weight = Quantised::new(vec![0; 1024], vec![1.0; 32], 32, 32).unwrap();
    assert!(Int8Linear::new(&weight, vec![0.0; 32], Some(&[1.0; 31])).is_err());
    assert!(Int8Linear::new(&weight, vec![0.0; 32], Some(&[0.0; 32])).is_err());
    assert!(Int8Linear::new(&weight, vec![0.0; 32], Some(&[1.0; 32])).is_ok());
    let none: Vec<Layer<F32Linear>> = Vec::new();
    assert!(Encoder::new(none, 1, 1e-12, Level::PORTABLE).is_err());
}

#[test]
fn names_of_levels_parse() {
    for level in Level::available() {
        assert_eq!(level.name().parse(), Ok(level));
    }
    assert!("avx".parse::<Level>().is_err());
    assert_eq!(Level::available().last(), Some(&Level::detect()));
}
