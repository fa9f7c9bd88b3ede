//! Several at once, and one that is killed.

use std::env;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::thread;

use super::*;

/// The folder of the store that a child works on, and what it is to do there.
const FOLDER: &str = "POSTWRIGHT_TEST_USER_STORE";
const TASK: &str = "POSTWRIGHT_TEST_USER_TASK";
/// How many changes of each kind an instance makes.
const CHANGES: u64 = 8;

/// Makes changes that others would undo if they did not wait.
fn contend(store: &UserStore, who: &str) {
    for i in 0..CHANGES {
        let add = |n: Option<u64>| Ok::<_, UserError>(n.unwrap_or(0) + 1);
        store.update_experiment("count", add).unwrap();
        store
            .record("shared", &version(&format!("{who} {i}"), i))
            .unwrap();
        let feedback = Feedback {
            at: i,
            operator: who.into(),
            kind: FeedbackKind::Accepted,
            goal: "clarity".into(),
            gain: 1.0,
            document: "shared".into(),
        };
        store.append_feedback(&[feedback]).unwrap();
    }
}

fn assert_nothing_lost(store: &UserStore, who: &[&str]) {
    let changes = CHANGES * who.len() as u64;
    assert_eq!(store.experiment("count").unwrap(), Some(changes));
    assert_eq!(store.feedback_count().unwrap(), changes);
    let export = store.export("shared").unwrap();
    let mut texts: Vec<_> = export.versions.iter().map(|v| v.text.clone()).collect();
    texts.sort();
    let mut wanted: Vec<_> = who
        .iter()
        .flat_map(|who| (0..CHANGES).map(move |i| format!("{who} {i}")))
        .collect();
    wanted.sort();
    assert_eq!(texts, wanted);
    // Each was made from the one before it.
    for pair in export.versions.windows(2) {
        assert_eq!(pair[1].parent, Some(pair[0].id));
    }
}

#[test]
fn handles_in_several_threads_lose_nothing() {
    let desk = Desk::new();
    let who = ["a", "b", "c"];
    thread::scope(|scope| {
        for who in who {
            let store = UserStore::new(desk.store.path().parent().unwrap());
            scope.spawn(move || contend(&store, who));
        }
    });
    assert_nothing_lost(&desk.store, &who);
}

#[test]
fn several_processes_lose_nothing() {
    let desk = Desk::new();
    let who = ["p", "q"];
    let children = who.map(|who| child(&desk.store, who));
    contend(&desk.store, "self");
    for child in children {
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "{output:?}");
    }
    assert_nothing_lost(&desk.store, &["p", "q", "self"]);
}

#[test]
fn a_kill_loses_nothing_that_was_acknowledged() {
    let mut desk = Desk::new();
    let mut kept: Vec<(u64, String)> = Vec::new();
    for round in 0..20u32 {
        if round % 5 == 0 {
            desk = Desk::new();
            kept.clear();
        }
        let mut child = child(&desk.store, &format!("write {round}"));
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        // A line that the kill has cut acknowledges nothing.
        let told = |line: String| {
            let (id, i) = line
                .strip_prefix("kept ")?
                .strip_suffix(';')?
                .split_once(' ')?;
            Some((id.parse().unwrap(), text_of(round, i.parse().unwrap())))
        };
        // The first rounds of a folder may end before there is a file.
        let acknowledged = lines.by_ref().map(Result::unwrap).filter_map(told);
        kept.extend(acknowledged.take(round as usize % 5 * 2));
        // At different moments of a change.
        thread::sleep(Duration::from_micros(u64::from(round) * 230));
        child.kill().unwrap();
        child.wait().unwrap();
        kept.extend(lines.map_while(Result::ok).filter_map(told));
        for (id, text) in &kept {
            assert_eq!(
                desk.store.version("d", *id).unwrap().text,
                *text,
                "in round {round}"
            );
        }
        let versions = desk.store.versions("d").unwrap();
        // At most one was under way when the child was killed.
        assert!(versions.len() <= kept.len() + round as usize % 5 + 1);
        desk.store
            .record("d", &version(&format!("after {round}"), 1))
            .unwrap();
        let head = desk.store.head("d").unwrap().unwrap();
        kept.push((head.id, head.text));
    }
}

fn child(store: &UserStore, task: &str) -> Child {
    let test = concat!(module_path!(), "::in_a_process_of_its_own");
    let (_, test) = test.split_once("::").unwrap();
    Command::new(env::current_exe().unwrap())
        .args([test, "--exact", "--ignored", "--nocapture"])
        .env(FOLDER, store.path().parent().unwrap())
        .env(TASK, task)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap()
}

#[test]
#[ignore = "the child of the tests above; does nothing by itself"]
fn in_a_process_of_its_own() {
    let (Some(folder), Ok(task)) = (env::var_os(FOLDER), env::var(TASK)) else {
        return;
    };
    let store = UserStore::new(Path::new(&folder));
    let Some(round) = task.strip_prefix("write ") else {
        return contend(&store, &task);
    };
    // Bounded, so that it ends by itself should its parent fail first.
    let round = round.parse().unwrap();
    for i in 0..10_000 {
        let new = text_of(round, i);
        let id = store.record("d", &version(&new, 1)).unwrap();
        println!("\nkept {id} {i};");
    }
}

/// What the child of a round records as its `i`th text.
fn text_of(round: u32, i: usize) -> String {
    format!("{round} {i} {}", "words ".repeat(i % 7 * 100))
}
