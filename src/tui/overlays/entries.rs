//! What the cache holds, entry by entry.

use std::time::Duration;

use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::cache::{EntryInfo, Filter, Kind, Order, Tier};

use super::super::command::{Command, Place, Verdict};
use super::super::units::{bytes, elapsed};
use super::{Answer, Ask, Choice, Question, moved, moved_by};

/// Most entries that are listed.
pub const MOST_ENTRIES: usize = 500;

/// What stands over the rows.
pub(super) const HEADS: &str = " kind      tier        size      age     took  tags";

/// Which entries are listed, and in which order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Wanted {
    pub filter: Filter,
    pub order: Order,
}

impl Wanted {
    /// In words, as `newest of disk, kind sentence, tag draft:*`.
    #[must_use]
    pub fn told(&self) -> String {
        let order = match self.order {
            Order::Newest => "newest",
            Order::Oldest => "oldest",
            Order::Largest => "largest",
            Order::Costliest => "costliest",
        };
        let mut out = format!("{order} first");
        if let Some(tier) = self.filter.tier {
            out += &format!(" · {tier}");
        }
        if let Some(kind) = self.filter.kind {
            out += &format!(" · {kind}");
        }
        if let Some(tag) = &self.filter.tag {
            out += &format!(" · {tag}");
        }
        out
    }
}

/// The entries, with a selection.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct EntryList {
    pub wanted: Wanted,
    /// `None` until the cache was read.
    pub entries: Option<Vec<EntryInfo>>,
    pub selected: usize,
}

impl EntryList {
    /// Carries out a command.
    pub(super) fn update(&mut self, command: Command) -> Answer {
        let wanted = &mut self.wanted;
        match command {
            Command::Close => return Answer::Close,
            Command::Choose => {
                let entry = self.selected_entry();
                return entry.map_or(Answer::Stay, |e| Answer::ShowEntry(Box::new(e.clone())));
            }
            Command::SortEntries => {
                wanted.order = match wanted.order {
                    Order::Newest => Order::Oldest,
                    Order::Oldest => Order::Largest,
                    Order::Largest => Order::Costliest,
                    Order::Costliest => Order::Newest,
                };
                return self.anew();
            }
            Command::NextTier => {
                wanted.filter.tier = match wanted.filter.tier {
                    None => Some(Tier::Memory),
                    Some(Tier::Memory) => Some(Tier::Disk),
                    // A server's entries are not this program's to list.
                    Some(Tier::Disk | Tier::Remote) => None,
                };
                return self.anew();
            }
            Command::NextKind => {
                let next = wanted.filter.kind.map_or(0, |kind| {
                    1 + Kind::ALL.iter().position(|k| *k == kind).unwrap_or(0)
                });
                wanted.filter.kind = Kind::ALL.get(next).copied();
                return self.anew();
            }
            Command::FilterTags => {
                let tag = wanted.filter.tag.clone().unwrap_or_default();
                return Answer::Ask(Ask::Tags, tag);
            }
            Command::Invalidate => {
                let tags = self.selected_entry().map(|e| e.tags.as_slice());
                let tag = tags.unwrap_or_default().first();
                let tag = tag.map_or(String::new(), |t| t.name().to_owned());
                return Answer::Ask(Ask::Invalidate, tag);
            }
            Command::ClearCache => return Answer::AskToClear,
            _ => {
                let count = self.entries.as_ref().map_or(0, Vec::len);
                self.selected = moved(self.selected, command, count);
            }
        }
        Answer::Stay
    }

    /// Wants those with a tag that matches `pattern`; all where it is empty.
    pub fn filter_tags(&mut self, pattern: &str) -> Wanted {
        self.wanted.filter.tag = (!pattern.is_empty()).then(|| pattern.to_owned());
        self.selected = 0;
        self.wanted.clone()
    }

    fn anew(&mut self) -> Answer {
        self.selected = 0;
        Answer::ListEntries(self.wanted.clone())
    }

    fn selected_entry(&self) -> Option<&EntryInfo> {
        self.entries.as_ref()?.get(self.selected)
    }

    /// Shows what there is now, where it is what is wanted.
    pub fn show(&mut self, wanted: &Wanted, entries: Vec<EntryInfo>) {
        if self.wanted == *wanted {
            self.selected = moved_by(self.selected, 0, entries.len());
            self.entries = Some(entries);
        }
    }

    pub(super) fn select_by(&mut self, by: isize) {
        let count = self.entries.as_ref().map_or(0, Vec::len);
        self.selected = moved_by(self.selected, by, count);
    }

    /// How many there are, for the frame.
    #[must_use]
    pub fn count(&self) -> String {
        match self.entries.as_ref().map(Vec::len) {
            None => "reading".to_owned(),
            Some(MOST_ENTRIES) => format!("the first {MOST_ENTRIES}"),
            Some(1) => "1 entry".to_owned(),
            Some(n) => format!("{n} entries"),
        }
    }

    /// A row an entry: kind, tier, size, age, what it took, tags.
    pub(super) fn rows(&self, faint: Style) -> Vec<Line<'static>> {
        let row = |entry: &EntryInfo| {
            let tags: Vec<&str> = entry.tags.iter().map(|t| t.name()).collect();
            let pin = if entry.is_pinned { "*" } else { " " };
            Line::from(vec![
                Span::raw(format!(
                    " {:<9} {:<6}{pin}{:>9} {:>8} {:>8}  ",
                    entry.kind,
                    entry.tier,
                    bytes(entry.bytes),
                    elapsed(entry.age),
                    took(entry.cost),
                )),
                Span::styled(tags.join(" "), faint),
            ])
        };
        self.entries.iter().flatten().map(row).collect()
    }
}

/// Everything that is known of an entry, a line a figure.
#[must_use]
pub fn entry_lines(entry: &EntryInfo, faint: Style) -> Vec<Line<'static>> {
    let left = entry.left.map_or("for ever".to_owned(), |left| {
        format!("{} more", elapsed(left))
    });
    let pinned = match entry.is_pinned {
        true => "yes: the open post needs it",
        false => "no",
    };
    let mut rows = vec![
        ("kind", entry.kind.to_string()),
        ("tier", entry.tier.to_string()),
        ("size", bytes(entry.bytes)),
        ("age", elapsed(entry.age)),
        ("served", left),
        ("took", took(entry.cost)),
        ("pinned", pinned.to_owned()),
        ("key", entry.key.clone()),
    ];
    rows.extend(entry.tags.iter().map(|t| ("tag", t.name().to_owned())));
    let line = |(name, value): (&str, String)| {
        Line::from(vec![
            Span::styled(format!("{name:<8}"), faint),
            Span::raw(value),
        ])
    };
    rows.into_iter().map(line).collect()
}

/// What a computation took.
fn took(cost: Duration) -> String {
    if cost < Duration::from_secs(1) {
        format!("{:.1} ms", 1e3 * cost.as_secs_f64())
    } else {
        format!("{:.1} s", cost.as_secs_f64())
    }
}

/// Whether to forget what has a tag that matches `pattern`.
#[must_use]
pub fn invalidate_question(pattern: &str) -> Question {
    forgetting(
        "Invalidate",
        [
            format!(
                "Everything with a tag that matches “{pattern}” is forgotten, in memory, on disk \
                 and on the server. It is computed again when it is needed.\nAny other key keeps \
                 it."
            ),
            format!("Forget “{pattern}”? Any other key keeps it."),
        ],
        Answer::Invalidate(pattern.to_owned()),
    )
}

/// Whether to forget everything.
#[must_use]
pub fn clear_question() -> Question {
    forgetting(
        "Clear the cache",
        [
            "Everything in the cache is forgotten, in memory, on disk and on the server. It is \
             computed again when it is needed.\nAny other key keeps it."
                .to_owned(),
            "Forget everything? Any other key keeps it.".to_owned(),
        ],
        Answer::ClearCache,
    )
}

fn forgetting(title: &'static str, text: [String; 2], answer: Answer) -> Question {
    Question {
        place: Place::Forgetting,
        title,
        text,
        choices: vec![Choice::new(
            Command::Answer(Verdict::Forget),
            ["forget it", "forget"],
            answer,
        )],
    }
}
