//! An edit re-analyses what it touched, and the result is that of a full analysis.

use std::collections::HashSet;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use crossbeam_channel::unbounded;
use postwright::analysis::engagement::Context;
use postwright::analysis::grammar::Dialect;
use postwright::analysis::{PartSet, Report, Settings, Slow};
use postwright::cache::{CacheSettings, Kind, Parts, TieredCache};
use postwright::engine::{
    Analyst, Ask, Background, Embedded, Engine, EngineSettings, Fittings, Lane, Live, Reply,
};
use postwright::post::{Revision, Span};
use postwright::resilience::{Clock, Faults};
use postwright::tui::command::Command;
use postwright::tui::panes::editor::Editor;
use proptest::prelude::*;
use serde_json::Value;

const SAMPLE: &str = include_str!("../data/post.md");
const PATIENCE: Duration = Duration::from_secs(60);

/// What a writer may put into a post, awkward things first.
const PIECES: [&str; 26] = [
    "\n",
    "\n\n",
    " ",
    "🙏",
    "👩‍💻",
    "\u{200b}",
    "\u{202e}",
    "\u{feff}",
    "e\u{301}",
    "\t",
    "𝗕𝗼𝗹𝗱 ",
    "https://example.com/a?b=c#d",
    "#growth ",
    "@Jane Doe ",
    "<!-- postwright: ignore style/wordy -->\n",
    "\n<!-- postwright: off style, spelling -->\n",
    "<!-- postwright: of nothing -->\n",
    "<!--",
    "We was late. ",
    "In order to win, we utilize it!!! ",
    "→ an item\n",
    "Agree? ",
    "a stratgy that is very very good ",
    "字字 ",
    "Heute haben wir die neue Version veröffentlicht und sind stolz. ",
    "The answer was given by the team, and it was not bad at all. ",
];

#[derive(Debug, Clone)]
enum Edit {
    Insert(prop::sample::Index, String),
    Delete(prop::sample::Index, usize),
    Replace(prop::sample::Index, usize, String),
    Undo,
    Redo,
}

fn piece() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => prop::sample::select(&PIECES[..]).prop_map(str::to_owned),
        1 => "[a-zA-Z ,.!?]{1,12}",
    ]
}

fn edit() -> impl Strategy<Value = Edit> {
    let at = any::<prop::sample::Index>;
    prop_oneof![
        4 => (at(), piece()).prop_map(|(a, p)| Edit::Insert(a, p)),
        2 => (at(), 1usize..40).prop_map(|(a, n)| Edit::Delete(a, n)),
        2 => (at(), 1usize..20, piece()).prop_map(|(a, n, p)| Edit::Replace(a, n, p)),
        2 => Just(Edit::Undo),
        1 => Just(Edit::Redo),
    ]
}

fn apply(editor: &mut Editor, edit: Edit) {
    let text = editor.buffer().text();
    let len = text.len();
    let range = |at: prop::sample::Index, n: usize| {
        let start = text.floor_char_boundary(at.index(len + 1));
        Span::new(start, text.floor_char_boundary(start + n).max(start))
    };
    match edit {
        Edit::Insert(at, piece) => {
            let span = range(at, 0);
            editor.replace(span, &piece);
        }
        Edit::Delete(at, n) => {
            let span = range(at, n);
            editor.replace(span, "");
        }
        Edit::Replace(at, n, piece) => {
            let span = range(at, n);
            editor.replace(span, &piece);
        }
        Edit::Undo => {
            editor.update(Command::Undo);
        }
        Edit::Redo => {
            editor.update(Command::Redo);
        }
    }
}

/// A report as told, without the receipt, which holds times.
fn told(report: &Report) -> Value {
    let mut value = serde_json::to_value(report.with_id(&Value::Null)).unwrap();
    value.as_object_mut().unwrap().remove("receipt");
    value
}

/// Another document each time: revisions of one only grow.
fn document() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(1_000);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

/// An engine whose cache holds next to nothing.
fn tiny() -> Engine {
    let settings = CacheSettings {
        memory_entries: 2,
        ..CacheSettings::default()
    };
    let fittings = Fittings {
        encoders: crate::encoders(),
        user_words: Vec::new(),
        dialect: Dialect::Us,
        cache: TieredCache::open(settings, Parts::system()).unwrap(),
        clock: Clock::system(),
        faults: Faults::none(),
        breakers: Vec::new(),
    };
    Engine::new(EngineSettings::default(), fittings)
}

fn live() -> Live {
    Live::new(Settings::default(), crate::engine(), document())
}

/// The slow stages of what `live` holds, by a thread of their own.
fn slow(live: &Live) -> (Revision, Slow) {
    let (sender, replies) = unbounded();
    let reply = move |r| sender.send(r).unwrap();
    let background = Background::start(crate::engine(), document(), reply).unwrap();
    background.submit(live.job());
    match replies.recv_timeout(PATIENCE).unwrap() {
        Reply::Slow { revision, slow, .. } => (revision, *slow),
        Reply::Failed { reason } => panic!("{reason}"),
    }
}

/// Embeds what `live` lacks, as the embedding thread does.
fn embed(live: &mut Live) {
    let ask = Ask::new(Lane::Interactive);
    let embedded = Embedded::new(&crate::engine(), &ask, live.resting_texts());
    live.accept_vectors(embedded.unwrap());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    /// The stages that run at every keystroke.
    #[test]
    fn fast_stages_equal_a_fresh_analysis(edits in prop::collection::vec(edit(), 1..25), small in any::<bool>()) {
        let mut editor = Editor::new(SAMPLE.to_owned(), Revision::default());
        let engine = if small { tiny() } else { crate::engine() };
        let mut live = Live::new(Settings::default(), engine, document());
        for edit in edits {
            apply(&mut editor, edit.clone());
            let (revision, text) = (editor.buffer().revision(), editor.buffer().text());
            live.edit(revision, text);
            let mut fresh = self::live();
            fresh.edit(revision, text);
            prop_assert_eq!(told(&live.report(true)), told(&fresh.report(true)), "after {:?}", edit);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 10, failure_persistence: None, ..ProptestConfig::default() })]

    /// Everything, once the checker has answered.
    #[test]
    fn the_whole_report_equals_a_fresh_analysis(
        start in prop::collection::vec(piece(), 0..12),
        edits in prop::collection::vec(edit(), 1..8),
        small in any::<bool>(),
    ) {
        let mut editor = Editor::new(start.concat(), Revision::default());
        let engine = if small { tiny() } else { crate::engine() };
        let mut live = Live::new(Settings::default(), engine, document());
        let mut fresh = Analyst::new(Settings::default(), crate::engine(), Lane::Batch);
        for edit in edits {
            apply(&mut editor, edit.clone());
            let text = editor.buffer().text();
            live.edit(editor.buffer().revision(), text);
            let (revision, slow) = slow(&live);
            // Before the keywords are known, and again with them.
            embed(&mut live);
            prop_assert!(live.accept(revision, slow));
            embed(&mut live);
            prop_assert!(live.resting_texts().is_empty());
            let whole = fresh.analyse(text, &Context::default(), PartSet::ALL, true);
            prop_assert_eq!(told(&live.report(true)), told(&whole), "after {:?}:\n{}", edit, text);
        }
    }
}

#[test]
fn a_reply_for_an_older_text_is_dropped() {
    let mut live = self::live();
    live.edit(Revision(1), "We was late.");
    let (revision, slow) = slow(&live);
    live.edit(Revision(2), "We was late!");
    assert!(!live.accept(revision, slow));
    assert!(live.is_behind());
    assert!(live.report(false).keywords.ready().is_none());
}

#[test]
fn an_edit_computes_one_line() {
    let engine = Engine::in_memory(crate::encoders());
    let facts = |engine: &Engine| {
        let stats = engine.cache().stats();
        let of = stats.tiers[0].kinds.iter().find(|k| k.0 == Kind::Facts);
        of.unwrap().1
    };
    let mut live = Live::new(Settings::default(), engine.clone(), document());
    let mut text = SAMPLE.to_owned();
    live.edit(Revision(1), &text);
    let before = facts(&engine);
    for i in 1..=10 {
        text.insert(5, 'x');
        live.edit(Revision(1 + i), &text);
    }
    let after = facts(&engine);
    assert_eq!(after.misses - before.misses, 10, "one line an edit");
    // Equal lines, such as the blank ones, are asked for once.
    let lines: HashSet<&str> = text.split('\n').collect();
    assert_eq!(after.hits - before.hits, 10 * (lines.len() as u64 - 1));
    assert_eq!(
        after.entries - before.entries,
        10,
        "each edit's line is held by its content"
    );
}

#[test]
fn grammar_of_lines_that_were_checked_outlives_an_edit_of_another() {
    let mut live = self::live();
    let wrong = "I has a stratgy.";
    live.edit(Revision(1), &format!("{wrong}\nAnother line."));
    let (revision, slow) = slow(&live);
    assert!(live.accept(revision, slow));
    live.edit(
        Revision(2),
        &format!("Something above.\n{wrong}\nAnother line here."),
    );
    let report = live.report(false);
    let findings = report.findings.ready().unwrap();
    let spelling = findings
        .iter()
        .find(|f| f.rule.starts_with("spelling/"))
        .unwrap();
    assert_eq!(spelling.span.line, 2, "it has moved along");
}
