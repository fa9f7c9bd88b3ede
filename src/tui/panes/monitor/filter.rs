//! The language that filters tables, such as `cpu>10 and name~post` or `not (user=root or mem<1M)`.
//!
//! Fields are `cpu` (percent of one core), `mem` (bytes, with `K`, `M`, `G` or `T` for powers of
//! 1024), `pid` or `tid`, `name` and `user`. Numbers are compared by `>`, `>=`, `<`, `<=`, `=` and
//! `!=`; texts by `=` and `!=`, and by `~` (contains) and `!~`, capitals or not. `and` binds
//! closer than `or`, and `not` closer than both. A word alone is `name~word`; what holds blanks or
//! signs stands in double quotes. What is not known fulfils no comparison.

mod token;

use token::{Kind, Token, tokens};

/// Deepest nesting of brackets and `not`.
const DEEPEST: usize = 32;
/// `cpu` is told with one decimal, and equal to what is told alike.
const CPU_STEP: f64 = 0.05;

/// What can be asked of a row.
#[derive(Debug, Clone, Copy)]
pub struct Facts<'a> {
    /// Number of the process or thread.
    pub number: u32,
    /// Its name.
    pub name: &'a str,
    /// Whose it is.
    pub user: Option<&'a str>,
    /// Cores kept busy.
    pub cpu: Option<f64>,
    /// Resident bytes.
    pub memory: Option<u64>,
}

/// Which rows are wanted.
#[derive(Debug, Clone, PartialEq)]
pub struct Filter {
    text: String,
    expr: Expr,
}

/// Why a text is no filter.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("column {column}: {message}")]
pub struct FilterError {
    /// Where, in characters from 1 on.
    pub column: usize,
    /// What was wrong, and what to write.
    pub message: String,
}

#[derive(Debug, Clone, PartialEq)]
enum Expr {
    Any(Vec<Expr>),
    All(Vec<Expr>),
    Not(Box<Expr>),
    Number {
        field: NumberField,
        order: Order,
        than: f64,
    },
    Text {
        field: TextField,
        /// Whether all of it must be the same, and not only a part.
        is_whole: bool,
        is_wanted: bool,
        /// In small letters.
        text: String,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum NumberField {
    Cpu,
    Memory,
    Number,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum TextField {
    Name,
    User,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Field {
    Number(NumberField),
    Text(TextField),
}

/// How two numbers compare.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Order {
    Above,
    AtLeast,
    Below,
    AtMost,
    Equal,
    Other,
}

impl Filter {
    /// Reads a filter.
    ///
    /// # Errors
    /// Says in which column it is wrong, and what to write there.
    pub fn parse(text: &str) -> Result<Self, FilterError> {
        let tokens = tokens(text)?;
        let end = text.chars().count() + 1;
        let mut parser = Parser {
            tokens: &tokens,
            at: 0,
            end,
        };
        let expr = parser.any(0)?;
        match parser.peek() {
            None => Ok(Self {
                text: text.trim().to_owned(),
                expr,
            }),
            Some(token) if token.kind == Kind::Close => {
                Err(token.wrong("no bracket is open here; take `)` away"))
            }
            Some(token) => Err(token.wrong("expected `and` or `or`")),
        }
    }

    /// As it was written.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether a row is wanted.
    #[must_use]
    pub fn matches(&self, facts: &Facts<'_>) -> bool {
        self.expr.holds(facts)
    }
}

impl Expr {
    fn holds(&self, facts: &Facts<'_>) -> bool {
        match self {
            Self::Any(parts) => parts.iter().any(|p| p.holds(facts)),
            Self::All(parts) => parts.iter().all(|p| p.holds(facts)),
            Self::Not(part) => !part.holds(facts),
            Self::Number { field, order, than } => {
                let value = match field {
                    NumberField::Cpu => facts.cpu.map(|cores| cores * 100.0),
                    // Exact up to 8 PiB.
                    NumberField::Memory => facts.memory.map(|bytes| bytes as f64),
                    NumberField::Number => Some(f64::from(facts.number)),
                };
                let step = match field {
                    NumberField::Cpu => CPU_STEP,
                    NumberField::Memory | NumberField::Number => 0.5,
                };
                value.is_some_and(|value| order.holds(value, *than, step))
            }
            Self::Text {
                field,
                is_whole,
                is_wanted,
                text,
            } => {
                let value = match field {
                    TextField::Name => Some(facts.name),
                    TextField::User => facts.user,
                };
                value.is_some_and(|value| {
                    let value = value.to_lowercase();
                    let is_found = match is_whole {
                        true => value == *text,
                        false => value.contains(text),
                    };
                    is_found == *is_wanted
                })
            }
        }
    }
}

impl Order {
    fn holds(self, value: f64, than: f64, step: f64) -> bool {
        match self {
            Self::Above => value > than,
            Self::AtLeast => value >= than,
            Self::Below => value < than,
            Self::AtMost => value <= than,
            Self::Equal => (value - than).abs() < step,
            Self::Other => (value - than).abs() >= step,
        }
    }

    fn named(sign: &str) -> Option<Self> {
        Some(match sign {
            ">" => Self::Above,
            ">=" => Self::AtLeast,
            "<" => Self::Below,
            "<=" => Self::AtMost,
            "=" => Self::Equal,
            "!=" => Self::Other,
            _ => return None,
        })
    }
}

impl Field {
    fn named(word: &str) -> Option<Self> {
        Some(match word.to_lowercase().as_str() {
            "cpu" => Self::Number(NumberField::Cpu),
            "mem" => Self::Number(NumberField::Memory),
            "pid" | "tid" => Self::Number(NumberField::Number),
            "name" => Self::Text(TextField::Name),
            "user" => Self::Text(TextField::User),
            _ => return None,
        })
    }
}

struct Parser<'a> {
    tokens: &'a [Token],
    at: usize,
    /// The column behind the text.
    end: usize,
}

impl<'a> Parser<'a> {
    fn peek(&self) -> Option<&'a Token> {
        self.tokens.get(self.at)
    }

    fn next(&mut self) -> Option<&'a Token> {
        let token = self.peek()?;
        self.at += 1;
        Some(token)
    }

    fn takes(&mut self, keyword: &str) -> bool {
        let is_next = self.peek().is_some_and(|t| t.is_word(keyword));
        self.at += usize::from(is_next);
        is_next
    }

    fn ended(&self, expected: &str) -> FilterError {
        FilterError {
            column: self.end,
            message: format!("the filter ends here, expected {expected}"),
        }
    }

    fn any(&mut self, depth: usize) -> Result<Expr, FilterError> {
        let mut parts = vec![self.all(depth)?];
        while self.takes("or") {
            parts.push(self.all(depth)?);
        }
        Ok(one_or(parts, Expr::Any))
    }

    fn all(&mut self, depth: usize) -> Result<Expr, FilterError> {
        let mut parts = vec![self.part(depth)?];
        while self.takes("and") {
            parts.push(self.part(depth)?);
        }
        Ok(one_or(parts, Expr::All))
    }

    fn part(&mut self, depth: usize) -> Result<Expr, FilterError> {
        let Some(token) = self.next() else {
            return Err(self.ended("a comparison such as `cpu>10`"));
        };
        if depth > DEEPEST {
            return Err(token.wrong(&format!("nested deeper than {DEEPEST}; write it flatter")));
        }
        match &token.kind {
            Kind::Open => {
                let inner = self.any(depth + 1)?;
                match self.next() {
                    Some(close) if close.kind == Kind::Close => Ok(inner),
                    Some(other) => Err(other.wrong("expected `and`, `or` or `)`")),
                    None => Err(self.ended("`)`")),
                }
            }
            Kind::Close => Err(token.wrong("expected a comparison before `)`")),
            Kind::Sign(sign) => Err(token.wrong(&format!(
                "expected a field before `{sign}`: cpu, mem, pid, name or user"
            ))),
            Kind::Word(_) if token.is_word("not") => Ok(Expr::Not(Box::new(self.part(depth + 1)?))),
            Kind::Word(word) => match self.peek().map(|t| &t.kind) {
                Some(Kind::Sign(sign)) => {
                    self.at += 1;
                    let field = Field::named(word).ok_or_else(|| {
                        token.wrong(&format!(
                            "`{word}` is no field; take cpu, mem, pid, name or user"
                        ))
                    })?;
                    self.comparison(field, token, sign)
                }
                _ if token.is_word("and") || token.is_word("or") => {
                    Err(token.wrong(&format!("expected a comparison before `{word}`")))
                }
                _ => Ok(contains(word)),
            },
            Kind::Quoted(text) => Ok(contains(text)),
        }
    }

    /// What stands behind a field and a sign.
    fn comparison(
        &mut self,
        field: Field,
        named: &Token,
        sign: &'static str,
    ) -> Result<Expr, FilterError> {
        let Some(token) = self.next() else {
            return Err(self.ended(&format!("a value behind `{sign}`")));
        };
        let (Kind::Word(value) | Kind::Quoted(value)) = &token.kind else {
            return Err(token.wrong(&format!("expected a value behind `{sign}`")));
        };
        match field {
            Field::Number(field) => {
                let order = Order::named(sign).ok_or_else(|| {
                    named.wrong(&format!(
                        "`{sign}` is for name and user; compare numbers by > >= < <= = !="
                    ))
                })?;
                let than = number(field, value).ok_or_else(|| {
                    let such = match field {
                        NumberField::Cpu => "10 or 2.5 (percent of one core)",
                        NumberField::Memory => "4096, 500K, 64M or 1.5G",
                        NumberField::Number => "1234",
                    };
                    token.wrong(&format!("`{value}` is no number; write such as {such}"))
                })?;
                Ok(Expr::Number { field, order, than })
            }
            Field::Text(field) => {
                let (is_whole, is_wanted) = match sign {
                    "=" => (true, true),
                    "!=" => (true, false),
                    "~" => (false, true),
                    "!~" => (false, false),
                    _ => {
                        return Err(named.wrong(&format!(
                            "`{sign}` is for numbers; compare texts by = != ~ !~"
                        )));
                    }
                };
                Ok(Expr::Text {
                    field,
                    is_whole,
                    is_wanted,
                    text: value.to_lowercase(),
                })
            }
        }
    }
}

fn one_or(mut parts: Vec<Expr>, many: impl FnOnce(Vec<Expr>) -> Expr) -> Expr {
    match parts.pop() {
        Some(only) if parts.is_empty() => only,
        last => {
            parts.extend(last);
            many(parts)
        }
    }
}

fn contains(word: &str) -> Expr {
    Expr::Text {
        field: TextField::Name,
        is_whole: false,
        is_wanted: true,
        text: word.to_lowercase(),
    }
}

/// A number of at least 0, with what a field allows behind it.
fn number(field: NumberField, text: &str) -> Option<f64> {
    let (digits, times) = match field {
        NumberField::Cpu => (text.strip_suffix('%').unwrap_or(text), 1.0),
        NumberField::Number => (text, 1.0),
        NumberField::Memory => {
            let upper = text.to_ascii_uppercase();
            let bare = upper.strip_suffix('B').unwrap_or(&upper);
            let bare = bare.strip_suffix('I').unwrap_or(bare);
            let power = bare.chars().last().and_then(|c| "KMGT".find(c));
            match power {
                // At most 3.
                Some(power) => (&text[..bare.len() - 1], 1024_f64.powi(power as i32 + 1)),
                None => (text.trim_end_matches(['B', 'b']), 1.0),
            }
        }
    };
    let is_plain = digits.chars().all(|c| c.is_ascii_digit() || c == '.');
    let value: f64 = digits.parse().ok().filter(|_| is_plain)?;
    Some(value * times)
}

#[cfg(test)]
mod tests;
