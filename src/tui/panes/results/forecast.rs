//! Rows of what the heads say.

use ratatui::text::Span as Piece;

use crate::analysis::Part;
use crate::analysis::engagement::{Driver, Engagement};
use crate::analysis::neural::Neural;
use crate::learning::calibration::Calibration;
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

    pub(super) fn engagement(
        &mut self,
        part: &Part<Engagement>,
        own: Option<&Calibration>,
        text: &str,
    ) {
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
        if let Some(own) = own {
            self.own(own, told.lift);
        }
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

    /// What the writer's past posts say of one with `lift`, in a row that opens.
    fn own(&mut self, own: &Calibration, lift: f64) {
        let told = own.told(Some(lift));
        let pieces = match told.rates.zip(told.measure) {
            Some((rates, measure)) => {
                let skill = own.skill.map_or(0.0, |skill| skill.value);
                vec![
                    Piece::raw(format!(
                        " own posts {} {}",
                        measure.figure(rates.median),
                        measure.unit()
                    )),
                    Piece::styled(
                        format!(
                            ", 8 of 10 from {} to {}; skill {skill:.2} of 1",
                            measure.figure(rates.low),
                            measure.figure(rates.high)
                        ),
                        self.theme.faint,
                    ),
                ]
            }
            None => {
                let row = format!(" own posts: {}", own.reason());
                vec![Piece::styled(row, self.theme.faint)]
            }
        };
        self.push(pieces, Target::Explain(Topic::Own));
    }
}
