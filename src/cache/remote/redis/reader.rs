//! Answers questions of callers, each within its time.

use std::sync::Arc;
use std::time::Instant;

use crossbeam_channel::Sender;
use redis::{Cmd, RedisError, RedisResult, Value};
use tokio::sync::mpsc::Receiver;

use super::state::{Failure, Numbered, State};

/// Answers in the order of the commands, or why there are none.
pub(super) type Answers = Result<Vec<RedisResult<Value>>, String>;

/// A question that somebody waits for.
pub(super) struct Question {
    pub commands: Vec<Cmd>,
    /// When the caller stops waiting.
    pub until: Instant,
    pub answers: Sender<Answers>,
}

/// Takes questions until the tier is dropped.
pub(super) async fn run(state: Arc<State>, mut questions: Receiver<Question>) {
    loop {
        tokio::select! {
            () = state.stopped.notified() => return,
            question = questions.recv() => match question {
                Some(question) => drop(tokio::spawn(answer(state.clone(), question))),
                None => return,
            },
        }
    }
}

async fn answer(state: Arc<State>, question: Question) {
    let answers = match state.link() {
        // Where time was up before the server was asked, that is no fault of the server.
        _ if Instant::now() >= question.until => None,
        Some(link) => ask(&state, link, question.commands, question.until).await,
        None => Some(Err(state.reason())),
    };
    if let Some(answers) = answers {
        // Where the caller has stopped waiting, nobody wants to know.
        let _ = question.answers.send(answers);
    }
}

/// What the server answers; `None` where time is up.
async fn ask(
    state: &State,
    mut link: Numbered,
    commands: Vec<Cmd>,
    until: Instant,
) -> Option<Answers> {
    let permit = match state.breaker.acquire() {
        Ok(permit) => permit,
        Err(refused) => {
            state.close(&link);
            return Some(Err(refused.to_string()));
        }
    };
    let sent = link.link.send(commands);
    let failure = match state.attempt(until.into(), state.timeout, sent).await {
        Ok(answers) => {
            // That a key holds something else than bytes concerns that key alone.
            let mut errors = answers.iter().filter_map(|a| a.as_ref().err());
            let Some(error) = errors.find(|e| !is_wrong_type(e)) else {
                permit.succeed();
                return Some(Ok(answers));
            };
            Failure::Redis(error.clone())
        }
        Err(failure) => failure,
    };
    let reason = state.fail(&link, permit, &failure);
    match failure {
        Failure::Late(_) => None,
        Failure::Redis(_) | Failure::Panic(_) => Some(Err(reason)),
    }
}

/// Whether the key holds a list, say.
pub(super) fn is_wrong_type(error: &RedisError) -> bool {
    error.code() == Some("WRONGTYPE")
}
