//! Post templates with variables, and a writer's own hooks and calls to action.
//!
//! A template is `NAME.md` or `NAME.txt`: optional TOML between two `+++` lines, then the text with
//! `{{name}}` or `{{name|default}}`; `\{{` is two literal braces. Hooks and calls stand in
//! `hooks.toml` and `calls.toml`. [`Library::read`] lays a writer's folder over what is shipped.

mod fields;
mod insert;
mod library;
mod problem;
mod snippet;
mod template;
#[cfg(test)]
mod tests;
mod text;

pub use insert::{Placed, blank, call_into, hook_into};
pub use library::Library;
pub use problem::Problem;
pub use snippet::{Call, CallKind, Hook, HookKind, Snippet};
pub use template::Template;
pub use text::{Draft, Missing, Place, Text, Variable};

/// Largest file that is read, in bytes.
pub const LARGEST: usize = 64 << 10;
