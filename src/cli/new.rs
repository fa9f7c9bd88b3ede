//! `postwright new`

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::io::{self, Write};

use anyhow::anyhow;

use crate::mistake::nearest_or_all;
use crate::templates::{Missing, Problem};

use super::analyze::complain;
use super::args::{Common, NewArgs};
use super::human::shown;
use super::{Outcome, templates};

pub(super) fn run(common: &Common, args: &NewArgs) -> anyhow::Result<Outcome> {
    let (library, problems) = templates::library(common)?;
    let name = &args.template;
    let template = library.templates.get(name).ok_or_else(|| {
        // Of the files that cannot be used, the one that is meant.
        let is_meant = |p: &&Problem| p.path().file_stem() == Some(OsStr::new(name));
        problems.iter().filter(is_meant).for_each(|p| complain(p));
        let remedy = nearest_or_all(name, library.templates.keys().map(String::as_str));
        anyhow!(
            "{}: there is no such template\n  help: {remedy}",
            shown(name, &[])
        )
    })?;
    let mut values = BTreeMap::new();
    for given in &args.set_var {
        let (variable, value) = given.split_once('=').ok_or_else(|| {
            anyhow!("--set-var {given}: no `=`\n  help: write --set-var NAME=VALUE")
        })?;
        let variable = variable.trim();
        let known = template.text.variables();
        if !known.iter().any(|v| v.name == variable) {
            let remedy = nearest_or_all(variable, known.iter().map(|v| v.name.as_str()));
            return Err(anyhow!(
                "--set-var {variable}: {name} has no such variable\n  help: {remedy}"
            ));
        }
        values.insert(variable.to_owned(), value.to_owned());
    }
    let text = template.text.fill(&values).map_err(|Missing { names }| {
        let given: Vec<_> = names.iter().map(|n| format!("--set-var {n}=…")).collect();
        anyhow!(
            "{name}: no value for {}\n  help: add {}",
            names.join(", "),
            given.join(" ")
        )
    })?;
    io::stdout().write_all(text.as_bytes())?;
    Ok(Outcome::Fine)
}
