//! Versions and templates, off the terminal's thread.

use crate::templates::Library;

use super::super::app::{Input, Record, Subject, VersionNews, VersionTask};
use super::super::arrival::Arrival;
use super::super::overlays::Shelf;
use super::Runner;

impl Runner<'_, '_> {
    pub(super) fn record(&self, record: Record) {
        let work = self.desk.keeper.record(record, self.news());
        tokio::task::spawn_blocking(work);
    }

    pub(super) fn version_task(&self, subject: &Subject, task: VersionTask) {
        let work = self.desk.keeper.perform(subject, task, self.news());
        tokio::task::spawn_blocking(work);
    }

    fn news(&self) -> impl FnOnce(VersionNews) + Send + use<> {
        let arrivals = self.arrivals.clone();
        move |news| {
            // The loop has ended where nobody listens.
            let _ = arrivals.send(Arrival::Input(Input::Versions(news)));
        }
    }

    pub(super) fn read_templates(&self) {
        let folder = self.desk.options.templates.clone();
        self.off_thread(move || {
            let (library, problems) = Library::read(folder.as_deref());
            Arrival::Input(Input::Templates(Box::new(Shelf::new(&library, &problems))))
        });
    }
}
