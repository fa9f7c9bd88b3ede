//! A writer's terminal without a screen.

use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, unbounded};

use crate::analysis::Settings;
use crate::analysis::report::LocatedFinding;
use crate::engine::superposition::{Superposition, candidates};
use crate::engine::{Background, Embedded, Embedder, Engine, Live, Reply};
use crate::post::Revision;

use super::{Plan, TraceError};

/// How long an answer is waited for; what takes longer hangs.
const PATIENCE: Duration = Duration::from_secs(60);

/// Asks the engine as the workstation does.
pub(super) struct Typist {
    live: Live,
    background: Background,
    embedder: Embedder,
    /// Where fixes are computed ahead.
    superposition: Option<Superposition>,
    replies: Receiver<Reply>,
    embedded: Receiver<Embedded>,
    superposed: Receiver<Revision>,
    cancels: bool,
    revision: Revision,
    text: String,
}

impl Typist {
    pub(super) fn new(
        engine: &Engine,
        settings: &Settings,
        number: u64,
        plan: &Plan,
    ) -> Result<Self, TraceError> {
        let (tell, replies) = unbounded();
        let (tell_vectors, embedded) = unbounded();
        let (tell_done, superposed) = unbounded();
        // Nobody listens any more once the typist is gone.
        let reply = move |r| drop(tell.send(r));
        let vectors = move |e| drop(tell_vectors.send(e));
        let done = move |revision, _| {
            let _ = tell_done.send(revision);
        };
        let superposition = plan
            .superposition
            .then(|| Superposition::start(engine.clone(), settings, number, done))
            .transpose();
        let mut live = Live::new(settings.clone(), engine.clone(), number);
        live.set_pinning(plan.pinning);
        Ok(Self {
            live,
            background: Background::start(engine.clone(), number, reply)
                .map_err(TraceError::Thread)?,
            embedder: Embedder::start(engine.clone(), number, vectors)
                .map_err(TraceError::Thread)?,
            superposition: superposition.map_err(TraceError::Thread)?,
            replies,
            embedded,
            superposed,
            cancels: plan.cancellation,
            revision: Revision::default(),
            text: String::new(),
        })
    }

    /// The text of now.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// The findings in it.
    pub(super) fn findings(&mut self) -> Vec<LocatedFinding> {
        let report = self.live.report(false);
        report.findings.ready().cloned().unwrap_or_default()
    }

    /// Takes the text after an edit; how long the fast stages took.
    pub(super) fn edit(&mut self, text: &str) -> Duration {
        self.revision = self.revision.next();
        text.clone_into(&mut self.text);
        let began = Instant::now();
        if self.cancels {
            self.background.supersede(self.revision);
        }
        self.live.edit(self.revision, text);
        std::hint::black_box(self.live.report(false));
        began.elapsed()
    }

    /// Runs the slow stages of a pause to their end; how long they took.
    pub(super) fn settle(&mut self) -> Duration {
        let began = Instant::now();
        self.background.submit(self.live.job());
        let texts = self.live.read_texts();
        self.wait_for(texts, true);
        std::hint::black_box(self.live.report(false));
        began.elapsed()
    }

    /// Rests at most this long: reads what is left, and what fixes would change.
    pub(super) fn rest(&mut self, idle: Duration) {
        let began = Instant::now();
        let texts = self.live.resting_texts();
        if !texts.is_empty() {
            self.wait_for(texts, false);
        }
        let findings = self.findings();
        if let Some(superposition) = &self.superposition {
            let texts = candidates(&self.text, &findings);
            superposition.submit(self.revision, texts);
            let deadline = began + idle;
            while let Ok(revision) = self.superposed.recv_deadline(deadline) {
                if revision == self.revision {
                    break;
                }
            }
        }
    }

    /// Has texts read, and waits for that, and for the reply to a job where there is one.
    fn wait_for(&mut self, texts: Vec<String>, has_job: bool) {
        let (mut is_checked, mut is_read) = (!has_job, texts.is_empty());
        if !is_read {
            self.embedder.submit(self.revision, texts);
        }
        while !(is_checked && is_read) {
            crossbeam_channel::select! {
                recv(self.replies) -> reply => {
                    if let Ok(Reply::Slow { revision, slow, .. }) = reply {
                        self.live.accept(revision, *slow);
                    }
                    is_checked = true;
                }
                recv(self.embedded) -> embedded => {
                    if let Ok(embedded) = embedded {
                        self.live.accept_vectors(embedded);
                    }
                    is_read = true;
                }
                default(PATIENCE) => break,
            }
        }
    }
}
