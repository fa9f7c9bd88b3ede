//! Single flight: one computation a key, however many ask for it.
//!
//! The first to ask leads, the others join and wait. A leader that gives up hands over: a joiner
//! that waits, or else the next to ask, leads in its place.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use rustc_hash::FxHashMap;

use super::key::Key;

/// Tables, so that threads seldom meet at one lock.
const SHARDS: usize = 16;

#[derive(Debug)]
enum Phase<V> {
    /// Somebody computes.
    Led,
    /// Nobody computes any more, and a joiner may.
    Vacant,
    Done(Result<V, Arc<str>>),
}

#[derive(Debug)]
struct State<V> {
    phase: Phase<V>,
    joiners: usize,
}

#[derive(Debug)]
struct Flight<V> {
    state: Mutex<State<V>>,
    woken: Condvar,
}

impl<V> Flight<V> {
    fn lock(&self) -> MutexGuard<'_, State<V>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

type Table<V> = Mutex<FxHashMap<Key, Arc<Flight<V>>>>;

/// The computations that run. Locks are taken in the order table, flight.
#[derive(Debug)]
pub(super) struct Flights<V>([Table<V>; SHARDS]);

impl<V> Default for Flights<V> {
    fn default() -> Self {
        Self(std::array::from_fn(|_| Mutex::default()))
    }
}

/// The part of one who asks for a key.
#[derive(Debug)]
pub(super) enum Seat<V: Clone> {
    Lead(Leader<V>),
    Join(Joiner<V>),
}

/// What came of waiting.
#[derive(Debug)]
pub(super) enum Landing<V: Clone> {
    Value(V),
    Lead(Leader<V>),
    Failed(Arc<str>),
}

/// One who has to compute; dropping it hands over.
#[derive(Debug)]
pub(super) struct Leader<V: Clone> {
    flights: Arc<Flights<V>>,
    key: Key,
    flight: Arc<Flight<V>>,
    is_done: bool,
}

/// One who waits for another's computation.
#[derive(Debug)]
pub(super) struct Joiner<V: Clone> {
    flights: Arc<Flights<V>>,
    key: Key,
    flight: Arc<Flight<V>>,
}

impl<V: Clone> Flights<V> {
    fn table(&self, key: &Key) -> MutexGuard<'_, FxHashMap<Key, Arc<Flight<V>>>> {
        let shard = usize::from(key.as_bytes()[1]) % SHARDS;
        self.0[shard].lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Leads the computation of `key`, or joins the one that runs.
    pub(super) fn board(self: &Arc<Self>, key: Key) -> Seat<V> {
        let mut table = self.table(&key);
        let flight = table.entry(key).or_insert_with(|| {
            Arc::new(Flight {
                state: Mutex::new(State {
                    phase: Phase::Vacant,
                    joiners: 0,
                }),
                woken: Condvar::new(),
            })
        });
        let flight = flight.clone();
        let mut state = flight.lock();
        let is_led = !matches!(state.phase, Phase::Vacant);
        if is_led {
            state.joiners += 1;
        } else {
            state.phase = Phase::Led;
        }
        drop(state);
        let flights = self.clone();
        if is_led {
            Seat::Join(Joiner {
                flights,
                key,
                flight,
            })
        } else {
            Seat::Lead(Leader {
                flights,
                key,
                flight,
                is_done: false,
            })
        }
    }

    /// Computations that run or that a joiner may take over.
    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        let tables = self.0.iter();
        tables.map(|t| t.lock().unwrap().len()).sum()
    }
}

impl<V: Clone> Leader<V> {
    pub(super) const fn key(&self) -> &Key {
        &self.key
    }

    /// Gives the joiners what came of it.
    pub(super) fn finish(mut self, result: Result<V, Arc<str>>) {
        self.end(Phase::Done(result));
    }

    /// Ends the lead; true where joiners are left.
    fn end(&mut self, phase: Phase<V>) -> bool {
        self.is_done = true;
        let mut table = self.flights.table(&self.key);
        let mut state = self.flight.lock();
        // A vacant flight without joiners would stay for ever.
        if matches!(phase, Phase::Done(_)) || state.joiners == 0 {
            table.remove(&self.key);
        }
        state.phase = phase;
        self.flight.woken.notify_all();
        state.joiners > 0
    }

    /// Gives up; true where a joiner may take over.
    pub(super) fn hand_over(mut self) -> bool {
        self.end(Phase::Vacant)
    }
}

impl<V: Clone> Drop for Leader<V> {
    fn drop(&mut self) {
        if !self.is_done {
            self.end(Phase::Vacant);
        }
    }
}

impl<V: Clone> Joiner<V> {
    /// Waits until the computation ends or is handed over to this joiner; gives itself back where
    /// `timeout` passes before.
    pub(super) fn wait(self, timeout: Option<Duration>) -> Result<Landing<V>, Self> {
        let deadline = timeout.and_then(|t| Instant::now().checked_add(t));
        let mut state = self.flight.lock();
        loop {
            match &mut state.phase {
                Phase::Done(result) => {
                    let result = result.clone();
                    return Ok(result.map_or_else(Landing::Failed, Landing::Value));
                }
                phase @ Phase::Vacant => {
                    *phase = Phase::Led;
                    drop(state);
                    let (flights, key, flight) =
                        (self.flights.clone(), self.key, self.flight.clone());
                    return Ok(Landing::Lead(Leader {
                        flights,
                        key,
                        flight,
                        is_done: false,
                    }));
                }
                Phase::Led => {}
            }
            let woken = &self.flight.woken;
            let Some(deadline) = deadline else {
                state = woken.wait(state).unwrap_or_else(PoisonError::into_inner);
                continue;
            };
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                drop(state);
                return Err(self);
            }
            let woken = woken.wait_timeout(state, left);
            (state, _) = woken.unwrap_or_else(PoisonError::into_inner);
        }
    }

    pub(super) const fn key(&self) -> &Key {
        &self.key
    }
}

impl<V: Clone> Drop for Joiner<V> {
    fn drop(&mut self) {
        let mut table = self.flights.table(&self.key);
        let mut state = self.flight.lock();
        state.joiners -= 1;
        if state.joiners > 0 || !matches!(state.phase, Phase::Vacant) {
            return;
        }
        // The last of those who could have taken over. The key may fly anew already.
        if table
            .get(&self.key)
            .is_some_and(|f| Arc::ptr_eq(f, &self.flight))
        {
            table.remove(&self.key);
        }
    }
}

#[cfg(test)]
mod tests;
