//! What the second network of a head reads of the best candidates of the first: where they stand
//! among each other, and how near their vectors are to the text's and to one another.

/// Candidates that are ranked anew.
pub const TOP: usize = 30;
/// Best candidates whose mean score a score is compared with.
const BEST: usize = 10;
/// Numbers that tell of a candidate among the others.
pub const RELATIVE: usize = 13;

/// What is known of the best candidates, best first.
pub struct Ranked<'a, V> {
    /// Scores of the first network.
    pub scores: &'a [f32],
    /// Unit vectors of the candidates as they are written.
    pub vectors: &'a [V],
    /// That of the text.
    pub text: &'a [f32],
    /// That of its first sentence.
    pub first_sentence: &'a [f32],
}

impl<V: AsRef<[f32]>> Ranked<'_, V> {
    /// The numbers of each candidate but for its own features.
    #[must_use]
    pub fn relative(&self) -> Vec<[f32; RELATIVE]> {
        let n = self.scores.len();
        let best = &self.scores[..n.min(BEST)];
        let mean_of_best = best.iter().sum::<f32>() / best.len().max(1) as f32;
        let weights = softmax(self.scores);
        let near = |to: &[f32]| {
            let of = self.vectors.iter().map(|v| cosine(v.as_ref(), to));
            with_difference(of.collect())
        };
        let to_text = near(self.text);
        let to_first = near(self.first_sentence);
        let among: Vec<Vec<f32>> = (0..n).map(|i| self.among(i)).collect();
        let mean_of = |row: &Vec<f32>| row.iter().sum::<f32>() / (n.max(2) - 1) as f32;
        let central = with_difference(among.iter().map(mean_of).collect());
        let row = |i: usize| {
            let weighted = among[i].iter().zip(&weights).map(|(c, w)| c * w);
            let others = (1.0 - weights[i]).max(1e-6);
            let above = among[i][..i]
                .iter()
                .copied()
                .fold(f32::NEG_INFINITY, f32::max);
            [
                self.scores[i],
                self.scores[i] - mean_of_best,
                (i as f32).ln_1p(),
                1.0 / (1.0 + (-self.scores[i]).exp()),
                to_text[i].0,
                to_text[i].1,
                to_first[i].0,
                to_first[i].1,
                central[i].0,
                central[i].1,
                weighted.sum::<f32>() / others,
                if i == 0 { 0.0 } else { above },
                among[i].iter().copied().fold(f32::NEG_INFINITY, f32::max),
            ]
        };
        (0..n).map(row).collect()
    }

    /// Cosines of candidate `i` with all; 0 with itself.
    fn among(&self, i: usize) -> Vec<f32> {
        let of = |j: usize| {
            if i == j {
                0.0
            } else {
                cosine(self.vectors[i].as_ref(), self.vectors[j].as_ref())
            }
        };
        (0..self.vectors.len()).map(of).collect()
    }
}

/// The product of unit vectors.
fn cosine(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

fn softmax(scores: &[f32]) -> Vec<f32> {
    let most = scores.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let powers: Vec<f32> = scores.iter().map(|s| (s - most).exp()).collect();
    let sum: f32 = powers.iter().sum();
    powers.iter().map(|p| p / sum).collect()
}

/// Each value with what it is above the mean.
fn with_difference(values: Vec<f32>) -> Vec<(f32, f32)> {
    let mean = values.iter().sum::<f32>() / values.len().max(1) as f32;
    values.into_iter().map(|v| (v, v - mean)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_numbers_of_three_candidates() {
        let vectors = [[1.0f32, 0.0], [0.6, 0.8], [0.0, 1.0]];
        let ranked = Ranked {
            scores: &[2.0, 1.0, 0.0],
            vectors: &vectors,
            text: &[0.8, 0.6],
            first_sentence: &[1.0, 0.0],
        };
        let rows = ranked.relative();
        // By the formulas with numpy.
        let middle = [
            1.0,
            0.0,
            std::f32::consts::LN_2,
            0.731_059,
            0.96,
            0.173_333,
            0.6,
            0.066_667,
            0.7,
            0.233_333,
            0.623_841,
            0.6,
            0.8,
        ];
        for (told, known) in rows[1].iter().zip(middle) {
            assert!((told - known).abs() < 1e-5, "{told} {known}");
        }
        assert_eq!(rows[0][11], 0.0);
    }

    #[test]
    fn one_candidate_has_no_company() {
        let ranked = Ranked {
            scores: &[0.5],
            vectors: &[[1.0f32, 0.0]],
            text: &[1.0, 0.0],
            first_sentence: &[0.0, 1.0],
        };
        assert!(ranked.relative()[0].iter().all(|x| x.is_finite()));
        assert_eq!(ranked.relative()[0][8], 0.0);
    }
}
