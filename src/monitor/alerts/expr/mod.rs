//! Conditions over metrics: a subset of PromQL that means what it means in Prometheus.
//!
//! | what | how |
//! |---|---|
//! | numbers | `0.9`, `1e6`, `0xff`, `Inf` |
//! | series | `name`, `name{label="v", l2!="x", l3=~"re", l4!~"re"}` |
//! | over a window | `rate increase avg_over_time max_over_time min_over_time`, of `name{…}[5m]` |
//! | put together | `sum avg max min count`, with `by (labels)` before or behind |
//! | arithmetic | `+ - * /`, unary `-` |
//! | comparisons | `== != > < >= <=`, which keep the elements for which they hold |
//! | sets | `and or unless` |
//! | besides | brackets, comments from `#` to the end of the line |
//!
//! Two vectors are matched on all their labels; there is no `on`, `ignoring` or `bool`, no `offset`,
//! `@` or subquery, and no series without a name. Names must be documented ones. As in Prometheus 3
//! a window does not hold its older end, and a sample exactly as old as the lookback is too old;
//! Prometheus 2 counted both.
//!
//! A series has one name and each label set once, every operator keeps label sets apart, so no two
//! elements of a vector share their labels: evaluation has nothing to refuse.

mod ast;
mod error;
mod eval;
mod lexer;
mod names;
mod parser;
mod window;

#[cfg(test)]
mod golden;
#[cfg(test)]
mod tests;

use std::time::Duration;

pub use ast::{Aggregate, Expr, Function, Matcher, Operator, Selector, Test};
pub use error::{ExprError, Problem, Span};
pub use eval::{Element, Vector, evaluate};
pub use names::Known;
pub use parser::parse;

/// Bytes of the longest expression.
pub const LONGEST: usize = 4096;
/// Levels to which an expression may be nested.
pub const DEEPEST: usize = 64;
/// The longest window.
pub const LONGEST_WINDOW: Duration = Duration::from_secs(3600);
