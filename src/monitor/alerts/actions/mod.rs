//! What is done about transitions: as data here, done by [`Runner`].

mod command;
mod runner;
mod webhook;

#[cfg(test)]
mod tests;

use ureq::http::Uri;

use super::rule::Severity;
use super::state::{Event, Phase};
use super::watch::Transition;
use crate::telemetry::SecretUrl;

pub use runner::{Outcome, Performed, Report, Runner, RunnerSettings};

/// Most characters of a notification's title or body.
const LONGEST_TEXT: usize = 240;

/// Something to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// Ring the terminal's bell.
    Bell,
    /// Show a notification on the desktop, by the terminal.
    Notify {
        /// Its heading.
        title: String,
        /// Its text.
        body: String,
    },
    /// Write a line into the log.
    Log {
        /// How bad it is.
        severity: Severity,
        /// The line.
        line: String,
    },
    /// Send `body` to `url` by POST.
    Webhook {
        /// `http` or `https`.
        url: SecretUrl,
        /// What tells the alert from others.
        alert: String,
        /// JSON.
        body: String,
    },
    /// Run a program, without a shell.
    Command {
        /// The program and its arguments; never empty.
        argv: Vec<String>,
        /// Variables that are added to the environment.
        environment: Vec<(&'static str, String)>,
    },
}

/// What is to be done where an alert fires or ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Targets {
    /// Ring the bell where an alert fires. Default: true.
    pub bell: bool,
    /// Notify. Default: false.
    pub notify: bool,
    /// Log every transition. Default: true.
    pub log: bool,
    /// Where to send a [`Transition`] as JSON.
    pub webhook: Option<SecretUrl>,
    /// A program and its arguments; empty runs none. It gets the transition in the variables
    /// `POSTWRIGHT_ALERT_RULE`, `_SEVERITY`, `_EVENT`, `_VALUE`, `_ANNOTATION` and, as JSON,
    /// `_LABELS`.
    pub command: Vec<String>,
    /// Everything but the log leaves out what is less severe. Default: info.
    pub least: Severity,
}

impl Default for Targets {
    fn default() -> Self {
        Self {
            bell: true,
            notify: false,
            log: true,
            webhook: None,
            command: Vec::new(),
            least: Severity::Info,
        }
    }
}

/// A target that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TargetError {
    /// An address that is none.
    #[error(
        "webhook: {url} is no address, expected such as https://example.org/alerts; correct it"
    )]
    Webhook {
        /// What stands there.
        url: SecretUrl,
    },
    /// A program without a name.
    #[error("command: the first argument is empty, expected the name or path of a program; add it")]
    Command,
    /// An argument that no program can get.
    #[error("command: argument {nth} has a zero byte, expected text; remove it")]
    Argument {
        /// From 1 on, the program included.
        nth: usize,
    },
}

/// How a terminal is asked for a notification.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Protocol {
    /// `OSC 9`: iTerm2, kitty, WezTerm, Windows Terminal, foot. Title and body are one text.
    #[default]
    Osc9,
    /// `OSC 777`: urxvt, foot, WezTerm, Ghostty.
    Osc777,
}

impl Targets {
    /// Whether everything can be used.
    ///
    /// # Errors
    /// Where the address or the command cannot.
    pub fn validate(&self) -> Result<(), TargetError> {
        if let Some(url) = &self.webhook {
            let is_usable = url.expose().parse::<Uri>().is_ok_and(|uri| {
                matches!(uri.scheme_str(), Some("http" | "https"))
                    && uri.host().is_some_and(|host| !host.is_empty())
            });
            if !is_usable {
                let url = url.clone();
                return Err(TargetError::Webhook { url });
            }
        }
        if self.command.first().is_some_and(String::is_empty) {
            return Err(TargetError::Command);
        }
        match self
            .command
            .iter()
            .position(|argument| argument.contains('\0'))
        {
            Some(at) => Err(TargetError::Argument { nth: at + 1 }),
            None => Ok(()),
        }
    }

    /// What is to be done about `transition`. Everything is logged; people are told where an alert
    /// fires and where one that fired ends or loses its data.
    #[must_use]
    pub fn actions(&self, transition: &Transition) -> Vec<Action> {
        let mut actions = Vec::new();
        let severity = transition.severity;
        if self.log {
            // The end of what was bad is good to know, no more.
            let severity = match transition.event {
                Event::Firing => severity,
                _ => Severity::Info,
            };
            let line = line(transition);
            actions.push(Action::Log { severity, line });
        }
        if severity < self.least || !is_worth_telling(transition) {
            return actions;
        }
        if self.bell && transition.event == Event::Firing {
            actions.push(Action::Bell);
        }
        if self.notify {
            actions.push(Action::Notify {
                title: format!("Postwright: {} {}", transition.rule, word(transition.event)),
                body: transition.annotation.clone(),
            });
        }
        if let Some(url) = self.webhook.clone() {
            // Strings, numbers and maps of strings always become JSON.
            let body = serde_json::to_string(transition).unwrap_or_default();
            let alert = format!("{} {:?}", transition.rule, transition.labels);
            actions.push(Action::Webhook { url, alert, body });
        }
        if !self.command.is_empty() {
            actions.push(Action::Command {
                argv: self.command.clone(),
                environment: environment(transition),
            });
        }
        actions
    }
}

impl Action {
    /// The bytes that make the terminal do it; `None` for what a terminal has no part in. Texts
    /// lose control characters and what turns the direction of writing.
    #[must_use]
    pub fn terminal_bytes(&self, protocol: Protocol) -> Option<Vec<u8>> {
        match self {
            Self::Bell => Some(vec![0x07]),
            Self::Notify { title, body } => {
                let (title, body) = (plain(title), plain(body));
                let text = match protocol {
                    // A text that began with a digit and a semicolon would be an order to some.
                    Protocol::Osc9 if title.starts_with(|c: char| c.is_ascii_digit()) => {
                        format!("9;Alert {title}: {body}")
                    }
                    Protocol::Osc9 => format!("9;{title}: {body}"),
                    // Semicolons separate the parts.
                    Protocol::Osc777 => {
                        format!(
                            "777;notify;{};{}",
                            title.replace(';', ","),
                            body.replace(';', ",")
                        )
                    }
                };
                Some(format!("\x1b]{text}\x1b\\").into_bytes())
            }
            Self::Log { .. } | Self::Webhook { .. } | Self::Command { .. } => None,
        }
    }
}

fn is_worth_telling(transition: &Transition) -> bool {
    match transition.event {
        Event::Firing | Event::Resolved => true,
        Event::NoData => transition.from == Phase::Firing,
        Event::Pending | Event::Cancelled | Event::Returned | Event::Forgotten => false,
    }
}

fn word(event: Event) -> &'static str {
    match event {
        Event::Pending => "is pending",
        Event::Cancelled => "is cancelled",
        Event::Firing => "fires",
        Event::Resolved => "is resolved",
        Event::NoData => "has no data",
        Event::Returned => "has data again",
        Event::Forgotten => "is forgotten",
    }
}

fn line(transition: &Transition) -> String {
    let mut line = format!("alert {} {}", transition.rule, word(transition.event));
    for (nth, (name, value)) in transition.labels.iter().enumerate() {
        line.push_str(if nth == 0 { " {" } else { ", " });
        line.push_str(&format!("{name}={value:?}"));
    }
    if !transition.labels.is_empty() {
        line.push('}');
    }
    if !transition.annotation.is_empty() {
        line.push_str(": ");
        line.push_str(&transition.annotation);
    }
    plain(&line)
}

fn environment(transition: &Transition) -> Vec<(&'static str, String)> {
    // An object of strings always becomes JSON.
    let labels = serde_json::to_string(&transition.labels).unwrap_or_default();
    let value = transition.value.map(|value| value.to_string());
    [
        ("POSTWRIGHT_ALERT_RULE", transition.rule.clone()),
        ("POSTWRIGHT_ALERT_SEVERITY", transition.severity.to_string()),
        ("POSTWRIGHT_ALERT_EVENT", transition.event.name().to_owned()),
        ("POSTWRIGHT_ALERT_VALUE", value.unwrap_or_default()),
        ("POSTWRIGHT_ALERT_ANNOTATION", transition.annotation.clone()),
        ("POSTWRIGHT_ALERT_LABELS", labels),
    ]
    // A variable cannot hold a zero byte.
    .map(|(name, value)| (name, value.replace('\0', "")))
    .to_vec()
}

/// Text for one line of a terminal: spaces for control characters, nothing for what is invisible
/// and turns the direction of writing, and an ellipsis where it is long.
fn plain(text: &str) -> String {
    let mut chars = text
        .chars()
        .filter(|c| !matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'))
        .map(|c| if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') { ' ' } else { c });
    let mut out: String = chars.by_ref().take(LONGEST_TEXT).collect();
    if chars.next().is_some() {
        out.pop();
        out.push('…');
    }
    out
}
