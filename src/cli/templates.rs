//! `postwright templates`

use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;

use anyhow::anyhow;
use serde_json::{Value, json};

use crate::mistake::nearest_or_all;
use crate::templates::{Library, Problem, Text};

use super::analyze::complain;
use super::args::{Common, ListFormat, TemplatesAction};
use super::config::folder;
use super::human::{BOLD, FAINT, PLAIN, shown};
use super::{Outcome, load_config};

/// The writer's templates, beside the configuration.
pub(super) const TEMPLATES: &str = "templates";

pub(super) fn run(common: &Common, action: &TemplatesAction) -> anyhow::Result<Outcome> {
    let (library, problems) = library(common)?;
    let all = items(&library);
    let mut out = anstream::stdout().lock();
    match action {
        TemplatesAction::List { format } => {
            list(&mut out, &all, *format)?;
            drop(out);
            problems.iter().for_each(|problem| complain(problem));
            Ok(match problems.is_empty() {
                true => Outcome::Fine,
                false => Outcome::BadInput,
            })
        }
        TemplatesAction::Show { name, format } => {
            let found = all.iter().find(|item| item.name == name);
            let item = found.ok_or_else(|| unknown(name, &all, &problems))?;
            match format {
                ListFormat::Human => print(&mut out, item)?,
                ListFormat::Json => {
                    serde_json::to_writer_pretty(&mut out, &item.object())?;
                    writeln!(out)?;
                }
            }
            Ok(Outcome::Fine)
        }
    }
}

/// What is shipped, and the writer's own.
pub(super) fn library(common: &Common) -> anyhow::Result<(Library, Vec<Problem>)> {
    let loaded = load_config(common, Vec::new())?;
    let folder = folder(&loaded).map(|f| f.join(TEMPLATES));
    Ok(Library::read(folder.as_deref()))
}

/// What to say of a name that there is not. A file that cannot be used may be the one meant.
fn unknown(name: &str, all: &[Item<'_>], problems: &[Problem]) -> anyhow::Error {
    problems.iter().for_each(|problem| complain(problem));
    let remedy = nearest_or_all(name, all.iter().map(|item| item.name));
    let name = shown(name, &[]);
    anyhow!("{name}: there is no template, hook or call of this name\n  help: {remedy}")
}

/// A template, a hook or a call.
struct Item<'a> {
    group: &'static str,
    name: &'a str,
    title: &'a str,
    /// What it is for, or how it works.
    about: String,
    text: &'a Text,
    file: Option<&'a Path>,
}

fn items(library: &Library) -> Vec<Item<'_>> {
    let templates = library.templates.values().map(|t| Item {
        group: "template",
        name: &t.name,
        title: &t.title,
        about: t.description.clone(),
        text: &t.text,
        file: t.file.as_deref(),
    });
    let hooks = library.hooks.values().map(|h| Item {
        group: "hook",
        name: &h.name,
        title: &h.name,
        about: h.kind.to_string(),
        text: &h.text,
        file: h.file.as_deref(),
    });
    let calls = library.calls.values().map(|c| Item {
        group: "call",
        name: &c.name,
        title: &c.name,
        about: c.kind.to_string(),
        text: &c.text,
        file: c.file.as_deref(),
    });
    templates.chain(hooks).chain(calls).collect()
}

impl Item<'_> {
    /// The text with its blanks.
    fn draft(&self) -> String {
        self.text.draft(&BTreeMap::new()).text
    }

    fn object(&self) -> Value {
        let variables = self.text.variables().iter().map(|v| {
            json!({
                "name": v.name,
                "label": v.label,
                "default": v.default,
                "required": v.required,
            })
        });
        json!({
            "group": self.group,
            "name": self.name,
            "title": self.title,
            "about": self.about,
            "variables": variables.collect::<Vec<_>>(),
            "text": self.draft(),
            "file": self.file,
        })
    }
}

fn list(out: &mut impl Write, all: &[Item<'_>], format: ListFormat) -> anyhow::Result<()> {
    match format {
        ListFormat::Human => {
            for item in all {
                let about = match item.about.as_str() {
                    "" => item.title,
                    about => about,
                };
                let own = if item.file.is_some() { "  (yours)" } else { "" };
                writeln!(
                    out,
                    "{:<9} {BOLD}{:<24}{PLAIN} {FAINT}{}{PLAIN}{own}",
                    item.group,
                    item.name,
                    shown(about, &[])
                )?;
            }
        }
        ListFormat::Json => {
            let all: Vec<_> = all.iter().map(Item::object).collect();
            serde_json::to_writer_pretty(&mut *out, &all)?;
            writeln!(out)?;
        }
    }
    Ok(())
}

fn print(out: &mut impl Write, item: &Item<'_>) -> std::io::Result<()> {
    writeln!(
        out,
        "{BOLD}{}{PLAIN}  {FAINT}{} {}{PLAIN}",
        item.title,
        item.group,
        shown(&item.about, &[])
    )?;
    for variable in item.text.variables() {
        let what = match (&variable.default, variable.required) {
            (Some(default), _) => format!("“{}” unless given", shown(default, &[])),
            (None, true) => "must be given".to_owned(),
            (None, false) => "may be left out".to_owned(),
        };
        writeln!(out, "  {:<18} {}: {what}", variable.name, variable.label)?;
    }
    writeln!(out, "\n{}", shown(item.draft().trim_end(), &['\n', '\t']))
}
