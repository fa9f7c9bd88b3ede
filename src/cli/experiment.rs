//! `postwright experiment`

use std::io::Write;

use anyhow::Context as _;
use serde::{Deserialize, Serialize};

use crate::history::key;
use crate::learning::sequential::{self, Analysis, Decision, Posting, Settings};
use crate::store::user::{Past, UserStore, given_name};
use crate::tui::units::plural;

use super::Outcome;
use super::args::{ExperimentAction, ExperimentArgs, ListFormat};
use super::history::store;
use super::human::shown;

/// Most impressions of a posting that are believed: some for everybody who could be a member.
const MOST_SHOWN: u64 = 10_000_000_000;

/// A test as it is kept.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Experiment {
    schema: u32,
    variants: Vec<Variant>,
}

/// One variant with its postings.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Variant {
    name: String,
    text: String,
    postings: Vec<Outcomes>,
}

/// How a posting did.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Outcomes {
    impressions: u64,
    engagements: u64,
    url: Option<String>,
}

pub(super) fn run(args: &ExperimentArgs) -> anyhow::Result<Outcome> {
    let store = store()?;
    let mut out = anstream::stdout().lock();
    match &args.action {
        ExperimentAction::New { name, variants } => {
            let name = given_name(name)?;
            anyhow::ensure!(
                !name.is_empty(),
                "a test without a name could not be asked for\n  help: give it one"
            );
            let made = made(variants)?;
            store.update_experiment(name, |before: Option<Experiment>| match before {
                Some(_) => Err(anyhow::anyhow!(
                    "there is a test `{name}` already\n  help: name another, or remove it"
                )),
                None => Ok(made),
            })?;
            writeln!(out, "started {}", shown(name, &[]))?;
        }
        ExperimentAction::Record {
            name,
            variant,
            impressions,
            engagements,
            url,
        } => {
            let outcomes = match (url, impressions, engagements) {
                (Some(url), _, _) => imported(&store, url)?,
                (None, Some(impressions), Some(engagements)) => Outcomes {
                    impressions: *impressions,
                    engagements: *engagements,
                    url: None,
                },
                // clap asks for both.
                (None, _, _) => anyhow::bail!("give --impressions and --engagements, or --url"),
            };
            anyhow::ensure!(
                outcomes.impressions > 0,
                "the posting was shown 0 times, which tells nothing\n  help: wait until it was shown"
            );
            anyhow::ensure!(
                outcomes.impressions <= MOST_SHOWN,
                "{} impressions: no posting is shown more than {MOST_SHOWN} times\n  help: check \
                 the figure",
                outcomes.impressions
            );
            anyhow::ensure!(
                outcomes.engagements <= outcomes.impressions,
                "{} engagements of {} impressions\n  help: give reactions, comments and shares \
                 together, and how often it was shown",
                outcomes.engagements,
                outcomes.impressions
            );
            let after = store.update_experiment(name, |before: Option<Experiment>| {
                let experiment = before.with_context(|| unknown(name))?;
                recorded(experiment, variant, outcomes)
            })?;
            tell(&mut out, name, &analysed(&after)?)?;
        }
        ExperimentAction::Status {
            name: Some(name),
            format,
        } => {
            let kept: Option<Experiment> = store.experiment(name)?;
            let analysis = analysed(&kept.with_context(|| unknown(name))?)?;
            match format {
                ListFormat::Human => tell(&mut out, name, &analysis)?,
                ListFormat::Json => {
                    serde_json::to_writer_pretty(&mut out, &analysis)?;
                    writeln!(out)?;
                }
            }
        }
        ExperimentAction::Status { name: None, format } => {
            let all = store.experiments()?;
            match format {
                ListFormat::Json => {
                    let all: serde_json::Map<_, _> = all.into_iter().collect();
                    serde_json::to_writer_pretty(&mut out, &all)?;
                    writeln!(out)?;
                }
                ListFormat::Human if all.is_empty() => {
                    writeln!(
                        out,
                        "no test is kept; `postwright experiment new` starts one"
                    )?;
                }
                ListFormat::Human => {
                    for (name, value) in all {
                        let kept: Experiment = serde_json::from_value(value)?;
                        tell(&mut out, &name, &analysed(&kept)?)?;
                    }
                }
            }
        }
        ExperimentAction::Remove { name } => {
            anyhow::ensure!(store.remove_experiment(name)?, unknown(name));
            writeln!(out, "forgot {}", shown(name, &[]))?;
        }
    }
    Ok(Outcome::Fine)
}

fn unknown(name: &str) -> String {
    format!("there is no test `{name}`\n  help: `postwright experiment status` lists them")
}

fn made(given: &[String]) -> anyhow::Result<Experiment> {
    let mut variants: Vec<Variant> = Vec::new();
    for given in given {
        let (name, text) = given.split_once('=').unwrap_or((given, ""));
        let name = given_name(name)?;
        anyhow::ensure!(
            !name.is_empty(),
            "--variant {given}: no name\n  help: write NAME or NAME=TEXT"
        );
        anyhow::ensure!(
            variants.iter().all(|v| v.name != name),
            "--variant {given}: there are two of the name `{name}`\n  help: rename one"
        );
        variants.push(Variant {
            name: name.to_owned(),
            text: text.to_owned(),
            postings: Vec::new(),
        });
    }
    anyhow::ensure!(
        variants.len() >= 2,
        "a test of one variant compares nothing\n  help: give --variant at least twice"
    );
    Ok(Experiment {
        schema: 1,
        variants,
    })
}

/// The outcomes of a post that was imported.
fn imported(store: &UserStore, url: &str) -> anyhow::Result<Outcomes> {
    let posts = store.history()?;
    let key = key::of_url(url);
    let found = posts.into_iter().find(|post| {
        let is_linked = post.url.as_deref().is_some_and(|u| key::is_same(u, url));
        // Of two links that lead to a post, one is kept.
        is_linked || key.as_ref() == Some(&post.key)
    });
    let Past {
        impressions,
        reactions,
        comments,
        shares,
        ..
    } = found.with_context(|| {
        format!("{url}: no such post was imported\n  help: `postwright history import` reads them")
    })?;
    let impressions = impressions.with_context(|| {
        format!("{url}: how often it was shown is not known\n  help: give the figures by hand")
    })?;
    let counts = [reactions, comments, shares];
    Ok(Outcomes {
        impressions,
        engagements: counts.iter().flatten().sum(),
        url: Some(url.to_owned()),
    })
}

fn recorded(
    mut experiment: Experiment,
    variant: &str,
    outcomes: Outcomes,
) -> anyhow::Result<Experiment> {
    let names: Vec<String> = experiment.variants.iter().map(|v| v.name.clone()).collect();
    let is_it = |p: &Outcomes| {
        let both = p.url.as_ref().zip(outcomes.url.as_ref());
        both.is_some_and(|(a, b)| key::is_same(a, b))
    };
    let of_url = |v: &Variant| v.postings.iter().any(is_it);
    anyhow::ensure!(
        !experiment.variants.iter().any(of_url),
        "that posting is recorded already"
    );
    let found = experiment.variants.iter_mut().find(|v| v.name == variant);
    let found = found.with_context(|| {
        let known = crate::mistake::nearest_or_all(variant, names.iter().map(String::as_str));
        format!("no variant `{variant}`\n  help: {known}")
    })?;
    found.postings.push(outcomes);
    Ok(experiment)
}

fn analysed(experiment: &Experiment) -> anyhow::Result<Analysis> {
    let of = |v: &Variant| sequential::Variant {
        name: v.name.clone(),
        postings: v
            .postings
            .iter()
            .map(|p| Posting {
                impressions: p.impressions,
                engagements: p.engagements,
            })
            .collect(),
    };
    let variants: Vec<_> = experiment.variants.iter().map(of).collect();
    Ok(sequential::analyse(&variants, &Settings::default())?)
}

fn tell(out: &mut impl Write, name: &str, analysis: &Analysis) -> std::io::Result<()> {
    writeln!(out, "{}", shown(name, &[]))?;
    for variant in &analysis.variants {
        writeln!(
            out,
            "  {:<16} {:>3} {:<8}  rate {:.4} (9 of 10 from {:.4} to {:.4})  best with {:.2}  \
             loss {:.1} %",
            shown(&variant.name, &[]),
            variant.n,
            plural(variant.n, "posting"),
            variant.rate,
            variant.interval[0],
            variant.interval[1],
            variant.best,
            variant.loss * 100.0
        )?;
    }
    let next = match analysis.decision {
        Decision::KeepGoing { more } => {
            let postings = plural(more, "posting");
            format!("go on: about {more} more {postings} of each")
        }
        Decision::Stop { best } => {
            let name = &analysis.variants[best].name;
            format!("stop: {} is better", shown(name, &[]))
        }
        Decision::NoDifference => "stop: whichever you choose, little is lost".to_owned(),
    };
    writeln!(out, "  {next}")
}
