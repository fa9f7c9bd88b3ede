//! What was measured: each text once.

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::measured::{Measured, Scorer};

/// Texts that the scorer is given at once, so that a search that is stopped keeps what it has.
const AT_ONCE: usize = 16;
/// Bytes of these texts, but for one text: a line that is new is read whole, and a post may be one.
const BYTES_AT_ONCE: usize = 16 << 10;

/// Asks a scorer, and remembers.
pub(super) struct Ledger<'a> {
    scorer: &'a mut dyn Scorer,
    is_over: &'a dyn Fn() -> bool,
    known: FxHashMap<String, Arc<Measured>>,
    is_stopped: bool,
}

impl<'a> Ledger<'a> {
    pub fn new(scorer: &'a mut dyn Scorer, is_over: &'a dyn Fn() -> bool) -> Self {
        Self {
            scorer,
            is_over,
            known: FxHashMap::default(),
            is_stopped: false,
        }
    }

    /// Takes down what was measured of `text` before.
    pub fn know(&mut self, text: &str, measured: Measured) {
        self.known.insert(text.to_owned(), Arc::new(measured));
    }

    /// Measures those of `texts` that are not known yet, in order, until it is stopped.
    pub fn measure<'t>(&mut self, texts: impl IntoIterator<Item = &'t str>) {
        let mut seen = FxHashSet::default();
        let new: Vec<&str> = texts
            .into_iter()
            .filter(|t| !self.known.contains_key(*t) && seen.insert(*t))
            .collect();
        let mut rest = new.as_slice();
        while !rest.is_empty() {
            let mut bytes = 0;
            let fits = |text: &&&str| {
                bytes += text.len();
                bytes <= BYTES_AT_ONCE
            };
            let n = rest.iter().take(AT_ONCE).take_while(fits).count().max(1);
            let (some, others) = rest.split_at(n);
            rest = others;
            if self.is_stopped() {
                return;
            }
            match self.scorer.score(some) {
                Ok(measured) => {
                    let texts = some.iter().map(|t| (*t).to_owned());
                    self.known
                        .extend(texts.zip(measured.into_iter().map(Arc::new)));
                }
                Err(_) => self.is_stopped = true,
            }
        }
    }

    /// What is known of `text`.
    pub fn get(&self, text: &str) -> Option<&Arc<Measured>> {
        self.known.get(text)
    }

    /// Says when the search is over.
    pub fn is_over(&self) -> &'a dyn Fn() -> bool {
        self.is_over
    }

    /// Whether nothing more will be measured.
    pub fn is_stopped(&mut self) -> bool {
        self.is_stopped |= (self.is_over)();
        self.is_stopped
    }

    /// Texts whose measures are known.
    pub fn len(&self) -> usize {
        self.known.len()
    }
}
