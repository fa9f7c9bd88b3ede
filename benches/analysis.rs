//! Speed of the analysis: by length, per keystroke, and in a batch.
//!
//! `cargo bench --bench analysis`; quote ratios of one run, machines differ.

use std::io::Cursor;

use divan::counter::{BytesCount, ItemsCount};
use divan::{Bencher, black_box};
use postwright::analysis::engagement::Context;
use postwright::analysis::{PartName, PartSet, Settings};
use postwright::engine::batch::{self, Done};
use postwright::engine::{Analyst, Encoders, Engine, Lane, Live};
use postwright::model;
use postwright::post::Revision;

const SAMPLE: &str = include_str!("../tests/data/post.md");
const LENGTHS: [usize; 3] = [300, 1_500, 3_000];
const POSTS: usize = 200;

fn main() {
    divan::main();
}

/// A post of about `length` bytes whose lines differ from those of every other `salt`.
fn post(length: usize, salt: usize) -> String {
    let mut text = String::new();
    for line in SAMPLE.lines().cycle() {
        if text.len() >= length {
            break;
        }
        text.push_str(line);
        if !line.is_empty() {
            text.push_str(&format!(" We wrote {salt} notes."));
        }
        text.push('\n');
    }
    text.truncate(text.floor_char_boundary(length));
    text
}

fn engine() -> Engine {
    Engine::in_memory(Encoders::new(model::Settings::default()))
}

fn analyst() -> Analyst {
    Analyst::new(Settings::default(), engine(), Lane::Batch)
}

fn lexical() -> PartSet {
    PartSet::of(&[
        PartName::Readability,
        PartName::Sentiment,
        PartName::Keywords,
    ])
}

fn one_post(bencher: Bencher, length: usize, parts: PartSet) {
    let mut analyst = analyst();
    analyst.analyse(&post(length, 0), &Context::default(), parts, false);
    let mut salt = 0;
    bencher
        .counter(BytesCount::new(length))
        .with_inputs(|| {
            salt += 1;
            post(length, salt)
        })
        .bench_local_refs(|text| {
            black_box(analyst.analyse(text, &Context::default(), parts, false))
        });
}

#[divan::bench(args = LENGTHS)]
fn full(bencher: Bencher, length: usize) {
    one_post(bencher, length, PartSet::ALL);
}

#[divan::bench(args = LENGTHS)]
fn readability_sentiment_keywords(bencher: Bencher, length: usize) {
    one_post(bencher, length, lexical());
}

#[divan::bench(args = LENGTHS)]
fn keystroke(bencher: Bencher, length: usize) {
    let mut live = Live::new(Settings::default(), engine(), 1);
    let text = post(length, 0);
    let at = text.find("spring").unwrap_or_default();
    let mut revision = Revision::default();
    live.edit(revision, &text);
    bencher
        .with_inputs(|| {
            revision = revision.next();
            let mut edited = text.clone();
            edited.insert_str(at, &revision.0.to_string());
            (revision, edited)
        })
        .bench_local_refs(|(revision, edited)| {
            live.edit(*revision, edited);
            black_box(live.report(false))
        });
}

#[divan::bench(args = [1, 2])]
fn batch_lexical(bencher: Bencher, workers: usize) {
    batch_of(bencher, workers, lexical());
}

#[divan::bench(args = [1, 2])]
fn batch_full(bencher: Bencher, workers: usize) {
    batch_of(bencher, workers, PartSet::ALL);
}

fn batch_of(bencher: Bencher, workers: usize, parts: PartSet) {
    let posts: String = (0..POSTS)
        .map(|i| post(1_500, i).replace('\n', " ") + "\n")
        .collect();
    bencher.counter(ItemsCount::new(POSTS)).bench_local(|| {
        let worker = || {
            let mut analyst = analyst();
            move |_, line: Vec<u8>| {
                let text = String::from_utf8_lossy(&line);
                black_box(analyst.analyse(&text, &Context::default(), parts, false));
                Done {
                    output: Vec::new(),
                    note: (),
                }
            }
        };
        batch::run(
            Cursor::new(&posts),
            std::io::sink(),
            workers,
            worker,
            |()| (),
        )
    });
}
