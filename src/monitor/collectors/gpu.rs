//! Graphics cards: which figures are asked, how often, and what becomes of those not given.

use super::{Ask, Collector, Fault, Part};
use crate::monitor::snapshot::Gpu;

/// Most cards shown.
const MOST: u32 = 64;
/// Samples from one question for a figure that seldom changes to the next.
const SELDOM: u32 = 10;

/// A figure of a card.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Figure {
    /// Share, 0 to 1.
    Utilisation,
    /// Bytes in use.
    MemoryUsed,
    /// Bytes.
    MemoryTotal,
    /// Degrees Celsius.
    Temperature,
    /// Watts.
    Power,
    /// Watts.
    PowerLimit,
    /// Megahertz.
    Clock,
    /// Megahertz.
    MemoryClock,
    /// Errors.
    EccErrors,
    /// 1 where the card is cut into instances, else 0.
    Mig,
}

impl Figure {
    const ALL: [Self; 10] = [
        Self::Utilisation,
        Self::MemoryUsed,
        Self::MemoryTotal,
        Self::Temperature,
        Self::Power,
        Self::PowerLimit,
        Self::Clock,
        Self::MemoryClock,
        Self::EccErrors,
        Self::Mig,
    ];

    fn is_steady(self) -> bool {
        match self {
            Self::MemoryTotal | Self::PowerLimit | Self::EccErrors | Self::Mig => true,
            Self::Utilisation
            | Self::MemoryUsed
            | Self::Temperature
            | Self::Power
            | Self::Clock
            | Self::MemoryClock => false,
        }
    }
}

/// Why a figure is lacking.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Lack {
    /// The card or its driver never gives it.
    NotGiven,
    /// It was not given this time, and why.
    Failed(String),
}

/// A driver of cards.
pub(super) trait GpuSource: Send {
    /// How many cards there are. Opens the driver where that is closed.
    fn count(&mut self) -> Result<u32, Fault>;
    /// What a card is called.
    fn name(&mut self, index: u32) -> Result<String, Lack>;
    /// A figure of a card.
    fn figure(&mut self, index: u32, figure: Figure) -> Result<f64, Lack>;
    /// Lets go of the driver, which keeps cards awake.
    fn close(&mut self);
}

/// Asks a driver for its cards.
pub(super) struct Gpus {
    source: Box<dyn GpuSource>,
    cards: Vec<Card>,
    samples: u32,
}

#[derive(Debug, Default)]
struct Card {
    name: Option<String>,
    figures: [Known; Figure::ALL.len()],
}

#[derive(Debug, Clone, Copy, Default)]
struct Known {
    value: Option<f64>,
    never_given: bool,
}

impl Card {
    /// Asks for what is due. Returns why nothing was told, where nothing was.
    fn ask(&mut self, source: &mut dyn GpuSource, index: u32, all: bool) -> Option<String> {
        if self.name.is_none() {
            let name = source.name(index).ok();
            let clean = |n: String| n.chars().filter(|c| !c.is_control()).collect();
            self.name = name.map(clean);
        }
        let mut failed = None;
        for (figure, known) in Figure::ALL.into_iter().zip(&mut self.figures) {
            if known.never_given || (figure.is_steady() && !all) {
                continue;
            }
            known.value = match source.figure(index, figure) {
                Ok(value) => Some(value),
                Err(Lack::NotGiven) => {
                    known.never_given = true;
                    None
                }
                Err(Lack::Failed(why)) => {
                    failed.get_or_insert(why);
                    None
                }
            };
        }
        failed.filter(|_| self.figures.iter().all(|k| k.value.is_none()))
    }

    fn row(&self, index: u32) -> Gpu {
        let value = |figure: Figure| self.figures[figure as usize].value;
        // Counts come as floating-point numbers, which are exact up to 2^53.
        let count = |figure| value(figure).map(|v| v.max(0.0) as u64);
        let megahertz = |figure| count(figure).and_then(|v| u32::try_from(v).ok());
        Gpu {
            index,
            name: self.name.clone().unwrap_or_else(|| "unnamed".to_owned()),
            utilisation: value(Figure::Utilisation),
            memory_used: count(Figure::MemoryUsed),
            memory_total: count(Figure::MemoryTotal),
            temperature: value(Figure::Temperature),
            power: value(Figure::Power),
            power_limit: value(Figure::PowerLimit),
            clock: megahertz(Figure::Clock),
            memory_clock: megahertz(Figure::MemoryClock),
            ecc_errors: count(Figure::EccErrors),
            mig: value(Figure::Mig).map(|v| v > 0.5),
        }
    }
}

impl Gpus {
    /// Asks `source`.
    pub(super) fn new(source: Box<dyn GpuSource>) -> Self {
        Self {
            source,
            cards: Vec::new(),
            samples: 0,
        }
    }
}

impl Collector for Gpus {
    fn collect(&mut self, _: Ask) -> Result<Part, Fault> {
        let count = self.source.count()?.min(MOST);
        if count == 0 {
            return Err(Fault::Absent("the driver knows no card".to_owned()));
        }
        // A card that was added or taken away may have moved the others.
        if self.cards.len() != count as usize {
            self.cards = (0..count).map(|_| Card::default()).collect();
            self.samples = 0;
        }
        let all = self.samples.is_multiple_of(SELDOM);
        self.samples = self.samples.wrapping_add(1);
        let (mut rows, mut failures) = (Vec::with_capacity(self.cards.len()), Vec::new());
        for (index, card) in (0..).zip(&mut self.cards) {
            failures.extend(card.ask(&mut *self.source, index, all));
            rows.push(card.row(index));
        }
        if failures.len() == rows.len() {
            // The driver may have been loaded anew; it is opened again the next time.
            self.rest();
            return Err(Fault::Failed(failures.swap_remove(0)));
        }
        Ok(Part::Gpu(rows))
    }

    fn forget(&mut self) {}

    fn rest(&mut self) {
        self.cards.clear();
        self.source.close();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::monitor::testing::at;
    use std::sync::{Arc, Mutex};

    #[derive(Default)]
    struct State {
        cards: u32,
        lacking: Vec<Figure>,
        lost: Vec<u32>,
        asked: Vec<(u32, Figure)>,
        closed: u32,
    }

    struct Fake(Arc<Mutex<State>>);

    impl GpuSource for Fake {
        fn count(&mut self) -> Result<u32, Fault> {
            Ok(self.0.lock().unwrap().cards)
        }

        fn name(&mut self, index: u32) -> Result<String, Lack> {
            Ok(format!("card\x07 {index}"))
        }

        fn figure(&mut self, index: u32, figure: Figure) -> Result<f64, Lack> {
            let mut state = self.0.lock().unwrap();
            state.asked.push((index, figure));
            if state.lost.contains(&index) {
                return Err(Lack::Failed("it fell off the bus".to_owned()));
            }
            if state.lacking.contains(&figure) {
                return Err(Lack::NotGiven);
            }
            Ok(f64::from(figure as u8) + 0.5)
        }

        fn close(&mut self) {
            self.0.lock().unwrap().closed += 1;
        }
    }

    fn fake(state: State) -> (Gpus, Arc<Mutex<State>>) {
        let state = Arc::new(Mutex::new(state));
        (Gpus::new(Box::new(Fake(state.clone()))), state)
    }

    fn told(gpus: &mut Gpus) -> Vec<Gpu> {
        match gpus.collect(at(0)).unwrap() {
            Part::Gpu(rows) => rows,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn every_figure_lands_in_its_field() {
        let (mut gpus, _) = fake(State {
            cards: 1,
            ..State::default()
        });
        let expected = Gpu {
            index: 0,
            name: "card 0".to_owned(),
            utilisation: Some(0.5),
            memory_used: Some(1),
            memory_total: Some(2),
            temperature: Some(3.5),
            power: Some(4.5),
            power_limit: Some(5.5),
            clock: Some(6),
            memory_clock: Some(7),
            ecc_errors: Some(8),
            mig: Some(true),
        };
        assert_eq!(told(&mut gpus), [expected]);
    }

    #[test]
    fn a_figure_not_given_is_unknown_and_not_asked_again() {
        use Figure::{EccErrors, Mig, Power, Utilisation};
        let (mut gpus, state) = fake(State {
            cards: 2,
            lacking: vec![Power, EccErrors, Mig],
            ..State::default()
        });
        for _ in 0..21 {
            let card = &told(&mut gpus)[1];
            assert_eq!((card.power, card.ecc_errors, card.mig), (None, None, None));
            assert_eq!(card.power_limit, Some(5.5), "kept between two questions");
        }
        let asked = |figure| {
            let state = state.lock().unwrap();
            state.asked.iter().filter(|a| **a == (1, figure)).count()
        };
        let counts = [Power, Mig, Figure::PowerLimit, Utilisation].map(asked);
        assert_eq!(counts, [1, 1, 3, 21]);
    }

    #[test]
    fn one_lost_card_is_a_row_of_unknowns_and_all_lost_a_failure() {
        let (mut gpus, state) = fake(State {
            cards: 2,
            lost: vec![0],
            ..State::default()
        });
        let rows = told(&mut gpus);
        assert_eq!(
            (rows[0].utilisation, rows[1].utilisation),
            (None, Some(0.5))
        );
        state.lock().unwrap().lost.push(1);
        // Figures of the steady kind are still held until their turn comes.
        let failed = (0..=SELDOM).find_map(|_| gpus.collect(at(0)).err());
        assert_eq!(
            failed,
            Some(Fault::Failed("it fell off the bus".to_owned()))
        );
        assert_eq!(state.lock().unwrap().closed, 1);
        state.lock().unwrap().lost.clear();
        assert_eq!(told(&mut gpus).len(), 2);
        state.lock().unwrap().cards = 0;
        assert!(matches!(gpus.collect(at(0)), Err(Fault::Absent(_))));
    }
}
