//! A question with a command for each answer.

use super::super::command::{Command, Context, Place};
use super::Answer;

/// A question with a command for each answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Question {
    /// Where its keys are looked up.
    pub place: Place,
    pub title: &'static str,
    /// In full, and in as few words as it takes.
    pub text: [String; 2],
    pub choices: Vec<Choice>,
}

/// An answer to a question.
#[derive(Debug, Clone, PartialEq)]
pub struct Choice {
    pub command: Command,
    /// In full, and in as few words as it takes.
    pub text: [&'static str; 2],
    pub answer: Answer,
}

impl Choice {
    /// What a command answers.
    #[must_use]
    pub fn new(command: Command, text: [&'static str; 2], answer: Answer) -> Self {
        Self {
            command,
            text,
            answer,
        }
    }

    /// Leaves the question open.
    #[must_use]
    pub fn close(text: [&'static str; 2]) -> Self {
        Self::new(Command::Close, text, Answer::Close)
    }
}

impl Question {
    pub(super) fn update(&self, command: Command) -> Answer {
        let chosen = self.choices.iter().find(|c| c.command == command);
        match command {
            Command::Help => Answer::Help,
            Command::Quit => Answer::AskToQuit,
            _ => chosen.map_or(Answer::Stay, |c| c.answer.clone()),
        }
    }

    /// The context of a choice's command.
    #[must_use]
    pub fn context(&self, choice: &Choice) -> Context {
        match choice.command {
            Command::Close => Context::Overlay,
            Command::Quit => Context::Anywhere,
            // Every place has one.
            _ => self.place.layers()[0],
        }
    }
}
