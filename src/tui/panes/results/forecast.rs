//! Rows of what the heads say.

use ratatui::text::Span as Piece;

use crate::analysis::Part;
use crate::analysis::engagement::{Driver, Engagement};
use crate::analysis::neural::Neural;
use crate::post::Span;

use super::rows::{Rows, head_of};
use super::{Target, Topic};

/// Drivers shown.
const DRIVERS: usize = 5;

impl Rows<'_> {
    /// What the trained head says of the whole post, or why it says nothing.
    pub(super) fn neural(&mut self, told: Option<&Neural>, gap: Option<&String>) {
        let Some(told) = told else {
            if let Some(reason) = gap {
                self.note(&format!("trained head: {reason}"));
            }
            return;
        };
        let p = told.probabilities;
        self.push(
            vec![
                Piece::styled(format!(" {:+.2}", told.score), self.polarity(told.score)),
                Piece::raw(format!(
                    "  {}: neg {:.2} neu {:.2} pos {:.2}",
                    told.label.name(),
                    p.negative,
                    p.neutral,
                    p.positive
                )),
            ],
            Target::Explain(Topic::Sentiment),
        );
    }

    pub(super) fn engagement(&mut self, part: &Part<Engagement>, text: &str) {
        let Some(told) = part.ready() else {
            return self.missing("Engagement", part);
        };
        self.heading("Engagement", "a weak guess among your own posts".to_owned());
        let [low, high] = told.interval;
        self.push(
            vec![
                Piece::raw(format!(" percentile {:.0}", told.percentile)),
                Piece::styled(
                    format!(
                        ", 4 of 5 from {low:.0} to {high:.0}; skill {:.2} of 1",
                        told.skill
                    ),
                    self.theme.faint,
                ),
            ],
            Target::Explain(Topic::Engagement),
        );
        for driver in told.drivers.iter().take(DRIVERS) {
            let effect = driver.effect();
            let style = if effect > 0.0 {
                self.theme.good
            } else {
                self.theme.warning
            };
            let (what, target) = match driver {
                Driver::Sentence { start, end, .. } => {
                    let sentence = text.get(*start..*end).unwrap_or_default();
                    let place = Target::Place(Span::new(*start, *end));
                    (head_of(sentence, self.width).to_owned(), place)
                }
                Driver::Feature { name, .. } => {
                    ((*name).to_owned(), Target::Explain(Topic::Engagement))
                }
            };
            self.push(
                vec![
                    Piece::styled(format!(" {effect:+.2} "), style),
                    Piece::styled(what, self.theme.faint),
                ],
                target,
            );
        }
    }
}
