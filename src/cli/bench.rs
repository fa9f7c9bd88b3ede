//! `postwright bench`: what this machine does, for a user to see.

mod blocks;
mod replay;
mod rewrites;

use std::io::{Cursor, Write};
use std::time::{Duration, Instant};

use crate::analysis::engagement::Context;
use crate::analysis::{PartName, PartSet};
use crate::engine::batch::{self, Done};
use crate::engine::{Live, Reader};
use crate::post::Revision;
use crate::tui;

use super::analyze::Maker;
use super::args::{BenchArgs, BenchWhat, Common};
use super::config::model_settings;
use super::doctor::SAMPLE;
use super::engine::{self, Storage};
use super::{Outcome, edit, embed, load_config};

/// The parts that the usual Python pieces (VADER, textstat, YAKE) compute too.
const LEXICAL: [PartName; 3] = [
    PartName::Readability,
    PartName::Sentiment,
    PartName::Keywords,
];
/// How long each figure is measured.
const BUDGET: Duration = Duration::from_millis(1_500);
/// Posts of a batch.
const POSTS: usize = 2_000;

pub(super) fn run(common: &Common, args: &BenchArgs) -> anyhow::Result<Outcome> {
    match &args.what {
        BenchWhat::Analyze => analyze(common),
        BenchWhat::Encoder => encoder(common),
        BenchWhat::Tui => workstation(common),
        BenchWhat::Replay(args) => replay::run(common, args),
        BenchWhat::Cache(args) => blocks::run(args),
        BenchWhat::Rewrites(args) => rewrites::run(common, args),
    }
}

/// The encoder at the lengths and batches that other programs are measured at, and on a post.
fn encoder(common: &Common) -> anyhow::Result<Outcome> {
    let loaded = load_config(common, Vec::new())?;
    let began = Instant::now();
    let encoder = embed::encoder(&loaded)?;
    let took = began.elapsed();
    let identity = encoder.identity();
    let mut out = anstream::stdout().lock();
    writeln!(
        out,
        "{} {}, {} in {}, {}; loaded in {:.0} ms\n\n{:<36} {:>11} {:>11}",
        identity.name,
        identity.version,
        identity.backend,
        identity.precision,
        encoder.kernels(),
        took.as_secs_f64() * 1e3,
        "",
        "median",
        "p99"
    )?;
    for (batch, length) in [(1, 24), (1, 128), (16, 128), (32, 128), (256, 128)] {
        // The words do not matter to the arithmetic.
        let tokens: Vec<Vec<u32>> = (0..batch)
            .map(|i| {
                (0..length)
                    .map(|j| 1_000 + (i * length + j) * 7_919 % 20_000)
                    .collect()
            })
            .collect();
        let mut failed = None;
        let times = measure(|| timed(|| failed = encoder.embed_tokens(&tokens).err()));
        failed.map_or(Ok(()), Err)?;
        let median = times[times.len() / 2].as_secs_f64();
        let rate = batch as f64 / median;
        print(
            &mut out,
            &format!("batch {batch} of {length} tokens"),
            times,
        )?;
        writeln!(out, "{:<36} {rate:>8.0} texts/s", "")?;
    }
    let mut salt = 0;
    for (name, length) in [
        ("a post of 900 characters, cold", 900),
        ("one sentence, cold", 60),
    ] {
        let mut failed = None;
        let times = measure(|| {
            salt += 1;
            let text = post(length, salt);
            let sentences: Vec<&str> = text.lines().filter(|l| !l.is_empty()).collect();
            timed(|| failed = encoder.embed(&sentences).err())
        });
        failed.map_or(Ok(()), Err)?;
        print(&mut out, name, times)?;
    }
    if let Some(reader) = Reader::load(&model_settings(&loaded)?)? {
        let mut failed = None;
        let times = measure(|| {
            salt += 1;
            let text = post(900, salt);
            let sentences: Vec<&str> = text.lines().filter(|l| !l.is_empty()).collect();
            timed(|| failed = reader.sentences(&sentences).err())
        });
        failed.map_or(Ok(()), Err)?;
        print(&mut out, "a post of 900, with sentiment, cold", times)?;
    }
    Ok(Outcome::Fine)
}

/// Drives the editor's real loop, headless, over a post of 3,000 characters.
fn workstation(common: &Common) -> anyhow::Result<Outcome> {
    let mut out = anstream::stdout().lock();
    for size in [(80, 24), (200, 50)] {
        let began = Instant::now();
        let loaded = load_config(common, Vec::new())?;
        let folder = tempfile::tempdir()?;
        let file = folder.path().join("post.md");
        std::fs::write(&file, post(3_000, 0))?;
        let mut options = edit::options(&loaded, common, Some(file), None)?;
        options.drafts_folder = Some(folder.path().join("drafts"));
        // Nobody else is to see it, and nothing is to be kept of it.
        options.user = None;
        options.watch.share = None;
        options.watch.monitor.history = None;
        options.watch.sentry = None;
        let configured = began.elapsed();
        let figures = tui::bench::measure(&options, size)?;
        writeln!(out, "3000 characters on {}x{}", size.0, size.1)?;
        print_workstation(&mut out, configured, &figures)?;
    }
    Ok(Outcome::Fine)
}

fn print_workstation(
    out: &mut impl Write,
    configured: Duration,
    figures: &tui::bench::Figures,
) -> std::io::Result<()> {
    let ms = |d: Duration| d.as_secs_f64() * 1e3;
    let mut row = |name: &str, value: Duration| writeln!(out, "  {name:<34} {:>8.3} ms", ms(value));
    let steps = std::iter::once(("configuration and theme", configured)).chain(figures.first_paint);
    let mut whole = Duration::ZERO;
    for (step, took) in steps {
        row(step, took)?;
        whole += took;
    }
    row("first paint in all", whole)?;
    let shares = [("median", 50), ("p95", 95), ("p99", 99), ("most", 100)];
    for (what, times) in [
        ("key to frame", &figures.latencies),
        ("keystroke's work", &figures.work),
    ] {
        let last = times.len().saturating_sub(1);
        for (name, share) in shares {
            let value = times.get(last * share / 100);
            row(
                &format!("{what}, {name}"),
                value.copied().unwrap_or_default(),
            )?;
        }
    }
    writeln!(
        out,
        "  {:<34} {:>8.0} B/s",
        "sent while typing", figures.typing_rate
    )?;
    writeln!(
        out,
        "  {:<34} {:>8} B",
        "sent in 2.5 s without a key", figures.idle_bytes
    )
}

fn analyze(common: &Common) -> anyhow::Result<Outcome> {
    let loaded = load_config(common, Vec::new())?;
    let maker = Maker::new(&loaded, true)?;
    let mut out = anstream::stdout().lock();
    let mut analyst = maker.analyst();
    writeln!(
        out,
        "one post, one thread                      median        p99"
    )?;
    for (name, parts) in [("lexical", PartSet::of(&LEXICAL)), ("full", PartSet::ALL)] {
        for length in [300, 1_500, 3_000] {
            let mut salt = 0;
            let times = measure(|| {
                salt += 1;
                let text = post(length, salt);
                timed(|| analyst.analyse(&text, &Context::default(), parts, false))
            });
            print(&mut out, &format!("{name}, {length} characters"), times)?;
        }
    }
    let engine = engine::open(&loaded, &Storage::Memory)?;
    let mut live = Live::new(loaded.config.analysis_settings(), engine, 1);
    let mut text = post(3_000, 0);
    let at = text.find("spring").unwrap_or_default();
    let mut revision = Revision::default();
    let times = measure(|| {
        revision = revision.next();
        text.insert(at, char::from(b'a' + (revision.0 % 26) as u8));
        if revision.0 % 20 == 0 {
            text = post(3_000, 0);
        }
        timed(|| {
            live.edit(revision, &text);
            live.report(false)
        })
    });
    print(&mut out, "one keystroke at 3000 characters", times)?;
    let posts: String = (0..POSTS)
        .map(|i| serde_json::json!({"id": i, "text": post(1_500, i)}).to_string() + "\n")
        .collect();
    let workers = batch::workers(loaded.config.max_workers);
    writeln!(
        out,
        "\n{POSTS} posts of 1500 characters, {workers} workers      posts/s"
    )?;
    for (name, parts) in [("lexical", PartSet::of(&LEXICAL)), ("full", PartSet::ALL)] {
        let began = Instant::now();
        let worker = || {
            let mut analyst = maker.analyst();
            move |_, line: Vec<u8>| {
                let item: serde_json::Value = serde_json::from_slice(&line).unwrap_or_default();
                let text = item["text"].as_str().unwrap_or_default();
                let report = analyst.analyse(text, &Context::default(), parts, false);
                let output = serde_json::to_vec(&report.with_id(&item["id"])).unwrap_or_default();
                Done { output, note: () }
            }
        };
        batch::run(
            Cursor::new(&posts),
            std::io::sink(),
            workers,
            worker,
            |()| (),
        )?;
        let rate = POSTS as f64 / began.elapsed().as_secs_f64();
        writeln!(out, "{name:<40} {rate:>8.0}")?;
    }
    Ok(Outcome::Fine)
}

fn timed<T>(work: impl FnOnce() -> T) -> Duration {
    let began = Instant::now();
    std::hint::black_box(work());
    began.elapsed()
}

fn measure(mut once: impl FnMut() -> Duration) -> Vec<Duration> {
    once();
    let began = Instant::now();
    let mut times = Vec::new();
    while began.elapsed() < BUDGET || times.len() < 20 {
        times.push(once());
    }
    times.sort_unstable();
    times
}

fn print(out: &mut impl Write, name: &str, times: Vec<Duration>) -> std::io::Result<()> {
    let at = |share: usize| times[(times.len() - 1) * share / 100].as_secs_f64() * 1e3;
    writeln!(out, "{name:<36} {:>8.3} ms {:>8.3} ms", at(50), at(99))
}

/// A post of about `length` bytes made of the sample's sentences, with a number that makes its
/// lines differ from those of every other `salt`.
fn post(length: usize, salt: usize) -> String {
    let mut text = String::with_capacity(length + 200);
    for (i, line) in SAMPLE.lines().cycle().enumerate() {
        if text.len() >= length {
            break;
        }
        text.push_str(line);
        if i % 2 == 0 && !line.is_empty() {
            text.push_str(&format!(" We wrote {salt} notes."));
        }
        text.push('\n');
    }
    text.truncate(text.floor_char_boundary(length));
    text
}
