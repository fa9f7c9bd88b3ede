//! The cosines of all pairs of a post's sentences, kept from one edit to the next.

use rustc_hash::FxHashMap;

use super::meaning::{Vector, dot};

/// Cosines of all pairs of sentences.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Cosines {
    sentences: Vec<Option<Vector>>,
    /// `[sentences, sentences]`; of no meaning where a vector is missing.
    values: Vec<f32>,
}

impl Cosines {
    /// The cosines of `sentences`. Those of pairs whose vectors are in `before` too, the very same
    /// in memory, are taken from there, since an edit changes one sentence of many.
    #[must_use]
    pub fn new(sentences: Vec<Option<Vector>>, before: &Self) -> Self {
        let address = |vector: &Vector| vector.as_ptr() as usize;
        let known: FxHashMap<usize, usize> = before
            .sentences
            .iter()
            .enumerate()
            .filter_map(|(i, v)| Some((address(v.as_ref()?), i)))
            .collect();
        let places: Vec<Option<usize>> = sentences
            .iter()
            .map(|v| known.get(&address(v.as_ref()?)).copied())
            .collect();
        let (n, width) = (sentences.len(), before.sentences.len());
        let mut values = vec![0.0; n * n];
        for i in 0..n {
            for j in 0..=i {
                let cosine = match (&sentences[i], &sentences[j], places[i], places[j]) {
                    (_, _, Some(a), Some(b)) => before.values[a * width + b],
                    (Some(a), Some(b), _, _) => dot(a, b),
                    _ => continue,
                };
                values[i * n + j] = cosine;
                values[j * n + i] = cosine;
            }
        }
        Self { sentences, values }
    }

    /// One vector a sentence; `None` where it is still being computed.
    #[must_use]
    pub fn sentences(&self) -> &[Option<Vector>] {
        &self.sentences
    }

    /// The cosine of two sentences, where both vectors are known.
    #[must_use]
    pub fn get(&self, a: usize, b: usize) -> Option<f32> {
        self.sentences.get(a)?.as_ref()?;
        self.sentences.get(b)?.as_ref()?;
        self.values.get(a * self.sentences.len() + b).copied()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_is_kept_equals_what_is_computed(
            pool in prop::collection::vec(prop::collection::vec(-1.0f32..1.0, 4), 1..6),
            posts in prop::collection::vec(
                prop::collection::vec(prop::option::of(any::<prop::sample::Index>()), 0..8),
                1..5,
            ),
        ) {
            let pool: Vec<Vector> = pool.into_iter().map(Vector::from).collect();
            let mut kept = Cosines::default();
            for post in posts {
                let of = |i: prop::sample::Index| pool[i.index(pool.len())].clone();
                let sentences: Vec<Option<Vector>> = post.into_iter().map(|i| i.map(of)).collect();
                kept = Cosines::new(sentences.clone(), &kept);
                prop_assert_eq!(&kept, &Cosines::new(sentences.clone(), &Cosines::default()));
                for (i, a) in sentences.iter().enumerate() {
                    for (j, b) in sentences.iter().enumerate() {
                        let wanted = a.as_ref().zip(b.as_ref()).map(|(a, b)| dot(a, b));
                        prop_assert_eq!(kept.get(i, j), wanted);
                    }
                }
            }
        }
    }
}
