//! What an expression says, and how it is written.

use std::fmt::{self, Write as _};
use std::time::Duration;

use regex::Regex;

use crate::monitor::alerts::duration;

/// Everything that may stand before a bracket.
pub(super) const FUNCTIONS_AND_AGGREGATES: &str =
    "rate increase avg_over_time max_over_time min_over_time sum avg max min count";

/// An expression. Equal are those that say the same, wherever they stand.
#[derive(Debug, Clone, PartialEq)]
pub enum Expr {
    /// A number, at least 0; a minus before it is a [`Expr::Negate`].
    Number(f64),
    /// The latest sample of each matching series.
    Selector(Selector),
    /// A function over the samples of a window before now.
    Window {
        /// Which.
        function: Function,
        /// Of which series.
        selector: Selector,
        /// Length of the window; its older end does not belong to it.
        window: Duration,
    },
    /// Many elements made one, or one for each group.
    Aggregate {
        /// How.
        aggregate: Aggregate,
        /// Labels that make the groups.
        by: Vec<String>,
        /// Of what.
        inner: Box<Expr>,
    },
    /// Two expressions with an operator between.
    Binary {
        /// The operator.
        operator: Operator,
        /// Before it.
        left: Box<Expr>,
        /// Behind it.
        right: Box<Expr>,
    },
    /// The same with the other sign.
    Negate(Box<Expr>),
}

/// A metric and conditions on its labels.
#[derive(Debug, Clone, PartialEq)]
pub struct Selector {
    /// Name of the series.
    pub name: String,
    /// All must hold.
    pub matchers: Vec<Matcher>,
}

/// A condition on a label; a label that is missing counts as empty.
#[derive(Debug, Clone)]
pub struct Matcher {
    /// The label.
    pub label: String,
    /// What its value must be, as written.
    pub value: String,
    /// How it is compared.
    pub test: Test,
}

/// How a label is compared with a value. Regular expressions match from start to end.
#[derive(Debug, Clone)]
pub enum Test {
    /// `=`
    Equal,
    /// `!=`
    NotEqual,
    /// `=~`
    Match(Regex),
    /// `!~`
    NoMatch(Regex),
}

/// A function over a window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Function {
    /// Growth a second of a counter.
    Rate,
    /// Growth of a counter.
    Increase,
    /// Mean.
    Avg,
    /// Largest.
    Max,
    /// Smallest.
    Min,
}

/// How elements become one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Aggregate {
    /// Sum.
    Sum,
    /// Mean.
    Avg,
    /// Largest.
    Max,
    /// Smallest.
    Min,
    /// How many.
    Count,
}

/// What may stand between two expressions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operator {
    /// `or`
    Or,
    /// `and`
    And,
    /// `unless`
    Unless,
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
    /// `>`
    Greater,
    /// `<`
    Less,
    /// `>=`
    GreaterEqual,
    /// `<=`
    LessEqual,
    /// `+`
    Add,
    /// `-`
    Subtract,
    /// `*`
    Multiply,
    /// `/`
    Divide,
}

impl Function {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Rate, Self::Increase, Self::Avg, Self::Max, Self::Min];

    /// Its name in PromQL.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Rate => "rate",
            Self::Increase => "increase",
            Self::Avg => "avg_over_time",
            Self::Max => "max_over_time",
            Self::Min => "min_over_time",
        }
    }
}

impl Aggregate {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Sum, Self::Avg, Self::Max, Self::Min, Self::Count];

    /// Its name in PromQL.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Sum => "sum",
            Self::Avg => "avg",
            Self::Max => "max",
            Self::Min => "min",
            Self::Count => "count",
        }
    }
}

impl Operator {
    /// All of them.
    pub const ALL: [Self; 13] = [
        Self::Or,
        Self::And,
        Self::Unless,
        Self::Equal,
        Self::NotEqual,
        Self::Greater,
        Self::Less,
        Self::GreaterEqual,
        Self::LessEqual,
        Self::Add,
        Self::Subtract,
        Self::Multiply,
        Self::Divide,
    ];

    /// Its name in PromQL.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Or => "or",
            Self::And => "and",
            Self::Unless => "unless",
            Self::Equal => "==",
            Self::NotEqual => "!=",
            Self::Greater => ">",
            Self::Less => "<",
            Self::GreaterEqual => ">=",
            Self::LessEqual => "<=",
            Self::Add => "+",
            Self::Subtract => "-",
            Self::Multiply => "*",
            Self::Divide => "/",
        }
    }

    /// How tightly it binds, 1 to 5; all bind from the left.
    pub(super) fn precedence(self) -> u8 {
        match self {
            Self::Or => 1,
            Self::And | Self::Unless => 2,
            Self::Equal
            | Self::NotEqual
            | Self::Greater
            | Self::Less
            | Self::GreaterEqual
            | Self::LessEqual => 3,
            Self::Add | Self::Subtract => 4,
            Self::Multiply | Self::Divide => 5,
        }
    }
}

impl Matcher {
    /// Whether a label with this value fits; a missing label has the value `""`.
    #[must_use]
    pub fn fits(&self, value: &str) -> bool {
        match &self.test {
            Test::Equal => value == self.value,
            Test::NotEqual => value != self.value,
            Test::Match(regex) => regex.is_match(value),
            Test::NoMatch(regex) => !regex.is_match(value),
        }
    }
}

impl Test {
    fn sign(&self) -> &'static str {
        match self {
            Self::Equal => "=",
            Self::NotEqual => "!=",
            Self::Match(_) => "=~",
            Self::NoMatch(_) => "!~",
        }
    }
}

impl PartialEq for Matcher {
    fn eq(&self, other: &Self) -> bool {
        let parts = |m: &Self| (m.label.clone(), m.test.sign(), m.value.clone());
        parts(self) == parts(other)
    }
}

impl Expr {
    /// Calls `visit` with every selector and its window, which is zero where only the latest
    /// sample counts.
    pub fn selectors(&self, visit: &mut impl FnMut(&Selector, Duration)) {
        match self {
            Self::Number(_) => {}
            Self::Selector(selector) => visit(selector, Duration::ZERO),
            Self::Window {
                selector, window, ..
            } => visit(selector, *window),
            Self::Aggregate { inner, .. } | Self::Negate(inner) => inner.selectors(visit),
            Self::Binary { left, right, .. } => {
                left.selectors(visit);
                right.selectors(visit);
            }
        }
    }

    /// Whether it gives a number, with no series in it.
    #[must_use]
    pub fn is_number(&self) -> bool {
        let mut is_number = true;
        self.selectors(&mut |_, _| is_number = false);
        is_number
    }

    /// Writes it, in brackets where it binds no tighter than `above`.
    fn write(&self, above: u8, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Self::Binary { operator, .. } = self
            && operator.precedence() <= above
        {
            return write!(f, "({self})");
        }
        write!(f, "{self}")
    }
}

impl fmt::Display for Expr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) if number.is_infinite() => write!(f, "Inf"),
            // As digits where few are needed.
            Self::Number(number) if *number == 0.0 || (1e-5..1e15).contains(number) => {
                write!(f, "{number}")
            }
            Self::Number(number) => write!(f, "{number:e}"),
            Self::Selector(selector) => write!(f, "{selector}"),
            Self::Window {
                function,
                selector,
                window,
            } => {
                let window = duration::format(*window);
                write!(f, "{}({selector}[{window}])", function.name())
            }
            Self::Aggregate {
                aggregate,
                by,
                inner,
            } => {
                f.write_str(aggregate.name())?;
                if !by.is_empty() {
                    write!(f, " by ({}) ", by.join(", "))?;
                }
                write!(f, "({inner})")
            }
            Self::Binary {
                operator,
                left,
                right,
            } => {
                left.write(operator.precedence() - 1, f)?;
                write!(f, " {} ", operator.name())?;
                right.write(operator.precedence(), f)
            }
            Self::Negate(inner) => {
                f.write_char('-')?;
                inner.write(u8::MAX, f)
            }
        }
    }
}

impl fmt::Display for Selector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)?;
        for (nth, matcher) in self.matchers.iter().enumerate() {
            f.write_str(if nth == 0 { "{" } else { ", " })?;
            write!(f, "{}{}\"", matcher.label, matcher.test.sign())?;
            for c in matcher.value.chars() {
                match c {
                    '\\' | '"' => write!(f, "\\{c}")?,
                    '\n' => f.write_str("\\n")?,
                    '\r' => f.write_str("\\r")?,
                    '\t' => f.write_str("\\t")?,
                    _ => f.write_char(c)?,
                }
            }
            f.write_char('"')?;
        }
        if !self.matchers.is_empty() {
            f.write_char('}')?;
        }
        Ok(())
    }
}
