//! The lanes as a state machine: no threads, no clock of its own.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use rustc_hash::FxHashSet;

use super::item::{Batch, Part, Shared};
use super::revisions::{Revisions, Standing};
use super::stats::{LaneStats, Rate};
use super::turns::Turns;
use super::{Ending, Lane, PerLane, Refusal, Refused, Settings, Version, Work};
use crate::engine::batcher::{self, Filling, Row};

/// Work that ended in the lanes. Dropping it tells the clients, so it must be dropped with no lock
/// held.
#[must_use = "dropping it tells the clients"]
pub struct Leftovers<T: Work>(Vec<Arc<Shared<T>>>);

impl<T: Work> Leftovers<T> {
    /// Whether nothing ended.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<T: Work> Default for Leftovers<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

/// What there is to do.
pub enum Next<T: Work> {
    /// This.
    Batch(Batch<T>),
    /// Nothing yet: the batch lane waits this long for more.
    Later(Duration),
    /// Nothing.
    Idle,
}

struct Waiting<T: Work> {
    shared: Arc<Shared<T>>,
    /// Rows handed out already; other than 0 only at the head of a lane.
    out: usize,
    pushed: Duration,
}

impl<T: Work> Waiting<T> {
    fn rows(&self) -> &[Row] {
        &self.shared.rows()[self.out..]
    }

    /// Why it should not be handed out.
    fn ending(&self) -> Option<Ending> {
        if self.shared.is_abandoned() {
            Some(Ending::Abandoned)
        } else if self.shared.is_superseded() {
            Some(Ending::Superseded)
        } else {
            self.shared.is_closed().then_some(Ending::Cancelled)
        }
    }
}

struct Backlog<T: Work> {
    works: VecDeque<Waiting<T>>,
    /// Rows that wait, and their tokens.
    texts: usize,
    tokens: usize,
    rate: Rate,
    stats: LaneStats,
}

impl<T: Work> Backlog<T> {
    fn empty() -> Self {
        Self {
            works: VecDeque::new(),
            texts: 0,
            tokens: 0,
            rate: Rate::default(),
            stats: LaneStats::default(),
        }
    }

    fn subtract(&mut self, rows: &[Row]) {
        self.texts -= rows.len();
        self.tokens -= tokens(rows);
    }

    fn end(&mut self, work: Waiting<T>, why: Ending, leftovers: &mut Leftovers<T>) {
        self.subtract(work.rows());
        match work.shared.end(why) {
            Ending::Superseded => self.stats.superseded += 1,
            Ending::Cancelled => self.stats.cancelled += 1,
            Ending::Abandoned => self.stats.abandoned += 1,
            Ending::ShutDown => self.stats.shut_down += 1,
        }
        leftovers.0.push(work.shared);
    }

    /// Ends all work that `ending` gives a reason for.
    fn sweep(
        &mut self,
        ending: impl Fn(&Waiting<T>) -> Option<Ending>,
        leftovers: &mut Leftovers<T>,
    ) {
        for work in std::mem::take(&mut self.works) {
            match ending(&work) {
                Some(why) => self.end(work, why, leftovers),
                None => self.works.push_back(work),
            }
        }
    }
}

fn tokens(rows: &[Row]) -> usize {
    rows.iter().map(|row| row.tokens).sum()
}

/// The lanes, and who goes next. Time is any that never goes back.
pub struct Lanes<T: Work> {
    settings: Settings,
    backlogs: PerLane<Backlog<T>>,
    turns: Turns,
    revisions: Arc<Revisions>,
}

impl<T: Work> Lanes<T> {
    /// Empty lanes, whose documents' revisions are kept in `revisions`.
    #[must_use]
    pub fn new(settings: Settings, revisions: Arc<Revisions>) -> Self {
        Self {
            backlogs: PerLane::new(|_| Backlog::empty()),
            turns: Turns::new(settings.patience),
            revisions,
            settings,
        }
    }

    /// Accepts `item` into `lane`. Its revision, where it has one, supersedes older work of its
    /// document in every lane, even where the lane has no room for the item itself.
    ///
    /// # Errors
    /// Where it is refused; the item is given back.
    pub fn push(
        &mut self,
        lane: Lane,
        item: T,
        now: Duration,
        leftovers: &mut Leftovers<T>,
    ) -> Result<(), Refused<T>> {
        let rows = batcher::rows(item.tokens());
        let version = item.version();
        if let Err(reason) = self.admit(lane, rows.len(), version, leftovers) {
            return Err(Refused { item, reason });
        }
        let ticket = version.map(|v| self.revisions.enter(v));
        let backlog = &mut self.backlogs[lane];
        if backlog.works.is_empty() {
            backlog.rate.filled(now);
        }
        backlog.texts += rows.len();
        backlog.tokens += tokens(&rows);
        backlog.stats.accepted += 1;
        backlog.works.push_back(Waiting {
            shared: Arc::new(Shared::new(item, rows, ticket)),
            out: 0,
            pushed: now,
        });
        self.turns.filled(lane, now);
        Ok(())
    }

    fn admit(
        &mut self,
        lane: Lane,
        texts: usize,
        version: Option<Version>,
        leftovers: &mut Leftovers<T>,
    ) -> Result<(), Refusal> {
        let capacity = self.settings.capacity[lane];
        if texts == 0 {
            return Err(Refusal::NoTexts);
        }
        if texts > capacity {
            return Err(Refusal::TooLarge {
                lane,
                texts,
                capacity,
            });
        }
        if let Some(version) = version {
            self.supersede(version, leftovers)?;
        }
        if self.backlogs[lane].texts + texts > capacity {
            // What nobody waits for holds no place against what somebody does.
            self.backlogs[lane].sweep(Waiting::ending, leftovers);
            self.note_empty();
        }
        let backlog = &mut self.backlogs[lane];
        let over = (backlog.texts + texts).saturating_sub(capacity);
        if over > 0 {
            backlog.stats.overloaded += 1;
            return Err(Refusal::Overloaded {
                lane,
                waiting: backlog.texts,
                retry_in: backlog.rate.hint(over),
            });
        }
        Ok(())
    }

    /// Takes note of a revision of a document, and ends work of older ones that waits here.
    ///
    /// # Errors
    /// [`Refusal::Superseded`] where a newer one is known.
    pub fn supersede(
        &mut self,
        version: Version,
        leftovers: &mut Leftovers<T>,
    ) -> Result<(), Refusal> {
        match self.revisions.tell(version) {
            Standing::Superseded(latest) => Err(Refusal::Superseded {
                document: version.document,
                revision: version.revision,
                latest,
            }),
            Standing::Current | Standing::Newest { live: false } => Ok(()),
            Standing::Newest { live: true } => {
                let superseded =
                    |w: &Waiting<T>| w.shared.is_superseded().then_some(Ending::Superseded);
                for lane in Lane::ALL {
                    self.backlogs[lane].sweep(superseded, leftovers);
                }
                self.note_empty();
                Ok(())
            }
        }
    }

    fn note_empty(&mut self) {
        for lane in Lane::ALL {
            if self.backlogs[lane].works.is_empty() {
                self.turns.emptied(lane);
            }
        }
    }

    /// The next batch, where there is one.
    pub fn next(&mut self, now: Duration, leftovers: &mut Leftovers<T>) -> Next<T> {
        while let Some(turn) = self.turns.next(now) {
            if let Some(wait) = self.lingers(turn.lane, turn.out_of_turn, now) {
                return Next::Later(wait);
            }
            let batch = self.fill(turn.lane, now, leftovers);
            if let Some(batch) = batch {
                self.turns.served(turn, now);
                self.note_empty();
                return Next::Batch(batch);
            }
            // All that was in the lane had ended.
            self.note_empty();
        }
        Next::Idle
    }

    /// How long the batch lane still waits for more.
    fn lingers(&self, lane: Lane, out_of_turn: bool, now: Duration) -> Option<Duration> {
        let backlog = &self.backlogs[lane];
        let budget = self.settings.budget;
        let is_full = backlog.texts >= budget.batch_size || backlog.tokens >= budget.padded_tokens;
        if lane != Lane::Batch || out_of_turn || is_full {
            return None;
        }
        let until =
            backlog.works.front()?.pushed + self.settings.linger.min(self.settings.patience.time);
        until.checked_sub(now).filter(|wait| !wait.is_zero())
    }

    /// Fills a batch from the head of a lane; `None` where all of its work had ended.
    fn fill(
        &mut self,
        lane: Lane,
        now: Duration,
        leftovers: &mut Leftovers<T>,
    ) -> Option<Batch<T>> {
        let backlog = &mut self.backlogs[lane];
        let mut filling = Filling::new(self.settings.budget);
        let mut parts = Vec::new();
        let mut passed_over = Vec::new();
        // Documents with work that was passed over: what follows of them must not overtake it.
        let mut held_back = FxHashSet::default();
        while (parts.is_empty() || !filling.is_full())
            && let Some(mut work) = backlog.works.pop_front()
        {
            if let Some(why) = work.ending() {
                backlog.end(work, why, leftovers);
                continue;
            }
            let document = work.shared.document();
            let taken = if parts.is_empty() {
                filling.first(work.rows())
            } else if document.is_some_and(|d| held_back.contains(&d)) || !filling.join(work.rows())
            {
                0
            } else {
                work.rows().len()
            };
            if taken == 0 {
                held_back.extend(document);
                passed_over.push(work);
                continue;
            }
            let range = work.out..work.out + taken;
            let rows = &work.shared.rows()[range.clone()];
            backlog.subtract(rows);
            backlog.stats.tokens += tokens(rows) as u64;
            if work.out == 0 {
                backlog.stats.waits.note(now.saturating_sub(work.pushed));
            }
            work.out += taken;
            if work.rows().is_empty() {
                backlog.stats.dispatched += 1;
                parts.push(Part::new(work.shared, range));
            } else {
                parts.push(Part::new(work.shared.clone(), range));
                passed_over.push(work);
                // The batch is as full as the budget allows.
                break;
            }
        }
        for work in passed_over.into_iter().rev() {
            backlog.works.push_front(work);
        }
        let (rows, longest) = filling.size();
        if parts.is_empty() {
            return None;
        }
        backlog.rate.served(rows, now);
        backlog.stats.batches += 1;
        backlog.stats.texts += rows as u64;
        backlog.stats.padded_tokens += (rows * longest) as u64;
        Some(Batch {
            lane,
            parts,
            longest,
        })
    }

    /// Ends all that waits.
    pub fn shut_down(&mut self, leftovers: &mut Leftovers<T>) {
        for lane in Lane::ALL {
            self.backlogs[lane].sweep(|_| Some(Ending::ShutDown), leftovers);
        }
        self.note_empty();
    }

    /// Whether nothing waits.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.backlogs
            .iter()
            .all(|(_, backlog)| backlog.works.is_empty())
    }

    /// Texts that wait in each lane.
    #[must_use]
    pub fn lens(&self) -> PerLane<usize> {
        PerLane::new(|lane| self.backlogs[lane].texts)
    }

    /// What each lane counted.
    #[must_use]
    pub fn stats(&self) -> PerLane<LaneStats> {
        PerLane::new(|lane| self.backlogs[lane].stats.clone())
    }
}
