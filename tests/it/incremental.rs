//! An edit re-analyses what it touched, and the result is that of a full analysis.

use std::collections::HashSet;
use std::sync::{LazyLock, Mutex};
use std::time::Duration;

use crossbeam_channel::{Receiver, unbounded};
use postwright::analysis::engagement::Context;
use postwright::analysis::grammar::{Dialect, Words};
use postwright::analysis::{PartSet, Report, Settings, Slow};
use postwright::engine::{Analyst, Background, Embedded, Live, Reply};
use postwright::post::{Revision, Span};
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

fn words() -> Words {
    static WORDS: LazyLock<Words> = LazyLock::new(|| Words::new(Vec::<String>::new()));
    WORDS.clone()
}

/// The checker's thread, one for all cases.
static CHECKER: LazyLock<Mutex<(Background, Receiver<Reply>)>> = LazyLock::new(|| {
    let (sender, replies) = unbounded();
    let reply = move |r| sender.send(r).unwrap();
    let background = Background::start(Dialect::Us, Vec::new(), 4_096, reply).unwrap();
    Mutex::new((background, replies))
});

fn slow(live: &Live) -> (Revision, Slow) {
    let guard = CHECKER.lock().unwrap_or_else(|e| e.into_inner());
    let (background, replies) = &*guard;
    background.submit(live.job());
    loop {
        match replies.recv_timeout(PATIENCE).unwrap() {
            Reply::Slow { revision, slow, .. } => return (revision, *slow),
            Reply::Warm { .. } => {}
            Reply::Failed { reason } => panic!("{reason}"),
        }
    }
}

/// Embeds what `live` lacks, as the embedding thread does.
fn embed(live: &mut Live) {
    let texts = live.unknown_texts();
    let embedded = Embedded::new(&crate::encoders(), texts);
    live.accept_vectors(embedded);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    /// The stages that run at every keystroke.
    #[test]
    fn fast_stages_equal_a_fresh_analysis(edits in prop::collection::vec(edit(), 1..25), small in any::<bool>()) {
        let mut editor = Editor::new(SAMPLE.to_owned(), Revision::default());
        let mut live = Live::new(Settings::default(), if small { 2 } else { 4_096 });
        for edit in edits {
            apply(&mut editor, edit.clone());
            let (revision, text) = (editor.buffer().revision(), editor.buffer().text());
            live.edit(revision, text);
            let mut fresh = Live::new(Settings::default(), 4_096);
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
        let mut live = Live::new(Settings::default(), if small { 2 } else { 4_096 });
        let mut fresh = Analyst::new(Settings::default(), Dialect::Us, words(), crate::encoders());
        for edit in edits {
            apply(&mut editor, edit.clone());
            let text = editor.buffer().text();
            live.edit(editor.buffer().revision(), text);
            let (revision, slow) = slow(&live);
            // Before the keywords are known, and again with them.
            embed(&mut live);
            prop_assert!(live.accept(revision, slow));
            embed(&mut live);
            prop_assert!(live.unknown_texts().is_empty());
            let whole = fresh.analyse(text, &Context::default(), PartSet::ALL, true);
            prop_assert_eq!(told(&live.report(true)), told(&whole), "after {:?}:\n{}", edit, text);
        }
    }
}

#[test]
fn a_reply_for_an_older_text_is_dropped() {
    let mut live = Live::new(Settings::default(), 4_096);
    live.edit(Revision(1), "We was late.");
    let (revision, slow) = slow(&live);
    live.edit(Revision(2), "We was late!");
    assert!(!live.accept(revision, slow));
    assert!(live.is_behind());
    assert!(live.report(false).keywords.ready().is_none());
}

#[test]
fn an_edit_computes_one_line() {
    let mut live = Live::new(Settings::default(), 4_096);
    let mut text = SAMPLE.to_owned();
    live.edit(Revision(1), &text);
    let before = live.memos()[0].1;
    for i in 1..=10 {
        text.insert(5, 'x');
        live.edit(Revision(1 + i), &text);
    }
    let after = live.memos()[0].1;
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
    let mut live = Live::new(Settings::default(), 4_096);
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

#[test]
fn the_memos_tell_their_sizes_by_name() {
    let mut live = Live::new(Settings::default(), 4_096);
    live.edit(Revision(1), "One line.\n\nAnother line.\nOne line.");
    let (revision, slow) = slow(&live);
    assert!(live.accept(revision, slow));
    embed(&mut live);
    let [
        (facts, of_facts),
        (grammar, of_grammar),
        (vectors, of_vectors),
    ] = live.memos();
    assert_eq!((facts, grammar, vectors), ("facts", "grammar", "vectors"));
    // Two sentences that differ, and the keywords.
    assert!(of_vectors.entries > 2);
    assert_eq!(of_facts, live.memos()[0].1);
    for stats in [of_facts, of_grammar] {
        // Equal lines are held once, and the blank one too.
        assert_eq!((stats.entries, stats.bytes), (3, 9 + 13));
        assert_eq!(stats.capacity, 4_096);
    }
}
