//! Tokens made an expression, by precedence climbing.
//!
//! Whether a part is a number or a vector is known here, so what cannot be evaluated is refused
//! with its place, and evaluation itself cannot fail.

use regex::RegexBuilder;

use super::ast::{Aggregate, Expr, Function, Matcher, Operator, Selector, Test};
use super::error::{ExprError, Problem, Span};
use super::lexer::{Kind, Token, lex};
use super::names::{Known, nearest};
use super::{DEEPEST, LONGEST, LONGEST_WINDOW};
use crate::monitor::alerts::duration;

/// Bytes that a compiled regular expression may take.
const REGEX_SIZE: usize = 1 << 18;

/// Reads `source`; selectors may only name what is `known`.
///
/// # Errors
/// Where `source` is not of the subset that [`super`] describes.
pub fn parse(source: &str, known: Known<'_>) -> Result<Expr, ExprError> {
    if source.len() > LONGEST {
        let span = Span { start: 0, end: 0 };
        let bytes = source.len();
        return Err(ExprError::new(source, span, Problem::TooLong { bytes }));
    }
    let mut parser = Parser {
        source,
        known,
        tokens: lex(source)?,
        at: 0,
    };
    let part = parser.binary(0, 0)?;
    match parser.peek() {
        Kind::End => Ok(part.expr),
        Kind::Sign("[") => Err(parser.error(Problem::Unsupported {
            what: "a window".to_owned(),
            instead: "a metric inside rate() or another function over a window",
        })),
        Kind::Word(word) if word == "offset" => Err(parser.error(Problem::Unsupported {
            what: "`offset`".to_owned(),
            instead: "a rule about now",
        })),
        _ => Err(parser.unexpected("an operator or the end; remove what follows")),
    }
}

/// An expression with what the checks need.
struct Part {
    expr: Expr,
    span: Span,
    is_vector: bool,
    depth: usize,
}

struct Parser<'a> {
    source: &'a str,
    known: Known<'a>,
    tokens: Vec<Token>,
    at: usize,
}

impl Parser<'_> {
    fn peek(&self) -> &Kind {
        &self.tokens[self.at].kind
    }

    fn span(&self) -> Span {
        self.tokens[self.at].span
    }

    /// The next token; the last one, the end, is never passed.
    fn next(&mut self) -> Token {
        let token = self.tokens[self.at].clone();
        self.at = (self.at + 1).min(self.tokens.len() - 1);
        token
    }

    fn takes(&mut self, sign: &str) -> bool {
        let is_it = matches!(self.peek(), Kind::Sign(s) if *s == sign);
        if is_it {
            self.next();
        }
        is_it
    }

    fn demand(&mut self, sign: &str, expected: &'static str) -> Result<(), ExprError> {
        if self.takes(sign) {
            return Ok(());
        }
        Err(self.unexpected(expected))
    }

    fn error(&self, problem: Problem) -> ExprError {
        self.error_at(self.span(), problem)
    }

    fn error_at(&self, span: Span, problem: Problem) -> ExprError {
        ExprError::new(self.source, span, problem)
    }

    fn unexpected(&self, expected: &'static str) -> ExprError {
        let found = self.peek().to_string();
        self.error(Problem::Unexpected { found, expected })
    }

    fn operator(&self) -> Option<Operator> {
        let name = match self.peek() {
            Kind::Sign(sign) => (*sign).to_owned(),
            Kind::Word(word) => word.to_ascii_lowercase(),
            Kind::Number(_) | Kind::Duration(_) | Kind::Text(_) | Kind::End => return None,
        };
        Operator::ALL.into_iter().find(|op| op.name() == name)
    }

    /// Operands joined by operators that bind tighter than `above`.
    fn binary(&mut self, above: u8, depth: usize) -> Result<Part, ExprError> {
        let mut left = self.unary(depth)?;
        while let Some(operator) = self.operator().filter(|op| op.precedence() > above) {
            let sign = self.next().span;
            if let Kind::Word(word) = self.peek()
                && matches!(word.as_str(), "bool" | "on" | "ignoring")
            {
                let what = format!("`{word}`");
                let instead = "sides with the same labels; use `sum by (…) (…)` on each side";
                return Err(self.error(Problem::Unsupported { what, instead }));
            }
            let right = self.binary(operator.precedence(), depth)?;
            left = self.join(operator, sign, left, right)?;
        }
        Ok(left)
    }

    fn join(
        &self,
        operator: Operator,
        sign: Span,
        left: Part,
        right: Part,
    ) -> Result<Part, ExprError> {
        let needs = match operator.precedence() {
            1 | 2 if !left.is_vector || !right.is_vector => Some((
                if left.is_vector {
                    right.span
                } else {
                    left.span
                },
                "`and`, `or` and `unless` join conditions, not numbers",
                "a condition such as `metric > 0`",
            )),
            3 if !left.is_vector && !right.is_vector => Some((
                sign,
                "this compares two numbers",
                "a metric on one side at least",
            )),
            _ => None,
        };
        if let Some((span, what, expected)) = needs {
            return Err(self.error_at(span, Problem::Kind { what, expected }));
        }
        let depth = left.depth.max(right.depth) + 1;
        if depth > DEEPEST {
            return Err(self.error_at(sign, Problem::TooDeep));
        }
        Ok(Part {
            span: left.span.to(right.span),
            is_vector: left.is_vector || right.is_vector,
            depth,
            expr: Expr::Binary {
                operator,
                left: Box::new(left.expr),
                right: Box::new(right.expr),
            },
        })
    }

    fn unary(&mut self, depth: usize) -> Result<Part, ExprError> {
        if depth > DEEPEST {
            return Err(self.error(Problem::TooDeep));
        }
        let start = self.span();
        if self.takes("-") {
            let inner = self.unary(depth + 1)?;
            return Ok(Part {
                span: start.to(inner.span),
                is_vector: inner.is_vector,
                depth: inner.depth + 1,
                expr: Expr::Negate(Box::new(inner.expr)),
            });
        }
        self.operand(depth)
    }

    fn operand(&mut self, depth: usize) -> Result<Part, ExprError> {
        let start = self.span();
        let (expr, is_vector, inner) = match self.peek().clone() {
            Kind::Number(number) => {
                self.next();
                (Expr::Number(number), false, 0)
            }
            Kind::Sign("(") => {
                self.next();
                let part = self.binary(0, depth + 1)?;
                self.demand(")", "an operator or `)`; close the bracket")?;
                (part.expr, part.is_vector, part.depth)
            }
            Kind::Word(word) if word.eq_ignore_ascii_case("inf") => {
                self.next();
                (Expr::Number(f64::INFINITY), false, 0)
            }
            Kind::Word(word) => {
                self.next();
                self.word(&word, start, depth)?
            }
            Kind::Sign("{") => {
                return Err(self.error(Problem::Unsupported {
                    what: "a selector without a name".to_owned(),
                    instead: "the metric's name before `{`",
                }));
            }
            Kind::Sign(_) | Kind::Duration(_) | Kind::Text(_) | Kind::End => {
                return Err(self.unexpected("a metric, a number, a function or `(`; add it"));
            }
        };
        // `start` is before the token that was taken last.
        let span = start.to(self.tokens[self.at.saturating_sub(1)].span);
        Ok(Part {
            expr,
            span,
            is_vector,
            depth: inner + 1,
        })
    }

    /// What begins with a name, which is already taken.
    fn word(
        &mut self,
        word: &str,
        span: Span,
        depth: usize,
    ) -> Result<(Expr, bool, usize), ExprError> {
        let lower = word.to_ascii_lowercase();
        let is_call = matches!(self.peek(), Kind::Sign("("));
        let is_by = matches!(self.peek(), Kind::Word(w) if w == "by" || w == "without");
        let aggregate = Aggregate::ALL.into_iter().find(|a| a.name() == lower);
        if let Some(aggregate) = aggregate.filter(|_| is_call || is_by) {
            return self.aggregate(aggregate, depth);
        }
        if let Some(function) = Function::ALL.into_iter().find(|f| f.name() == word) {
            return Ok((self.window(function)?, true, 0));
        }
        if is_call {
            let all = Function::ALL.map(Function::name);
            let all = all.into_iter().chain(Aggregate::ALL.map(Aggregate::name));
            let problem = Problem::Function {
                name: word.to_owned(),
                nearest: nearest(word, all).map(str::to_owned),
            };
            return Err(self.error_at(span, problem));
        }
        Ok((Expr::Selector(self.selector(word, span)?), true, 0))
    }

    fn aggregate(
        &mut self,
        aggregate: Aggregate,
        depth: usize,
    ) -> Result<(Expr, bool, usize), ExprError> {
        let mut by = self.by()?;
        self.demand("(", "`(` and what is to be put together; add it")?;
        let start = self.span();
        let inner = self.binary(0, depth + 1)?;
        self.demand(")", "an operator or `)`; close the bracket")?;
        if by.is_none() {
            by = self.by()?;
        }
        if !inner.is_vector {
            let what = "a number has nothing to put together";
            let expected = "a metric";
            let span = start.to(inner.span);
            return Err(self.error_at(span, Problem::Kind { what, expected }));
        }
        let expr = Expr::Aggregate {
            aggregate,
            by: by.unwrap_or_default(),
            inner: Box::new(inner.expr),
        };
        Ok((expr, true, inner.depth))
    }

    /// `by (…)`, where it stands here.
    fn by(&mut self) -> Result<Option<Vec<String>>, ExprError> {
        match self.peek() {
            Kind::Word(word) if word == "by" => self.next(),
            Kind::Word(word) if word == "without" => {
                return Err(self.error(Problem::Unsupported {
                    what: "`without`".to_owned(),
                    instead: "`by` with the labels to keep",
                }));
            }
            _ => return Ok(None),
        };
        self.demand("(", "`(` and labels; add them")?;
        let mut labels = Vec::new();
        while !self.takes(")") {
            // Prometheus takes these for numbers, here too.
            if matches!(self.peek(), Kind::Word(word) if matches!(&*word.to_ascii_lowercase(), "inf" | "nan"))
            {
                return Err(self.unexpected("the name of a label; choose another"));
            }
            labels.push(self.label()?);
            if !self.takes(",") {
                self.demand(")", "`,` or `)`; close the bracket")?;
                break;
            }
        }
        Ok(Some(labels))
    }

    fn label(&mut self) -> Result<String, ExprError> {
        match self.peek().clone() {
            Kind::Word(word) if !word.contains(':') => {
                self.next();
                Ok(word)
            }
            _ => Err(self.unexpected("the name of a label; add it")),
        }
    }

    fn window(&mut self, function: Function) -> Result<Expr, ExprError> {
        self.demand("(", "`(` and a metric with a window such as `[5m]`; add it")?;
        let span = self.span();
        let Kind::Word(name) = self.peek().clone() else {
            return Err(self.unexpected("a metric with a window such as `[5m]`"));
        };
        self.next();
        let selector = self.selector(&name, span)?;
        self.demand("[", "a window such as `[5m]`; add it behind the metric")?;
        let span = self.span();
        let Kind::Duration(window) = *self.peek() else {
            return Err(self.unexpected("a duration such as 30s, 5m or 1h; correct it"));
        };
        if window.is_zero() || window > LONGEST_WINDOW {
            return Err(self.error_at(span, Problem::Window(duration::format(window))));
        }
        self.next();
        self.demand("]", "`]`; a window is one duration")?;
        self.demand(")", "`)`; close the bracket")?;
        Ok(Expr::Window {
            function,
            selector,
            window,
        })
    }

    fn selector(&mut self, name: &str, span: Span) -> Result<Selector, ExprError> {
        if !self.known.has(name) {
            let problem = Problem::Metric {
                name: name.to_owned(),
                nearest: self.known.nearest(name),
            };
            return Err(self.error_at(span, problem));
        }
        let mut matchers = Vec::new();
        if self.takes("{") {
            while !self.takes("}") {
                matchers.push(self.matcher()?);
                if !self.takes(",") {
                    self.demand("}", "`,` or `}`; close the bracket")?;
                    break;
                }
            }
        }
        let name = name.to_owned();
        Ok(Selector { name, matchers })
    }

    fn matcher(&mut self) -> Result<Matcher, ExprError> {
        if matches!(self.peek(), Kind::Word(word) if word == "__name__") {
            return Err(self.error(Problem::Unsupported {
                what: "a condition on `__name__`".to_owned(),
                instead: "the metric's name before `{`",
            }));
        }
        let label = self.label()?;
        let sign = match self.peek() {
            Kind::Sign(sign @ ("=" | "!=" | "=~" | "!~")) => *sign,
            _ => return Err(self.unexpected("one of = != =~ !~; correct it")),
        };
        self.next();
        let span = self.span();
        let Kind::Text(value) = self.peek().clone() else {
            return Err(self.unexpected("a value in quotes; put it in quotes"));
        };
        self.next();
        let regex = || {
            RegexBuilder::new(&format!("^(?s:{value})$"))
                .size_limit(REGEX_SIZE)
                .build()
                .map_err(|error| {
                    let why = error.to_string();
                    let why = why.lines().last().unwrap_or_default();
                    let why = why.strip_prefix("error: ").unwrap_or(why).to_owned();
                    self.error_at(span, Problem::Regex(why))
                })
        };
        let test = match sign {
            "=" => Test::Equal,
            "!=" => Test::NotEqual,
            "=~" => Test::Match(regex()?),
            _ => Test::NoMatch(regex()?),
        };
        Ok(Matcher { label, value, test })
    }
}
