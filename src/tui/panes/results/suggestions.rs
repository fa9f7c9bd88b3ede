//! Rows of what could be made better.

use ratatui::text::Span as Piece;

use crate::rewrite::search::Claim;

use super::super::super::suggestions::{Offers, brief, claimed, operator_of};
use super::super::super::units::counted;
use super::Target;
use super::rows::{Rows, head_of};

/// Columns below which a fix does not tell its rule.
const NARROW: usize = 48;

impl Rows<'_> {
    /// One row for those that stand below the pane, and a blank one.
    pub(super) fn summary(&mut self, offers: Option<&Offers<'_>>, key: &str) {
        let Some(Offers { all: Ok(all), .. }) = offers else {
            return;
        };
        let Some((_, best)) = all.first() else { return };
        let gain = best.gain.unwrap_or_default();
        let what = brief(best);
        let count = counted(all.len(), "suggestion");
        self.push(
            vec![
                Piece::styled(format!("{count} ({key})"), self.theme.hint),
                Piece::styled(format!(" {gain:+.1} "), self.theme.good),
                Piece::styled(head_of(&what, self.width).to_owned(), self.theme.faint),
            ],
            Target::None,
        );
        self.push(Vec::new(), Target::None);
    }

    pub(super) fn suggestions(&mut self, offers: Option<&Offers<'_>>) {
        let Some(offers) = offers else { return };
        let all = match &offers.all {
            Ok(all) => all,
            Err(reason) => {
                self.heading("Suggestions", String::new());
                return self.note(reason);
            }
        };
        let note = match (all.is_empty(), offers.is_stale, offers.is_learned) {
            (true, true, _) => "none for the text before".to_owned(),
            (true, false, _) => "no step gains".to_owned(),
            (false, true, _) => "of the text before; new ones once you rest".to_owned(),
            (false, false, true) => format!("{} tells why; gain × acceptance", self.open),
            (false, false, false) => format!("{} tells why; by gain", self.open),
        };
        self.heading("Suggestions", note);
        for (index, suggestion) in all {
            // Only what was scored is offered.
            let (gain, after) = (
                suggestion.gain.unwrap_or_default(),
                suggestion.overall_after.unwrap_or_default(),
            );
            let theme = self.theme;
            let [gains, claim, plain] = match (offers.is_stale, suggestion.claim) {
                (true, _) => [theme.faint; 3],
                (false, Claim::Engagement) => [theme.good, theme.good, Default::default()],
                (false, Claim::Clearer) => [theme.good, theme.hint, Default::default()],
            };
            let told = claimed(suggestion.claim, [&suggestion.source]);
            let what = brief(suggestion);
            let source = suggestion.source.to_string();
            let source = match self.width < NARROW {
                true => operator_of(&source),
                false => &source,
            };
            self.push(
                vec![
                    Piece::styled(format!(" {gain:+.1} → {after:.1} "), gains),
                    Piece::styled(format!("{told:<7} "), claim),
                    Piece::styled(format!("{source} "), plain),
                    Piece::styled(head_of(&what, self.width).to_owned(), theme.faint),
                ],
                Target::Suggestion(*index),
            );
        }
    }
}
