//! The lanes against a scheduler that only lists what happened and looks everything up in it.

use proptest::prelude::*;

use super::*;

#[derive(Debug, Clone)]
enum Op {
    /// A lane, a document and revision, and texts.
    Push(usize, Option<(u64, u64)>, Vec<usize>),
    /// A client of those that wait goes.
    Close(usize),
    Supersede(u64, u64),
    Pass(u64),
    Pop,
    /// One of the batches that run comes back, with results or without.
    Return(usize, bool),
}

fn ops() -> impl Strategy<Value = Vec<Op>> {
    // Mostly the same revision, so that much work of a document waits at once.
    let revision = prop_oneof![8 => Just(2u64), 1 => 0..2u64, 1 => 2..5u64];
    let version = prop::option::of((0..3u64, revision));
    let texts = prop::collection::vec(prop_oneof![4 => 0..40usize, 1 => 40..90usize], 1..6);
    let op = prop_oneof![
        8 => (0..3usize, version, texts).prop_map(|(l, v, t)| Op::Push(l, v, t)),
        1 => any::<usize>().prop_map(Op::Close),
        1 => (0..3u64, 0..6u64).prop_map(|(d, r)| Op::Supersede(d, r)),
        3 => (0..600u64).prop_map(Op::Pass),
        8 => Just(Op::Pop),
        5 => (any::<usize>(), prop::bool::weighted(0.9)).prop_map(|(n, ok)| Op::Return(n, ok)),
    ];
    prop::collection::vec(op, 1..150)
}

/// What became of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    Waits,
    Runs,
    Done,
}

#[derive(Debug)]
struct Known {
    lane: Lane,
    version: Option<(u64, u64)>,
    tokens: Vec<usize>,
    fates: Vec<Fate>,
    closed: Arc<AtomicBool>,
    /// Why there will be no results.
    ending: Option<Ending>,
    /// Whether what waited of it was dropped.
    dropped: bool,
}

impl Known {
    fn waits(&self) -> bool {
        !self.dropped && self.fates.contains(&Fate::Waits)
    }

    fn runs(&self) -> bool {
        self.fates.contains(&Fate::Runs)
    }

    /// Waiting texts, longest first, by insertion.
    fn texts(&self) -> Vec<usize> {
        let mut texts: Vec<usize> = Vec::new();
        for (text, tokens) in self.tokens.iter().enumerate() {
            if self.fates[text] == Fate::Waits {
                let shorter = texts
                    .iter()
                    .position(|t| self.tokens[*t].max(1) < (*tokens).max(1));
                texts.insert(shorter.unwrap_or(texts.len()), text);
            }
        }
        texts
    }
}

/// What happened to a lane, newest last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Event {
    /// A batch of a lane, and whether it went out of turn.
    Batch(Lane, bool, u64),
    Filled(Lane, u64),
    Emptied(Lane),
}

/// The naive scheduler.
struct Naive {
    settings: Settings,
    works: Vec<Known>,
    latest: Vec<(u64, u64)>,
    events: Vec<Event>,
    now: u64,
}

impl Naive {
    fn revision(&self, document: u64) -> Option<u64> {
        self.latest
            .iter()
            .filter(|(d, _)| *d == document)
            .map(|(_, r)| *r)
            .max()
    }

    fn waiting(&self, lane: Lane) -> Vec<usize> {
        let works = (0..self.works.len()).filter(|w| self.works[*w].lane == lane);
        works.filter(|w| self.works[*w].waits()).collect()
    }

    fn texts(&self, lane: Lane) -> usize {
        self.waiting(lane)
            .iter()
            .map(|w| self.works[*w].texts().len())
            .sum()
    }

    fn end(&mut self, works: &[usize], why: Ending) {
        for work in works {
            let lane = self.works[*work].lane;
            self.works[*work].ending.get_or_insert(why);
            self.works[*work].dropped = true;
            if self.waiting(lane).is_empty() {
                self.events.push(Event::Emptied(lane));
            }
        }
    }

    fn is_superseded(&self, work: usize) -> bool {
        let version = self.works[work].version;
        version.is_some_and(|(d, r)| self.revision(d) > Some(r))
    }

    fn supersede(&mut self, document: u64, revision: u64) -> bool {
        if self.revision(document) > Some(revision) {
            return false;
        }
        self.latest.push((document, revision));
        for lane in Lane::ALL {
            let waiting = self.waiting(lane);
            let old: Vec<_> = waiting
                .into_iter()
                .filter(|w| self.is_superseded(*w))
                .collect();
            self.end(&old, Ending::Superseded);
        }
        true
    }

    /// Why work is not handed out.
    fn ending(&self, work: usize) -> Option<Ending> {
        let closed = self.works[work].closed.load(Ordering::Acquire);
        let ending = self.works[work].ending;
        ending.or_else(|| closed.then_some(Ending::Cancelled))
    }

    fn drop_ended(&mut self, lane: Lane) {
        for work in self.waiting(lane) {
            if let Some(why) = self.ending(work) {
                self.end(&[work], why);
            }
        }
    }

    /// Accepts the work, or tells whether it was refused as superseded.
    fn push(&mut self, work: Known) -> Result<(), bool> {
        if let Some((document, revision)) = work.version
            && !self.supersede(document, revision)
        {
            return Err(true);
        }
        let (lane, texts) = (work.lane, work.tokens.len());
        if self.texts(lane) + texts > self.settings.capacity[lane] {
            self.drop_ended(lane);
        }
        if self.texts(lane) + texts > self.settings.capacity[lane] {
            return Err(false);
        }
        if self.waiting(lane).is_empty() {
            self.events.push(Event::Filled(lane, self.now));
        }
        self.works.push(work);
        Ok(())
    }

    /// How often others were served, and since when, while `lane` waited.
    fn passed(&self, lane: Lane) -> (u32, u64) {
        let mut passed = 0;
        for event in self.events.iter().rev() {
            match *event {
                Event::Batch(of, _, at) if of == lane => return (passed, at),
                Event::Filled(of, at) if of == lane => return (passed, at),
                Event::Batch(..) => passed += 1,
                Event::Filled(..) | Event::Emptied(_) => {}
            }
        }
        unreachable!("a lane that waits was filled")
    }

    /// The lane whose turn it is, and whether it is out of turn.
    fn turn(&self) -> Option<(Lane, bool)> {
        let urgent = Lane::ALL
            .into_iter()
            .find(|l| !self.waiting(*l).is_empty())?;
        let last = self.events.iter().rev().find_map(|e| match e {
            Event::Batch(_, out_of_turn, _) => Some(*out_of_turn),
            Event::Filled(..) | Event::Emptied(_) => None,
        });
        if last == Some(true) {
            return Some((urgent, false));
        }
        let patience = self.settings.patience;
        let time = patience.time.as_millis() as u64;
        let mut often = Vec::new();
        let mut long = Vec::new();
        for lane in Lane::ALL {
            if lane >= urgent && lane != Interactive && !self.waiting(lane).is_empty() {
                let (passed, since) = self.passed(lane);
                if passed >= patience.batches {
                    often.push((std::cmp::Reverse(passed), lane));
                } else if self.now - since >= time {
                    long.push((since, lane));
                }
            }
        }
        let overdue = often.into_iter().min().map(|(_, l)| l);
        let overdue = overdue.or_else(|| long.into_iter().min().map(|(_, l)| l));
        Some(overdue.map_or((urgent, false), |lane| (lane, lane != urgent)))
    }

    /// The next batch: works and texts.
    fn pop(&mut self) -> Option<(Lane, Vec<(usize, usize)>)> {
        loop {
            let (lane, out_of_turn) = self.turn()?;
            let batch = self.fill(lane);
            if batch.is_empty() {
                continue;
            }
            self.events.push(Event::Batch(lane, out_of_turn, self.now));
            for (work, text) in &batch {
                self.works[*work].fates[*text] = Fate::Runs;
            }
            if self.waiting(lane).is_empty() {
                self.events.push(Event::Emptied(lane));
            }
            return Some((lane, batch));
        }
    }

    fn fill(&mut self, lane: Lane) -> Vec<(usize, usize)> {
        let budget = self.settings.budget;
        let mut batch: Vec<(usize, usize)> = Vec::new();
        let mut overtaken = Vec::new();
        for work in self.waiting(lane) {
            let padded = |rows: &[(usize, usize)]| {
                let longest = rows
                    .iter()
                    .map(|(w, t)| self.works[*w].tokens[*t].max(1))
                    .max();
                (longest.unwrap_or(0), rows.len() * longest.unwrap_or(0))
            };
            let fits = |rows: &[(usize, usize)]| {
                rows.len() <= budget.batch_size && padded(rows).1 <= budget.padded_tokens
            };
            // Nothing is looked at once not even the shortest row fits.
            let (longest, _) = padded(&batch);
            let one_more = (batch.len() + 1) * longest;
            if !batch.is_empty()
                && (batch.len() == budget.batch_size || one_more > budget.padded_tokens)
            {
                break;
            }
            if let Some(why) = self.ending(work) {
                self.end(&[work], why);
                continue;
            }
            let texts: Vec<_> = self.works[work]
                .texts()
                .iter()
                .map(|t| (work, *t))
                .collect();
            if batch.is_empty() {
                let mut texts = texts.into_iter();
                batch.extend(texts.next());
                for text in texts {
                    batch.push(text);
                    if !fits(&batch) {
                        batch.pop();
                        break;
                    }
                }
                if self.works[work].texts().len() > batch.len() {
                    break;
                }
                continue;
            }
            let document = self.works[work].version.map(|(d, _)| d);
            let both: Vec<_> = batch.iter().chain(&texts).copied().collect();
            let ends = [&batch, &texts].map(|rows| padded(rows).0.next_power_of_two().max(16));
            let behind = document.is_some() && overtaken.contains(&document);
            if behind || ends[0] != ends[1] || !fits(&both) {
                overtaken.push(document);
            } else {
                batch = both;
            }
        }
        batch
    }

    /// Checks the stated bounds over all that happened.
    fn check_patience(&self) -> Result<(), TestCaseError> {
        let patience = self.settings.patience;
        for lane in Lane::ALL {
            let (mut since, mut passed, mut late) = (None, 0, 0);
            for event in &self.events {
                match *event {
                    Event::Filled(of, at) if of == lane => (since, passed, late) = (Some(at), 0, 0),
                    Event::Emptied(of) if of == lane => since = None,
                    Event::Batch(of, _, at) if of == lane => {
                        (since, passed, late) = (since.map(|_| at), 0, 0);
                    }
                    Event::Batch(_, _, at) => {
                        if let Some(since) = since {
                            passed += 1;
                            late += u32::from(at - since >= patience.time.as_millis() as u64);
                        }
                    }
                    Event::Filled(..) | Event::Emptied(_) => {}
                }
                let most = if lane == Interactive {
                    1
                } else {
                    patience.batches + 2
                };
                prop_assert!(passed <= most, "{lane} was passed over {passed} times");
                prop_assert!(late <= 3, "{lane} was passed over {late} times when late");
            }
        }
        Ok(())
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn does_what_a_naive_scheduler_does(
        ops in ops(),
        batches in 1..5u32,
        padded_tokens in 20..200usize,
        batch_size in 1..7usize,
    ) {
        let settings = Settings {
            capacity: PerLane::new(|_| 12),
            patience: Patience { batches, time: Duration::from_secs(1) },
            ..settings(padded_tokens, batch_size)
        };
        let mut naive = Naive {
            settings: settings.clone(),
            works: Vec::new(),
            latest: Vec::new(),
            events: Vec::new(),
            now: 0,
        };
        let client = Client::new();
        let mut lanes: Lanes<Job> = Lanes::new(settings, revisions());
        let mut running: Vec<Batch<Job>> = Vec::new();
        let mut told: Vec<usize> = Vec::new();
        let mut wholes: Vec<usize> = Vec::new();
        // At the end, everything is worked on and comes back.
        let rest = [Op::Pop, Op::Return(0, true)].into_iter().cycle().take(400);
        for op in ops.into_iter().chain(rest) {
            let now = Duration::from_millis(naive.now);
            let mut leftovers = Leftovers::default();
            match op {
                Op::Push(lane, version, tokens) => {
                    let mut job = client.job(naive.works.len(), &tokens);
                    job.version = version.map(|(document, revision)| Version { document, revision });
                    let known = Known {
                        lane: Lane::ALL[lane],
                        version,
                        fates: vec![Fate::Waits; tokens.len()],
                        tokens,
                        closed: job.closed.clone(),
                        ending: None,
                        dropped: false,
                    };
                    let pushed = lanes.push(Lane::ALL[lane], job, now, &mut leftovers);
                    let refused = pushed.err().map(|r| match r.reason {
                        Refusal::Superseded { .. } => true,
                        Refusal::Overloaded { .. } => false,
                        other => panic!("refused: {other}"),
                    });
                    prop_assert_eq!(refused, naive.push(known).err());
                }
                Op::Close(n) => {
                    let waiting: Vec<_> = naive.works.iter().filter(|w| w.waits()).collect();
                    if !waiting.is_empty() {
                        waiting[n % waiting.len()].closed.store(true, Ordering::Release);
                    }
                }
                Op::Supersede(document, revision) => {
                    let told = lanes.supersede(Version { document, revision }, &mut leftovers);
                    prop_assert_eq!(told.is_ok(), naive.supersede(document, revision));
                }
                Op::Pass(ms) => naive.now += ms,
                Op::Pop => {
                    let batch = match lanes.next(now, &mut leftovers) {
                        Next::Batch(batch) => Some(batch),
                        Next::Idle => None,
                        Next::Later(wait) => panic!("lingers for {wait:?}"),
                    };
                    let texts = batch.as_ref().map(|b| {
                        let texts = b.parts.iter().flat_map(|p| p.texts().map(|t| (p.item().name, t)));
                        (b.lane, texts.collect::<Vec<_>>())
                    });
                    prop_assert_eq!(texts, naive.pop());
                    if let Some(batch) = &batch {
                        let within = batch.padded_tokens() <= padded_tokens && batch.rows() <= batch_size;
                        prop_assert!(within || batch.rows() == 1);
                    }
                    running.extend(batch);
                }
                Op::Return(n, ok) if !running.is_empty() => {
                    let batch = running.swap_remove(n % running.len());
                    let texts: Vec<_> = batch
                        .parts
                        .iter()
                        .flat_map(|p| p.texts().map(|t| (p.item().name, t)))
                        .collect();
                    for (work, text) in &texts {
                        let work = &mut naive.works[*work];
                        work.fates[*text] = Fate::Done;
                        if !ok {
                            work.ending.get_or_insert(Ending::Abandoned);
                        }
                    }
                    if ok {
                        let outputs = texts.iter().map(|(w, t)| w * 10 + t).collect();
                        for whole in batch.finish(outputs) {
                            let name = whole.item.name;
                            let texts = 0..whole.item.tokens.len();
                            prop_assert_eq!(whole.outputs, texts.map(|t| name * 10 + t).collect::<Vec<_>>());
                            wholes.push(name);
                        }
                    }
                }
                Op::Return(..) => {}
            }
            drop(leftovers);
            for Heard(name, why) in client.heard() {
                prop_assert_eq!(Some(why), naive.works[name].ending);
                prop_assert!(!naive.works[name].runs());
                told.push(name);
            }
            for lane in Lane::ALL {
                prop_assert_eq!(lanes.lens()[lane], naive.texts(lane));
            }
        }
        naive.check_patience()?;
        prop_assert!(running.is_empty() && lanes.is_empty());
        let mut fates: Vec<usize> = told.into_iter().chain(wholes.iter().copied()).collect();
        fates.sort_unstable();
        prop_assert_eq!(fates, (0..naive.works.len()).collect::<Vec<_>>());
        for name in wholes {
            prop_assert_eq!(naive.works[name].ending, None);
        }
    }
}
