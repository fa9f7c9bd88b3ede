//! What the monitor tells, and what its pane asks for.

use crate::monitor::Table;

use super::super::command::{Command, Place, Verdict};
use super::super::overlays::{Answer, Ask, Choice, LineInput, Overlay, Question};
use super::super::panes::monitor::{BreakerAction, MonitorEffect};
use super::super::watching::Sampled;
use super::{App, Effect};

impl App {
    pub(super) fn sampled(&mut self, sampled: Sampled) -> Vec<Effect> {
        let bytes = sampled.show_in(&mut self.monitor);
        bytes.map(Effect::Ring).into_iter().collect()
    }

    pub(super) fn monitor_effects(&mut self, effects: Vec<MonitorEffect>) -> Vec<Effect> {
        let mut out = Vec::new();
        for effect in effects {
            match Due::of(effect) {
                Due::Open(overlay) => self.open(overlay),
                Due::Tell(text) => self.notice(text),
                Due::Effect(effect) => out.push(effect),
            }
        }
        out
    }

    /// Filters a table, or asks again where the text is no filter.
    pub(super) fn filter_table(&mut self, table: Table, text: String) {
        if let Err(error) = self.monitor.set_filter(table, &text) {
            self.ask_for_line(Ask::Filter(table), text);
            if let Some(Overlay::Prompt { error: told, .. }) = self.overlays.last_mut() {
                *told = Some(error.to_string());
            }
        }
    }

    /// Changes a breaker, which was confirmed.
    pub(super) fn change_breaker(&mut self, name: String, action: BreakerAction) -> Vec<Effect> {
        let effect = self.monitor.confirmed(name, action);
        self.monitor_effects(vec![effect])
    }
}

/// What an effect of the pane comes to.
pub(in crate::tui) enum Due {
    /// A question to the operator.
    Open(Overlay),
    /// Something to tell.
    Tell(String),
    /// Something for the loop.
    Effect(Effect),
}

impl Due {
    pub(in crate::tui) fn of(effect: MonitorEffect) -> Self {
        match effect {
            MonitorEffect::Ask {
                breaker,
                action,
                text,
            } => Self::Open(Overlay::Question(breaker_question(breaker, action, text))),
            MonitorEffect::AskFilter { table, text } => Self::Open(Overlay::Prompt {
                ask: Ask::Filter(table),
                input: LineInput::suggesting(text),
                error: None,
            }),
            MonitorEffect::Tell(text) => Self::Tell(text),
            effect @ (MonitorEffect::ForceBreaker { .. }
            | MonitorEffect::Export { .. }
            | MonitorEffect::SetCollector { .. }
            | MonitorEffect::WantTable { .. }) => Self::Effect(Effect::Watch(effect)),
        }
    }
}

/// Whether to change a breaker.
fn breaker_question(name: String, action: BreakerAction, text: [String; 2]) -> Question {
    Question {
        place: Place::Ordering,
        title: "Breakers",
        text,
        choices: vec![Choice::new(
            Command::Answer(Verdict::Order),
            match action {
                BreakerAction::ForceOpen => ["force it open", "open"],
                BreakerAction::Close => ["close it", "close"],
                BreakerAction::Disable => ["disable it", "disable"],
            },
            Answer::ChangeBreaker(name, action),
        )],
    }
}
