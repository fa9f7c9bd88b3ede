//! The cache pane: what the memos of the open document hold, and how often they help.

mod rows;

use std::collections::VecDeque;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::engine::memo::MemoStats;

use super::super::command::Command;
use super::super::figures::{self, Figures};
use super::super::theme::Theme;

/// Most hit rates kept of a memo.
const HISTORY: usize = 256;

/// A memo with its past.
#[derive(Debug, Clone)]
struct Memo {
    name: &'static str,
    stats: MemoStats,
    /// The hit rate (0 to 1) of the lookups between one change and the next, oldest first.
    lately: VecDeque<f64>,
}

impl Memo {
    fn new(name: &'static str) -> Self {
        Self {
            name,
            stats: MemoStats::default(),
            lately: VecDeque::new(),
        }
    }

    fn set(&mut self, stats: MemoStats) {
        let since = |now: u64, before: u64| now.checked_sub(before);
        let new = since(stats.hits, self.stats.hits).zip(since(stats.misses, self.stats.misses));
        let (hits, misses) = new.unwrap_or_else(|| {
            // Counts only fall where a memo begins anew, as with another document.
            self.lately.clear();
            (stats.hits, stats.misses)
        });
        if let Some(rate) = hit_rate(hits, misses) {
            if self.lately.len() == HISTORY {
                self.lately.pop_front();
            }
            self.lately.push_back(rate);
        }
        self.stats = stats;
    }
}

/// The share of lookups that were answered; `None` where there were none.
fn hit_rate(hits: u64, misses: u64) -> Option<f64> {
    let all = hits as f64 + misses as f64;
    (all > 0.0).then(|| hits as f64 / all)
}

/// The pane's state.
#[derive(Debug, Clone, Default)]
pub struct Cache {
    memos: Vec<Memo>,
    figures: Figures,
}

impl Cache {
    /// Gives the pane its inner size.
    pub fn resize(&mut self, width: u16, height: u16) {
        let memos = &self.memos;
        self.figures
            .resize((width, height), |width, _| rows::rows(memos, width));
    }

    /// Shows what the memos have to say. Cheap where nothing has changed.
    pub fn set_stats(&mut self, stats: &[(&'static str, MemoStats)]) {
        let shown = self.memos.iter().map(|memo| (memo.name, memo.stats));
        if shown.eq(stats.iter().copied()) {
            return;
        }
        let mut before = std::mem::take(&mut self.memos);
        for &(name, stats) in stats {
            let known = before.iter().position(|memo| memo.name == name);
            let mut memo = known.map_or_else(|| Memo::new(name), |i| before.swap_remove(i));
            memo.set(stats);
            self.memos.push(memo);
        }
        let memos = &self.memos;
        self.figures.show(|width, _| rows::rows(memos, width));
    }

    /// Carries out a command.
    pub fn update(&mut self, command: Command) {
        self.figures.update(command);
    }

    /// Moves the view by rows, as the mouse wheel does.
    pub fn scroll_by(&mut self, by: isize) {
        self.figures.scroll_by(by);
    }
}

/// Draws the visible rows.
pub fn render(state: &Cache, theme: &Theme, area: Rect, buf: &mut Buffer) {
    figures::render(&state.figures, theme, area, buf);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stats(hits: u64, misses: u64) -> MemoStats {
        MemoStats {
            hits,
            misses,
            entries: 12,
            capacity: 16384,
            bytes: 3482,
        }
    }

    fn drawn(state: &mut Cache, width: u16, height: u16) -> String {
        state.resize(width, height);
        let area = Rect::new(0, 0, width, height);
        let mut buf = Buffer::empty(area);
        render(state, &Theme::built_in("sixteen").unwrap(), area, &mut buf);
        let row = |y| (0..width).map(|x| buf[(x, y)].symbol()).collect::<String>();
        let rows: Vec<_> = (0..height).map(|y| row(y).trim_end().to_owned()).collect();
        rows.join("\n").trim_end().to_owned()
    }

    fn used() -> Cache {
        let mut cache = Cache::default();
        for (hits, misses) in [(0, 20), (19, 21), (39, 21), (59, 21)] {
            cache.set_stats(&[
                ("facts", stats(hits, misses)),
                ("grammar", MemoStats::default()),
            ]);
        }
        cache
    }

    #[test]
    fn says_how_often_the_memos_help() {
        let wide = "\
facts
 hit rate 73.7 % ███████████████▌
 lately                             ⣸⣿
 hits     59 · misses 21
 entries  12 of 16384 · size 3.4 KiB

grammar
 hit rate n/a
 lately   n/a
 hits     0 · misses 0
 entries  0 of 0 · size 0 B

what is known of each line, by its
content; “lately” is the hit rate from
one change to the next; up to twice
the entries told are held; the size is
that of the texts, and of the vectors";
        assert_eq!(drawn(&mut used(), 38, 20), wide);
        let narrow = "\
facts
 hit rate 73.7 % ██▎
 lately           ⣸⣿
 hits     59
 misses   21
 entries  12/16384
 size     3.4 KiB

grammar";
        assert_eq!(drawn(&mut used(), 20, 9), narrow);
    }

    #[test]
    fn scrolls_by_the_item_commands() {
        let mut cache = used();
        drawn(&mut cache, 38, 4);
        cache.update(Command::ItemDown);
        assert!(drawn(&mut cache, 38, 4).starts_with(" hit rate"));
        cache.update(Command::ItemLast);
        assert!(drawn(&mut cache, 38, 4).contains("vectors"));
        cache.scroll_by(isize::MIN);
        assert!(drawn(&mut cache, 38, 4).starts_with("facts"));
    }

    #[test]
    fn keeps_a_short_history_of_what_has_changed() {
        let mut cache = Cache::default();
        let lately = |cache: &Cache| cache.memos[0].lately.iter().copied().collect::<Vec<_>>();
        cache.set_stats(&[("facts", stats(0, 0))]);
        assert_eq!(lately(&cache), [0.0; 0]);
        cache.set_stats(&[("facts", stats(1, 3))]);
        cache.set_stats(&[("facts", stats(1, 3))]);
        cache.set_stats(&[("facts", stats(4, 4))]);
        assert_eq!(lately(&cache), [0.25, 0.75]);
        cache.set_stats(&[("facts", stats(1, 0))]);
        assert_eq!(lately(&cache), [1.0], "the counts began anew");
        for hits in 0..2 * HISTORY as u64 {
            cache.set_stats(&[("facts", stats(hits, 1))]);
        }
        assert_eq!(lately(&cache).len(), HISTORY);
    }

    #[test]
    fn draws_at_any_size() {
        for mut cache in [Cache::default(), used()] {
            for width in 0..=60 {
                for height in 0..=20 {
                    drawn(&mut cache, width, height);
                    cache.update(Command::ItemPageDown);
                }
            }
        }
    }
}
