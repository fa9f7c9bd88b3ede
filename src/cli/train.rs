//! `postwright train`

use std::io::Write;

use indicatif::ProgressBar;

use crate::model::library::Library;
use crate::train::{self, Order};

use super::analyze::remark;
use super::args::{Common, TrainArgs};
use super::config::model_settings;
use super::evaluate::figures;
use super::{Outcome, load_config};

pub(super) fn run(common: &Common, args: &TrainArgs) -> anyhow::Result<Outcome> {
    let loaded = load_config(common, Vec::new())?;
    let settings = model_settings(&loaded)?;
    let library = Library::new(settings.folder.clone());
    let model = library.open(&library.active()?)?;
    let order = Order {
        task: args.task,
        data: &args.data,
        out: &args.out,
        device: args.device,
        seed: args.seed,
        epochs: args.epochs,
        // A pipe needs no bar.
        bar: ProgressBar::new(0),
    };
    let trained = train::train(&model, order)?;
    if let Some(note) = &trained.note {
        remark(note);
    }
    let mut out = anstream::stdout().lock();
    writeln!(
        out,
        "wrote {}: {:.1} MB\n`--set model.heads={}` uses it\n",
        trained.path.display(),
        trained.bytes as f64 / 1e6,
        args.out.display(),
    )?;
    for (name, figure) in &trained.figures {
        writeln!(out, "{}", figures(name, figure))?;
    }
    Ok(Outcome::Fine)
}
