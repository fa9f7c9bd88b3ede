//! A rule as it is configured, and as it is used.

use std::collections::BTreeSet;
use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::duration;
use super::expr::{Expr, ExprError, Known, parse};
use super::template::{Template, TemplateError};

/// Most characters of a rule's name.
pub const LONGEST_NAME: usize = 100;

/// Beginnings of names that tell of the machine and not of this process.
const OF_MACHINE: [&str; 5] = [
    "postwright_host_",
    "postwright_disk_",
    "postwright_network_",
    "postwright_temperature_",
    "postwright_gpu_",
];

/// Whether a metric is the same for every process of the machine.
fn is_of_machine(name: &str) -> bool {
    OF_MACHINE.iter().any(|start| name.starts_with(start))
}

/// A rule as it is written. Durations are such as `90s` or `5m`; an empty text is none.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Rule {
    /// What it is called, once among all rules.
    pub name: String,
    /// The condition, see [`super::expr`].
    pub expr: String,
    /// How long the condition must hold before the alert fires; key `for`.
    pub hold: String,
    /// How long the alert goes on firing after its end.
    pub keep_firing_for: String,
    /// A condition that ends a firing alert. It ends the alerts that have all labels of one of its
    /// elements. Without it the end is where `expr` no longer holds; with it, an alert whose
    /// `expr` does not hold goes on until `clear` holds. While `expr` holds, `clear` counts for
    /// nothing.
    pub clear: String,
    /// `info`, `warning` or `critical`; empty is `warning`.
    pub severity: String,
    /// What to tell people, see [`Template`].
    pub annotation: String,
}

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Good to know.
    Info,
    /// Something to look at.
    Warning,
    /// Something to act on now.
    Critical,
}

/// A rule that can be evaluated.
#[derive(Debug, Clone, PartialEq)]
pub struct CheckedRule {
    /// As it was written.
    pub rule: Rule,
    /// The condition.
    pub expr: Expr,
    /// How long it must hold.
    pub hold: Duration,
    /// How long an alert goes on after its end.
    pub keep_firing_for: Duration,
    /// What ends a firing alert.
    pub clear: Option<Expr>,
    /// How bad it is.
    pub severity: Severity,
    /// What to tell people.
    pub annotation: Template,
}

/// A rule that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RuleError {
    /// A name that is empty, too long, or has control characters.
    #[error("alert {name:?}: name: expected 1 to {LONGEST_NAME} printable characters; rename it")]
    Name {
        /// The name.
        name: String,
    },
    /// Two rules of one name.
    #[error("alert {name:?}: name: there are two of this name; rename one")]
    Twice {
        /// The name.
        name: String,
    },
    /// A condition that cannot be read.
    #[error("alert {name:?}: {key}: {source}")]
    Expr {
        /// The rule.
        name: String,
        /// `expr` or `clear`.
        key: &'static str,
        /// What is wrong, and where.
        source: Box<ExprError>,
    },
    /// A condition that is a number.
    #[error(
        "alert {name:?}: {key}: a number is no condition, expected such as `metric > 0.9`; compare a metric with it"
    )]
    Number {
        /// The rule.
        name: String,
        /// `expr` or `clear`.
        key: &'static str,
    },
    /// A duration that is none.
    #[error(
        "alert {name:?}: {key}: {value:?} is no duration, expected such as 30s, 5m or 1h30m; correct it"
    )]
    Duration {
        /// The rule.
        name: String,
        /// `for` or `keep_firing_for`.
        key: &'static str,
        /// What stands there.
        value: String,
    },
    /// A severity that does not exist.
    #[error(
        "alert {name:?}: severity: {value:?} is unknown, expected info, warning or critical; choose one"
    )]
    Severity {
        /// The rule.
        name: String,
        /// What stands there.
        value: String,
    },
    /// An annotation that cannot be filled in.
    #[error("alert {name:?}: annotation: {source}")]
    Annotation {
        /// The rule.
        name: String,
        /// What is wrong, and where.
        source: TemplateError,
    },
}

impl RuleError {
    /// Name of the rule.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Name { name }
            | Self::Twice { name }
            | Self::Expr { name, .. }
            | Self::Number { name, .. }
            | Self::Duration { name, .. }
            | Self::Severity { name, .. }
            | Self::Annotation { name, .. } => name,
        }
    }
}

impl Severity {
    /// All of them, the least first.
    pub const ALL: [Self; 3] = [Self::Info, Self::Warning, Self::Critical];

    /// As it is written in rules.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Critical => "critical",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl RuleError {
    /// The line of the condition that cannot be read, with carets under the place.
    #[must_use]
    pub fn picture(&self) -> Option<String> {
        match self {
            Self::Expr { source, .. } => Some(source.picture()),
            Self::Name { .. }
            | Self::Twice { .. }
            | Self::Number { .. }
            | Self::Duration { .. }
            | Self::Severity { .. }
            | Self::Annotation { .. } => None,
        }
    }
}

impl CheckedRule {
    /// Whether every process of the machine sees the same of it.
    #[must_use]
    pub fn is_of_machine(&self) -> bool {
        let mut is_so = true;
        self.expr
            .selectors(&mut |selector, _| is_so &= is_of_machine(&selector.name));
        is_so
    }
}

impl Rule {
    /// The rule, ready to be evaluated; conditions may only name what is `known`.
    ///
    /// # Errors
    /// Where a value cannot be used.
    pub fn validate(&self, known: Known<'_>) -> Result<CheckedRule, RuleError> {
        let name = || self.name.clone();
        let length = self.name.chars().count();
        let is_printable = !self.name.chars().any(char::is_control) && !self.name.trim().is_empty();
        if length > LONGEST_NAME || !is_printable {
            return Err(RuleError::Name { name: name() });
        }
        let duration = |key, value: &String| match value.as_str() {
            "" => Ok(Duration::ZERO),
            text => duration::parse(text).ok_or_else(|| RuleError::Duration {
                name: name(),
                key,
                value: value.clone(),
            }),
        };
        let severity = match self.severity.as_str() {
            "" => Some(Severity::Warning),
            text => Severity::ALL.into_iter().find(|s| s.name() == text),
        };
        Ok(CheckedRule {
            expr: self.condition("expr", &self.expr, known)?,
            hold: duration("for", &self.hold)?,
            keep_firing_for: duration("keep_firing_for", &self.keep_firing_for)?,
            clear: match self.clear.as_str() {
                "" => None,
                clear => Some(self.condition("clear", clear, known)?),
            },
            severity: severity.ok_or_else(|| RuleError::Severity {
                name: name(),
                value: self.severity.clone(),
            })?,
            annotation: Template::parse(&self.annotation).map_err(|source| {
                let name = name();
                RuleError::Annotation { name, source }
            })?,
            rule: self.clone(),
        })
    }

    fn condition(
        &self,
        key: &'static str,
        text: &str,
        known: Known<'_>,
    ) -> Result<Expr, RuleError> {
        let name = self.name.clone();
        match parse(text, known) {
            Ok(expr) if expr.is_number() => Err(RuleError::Number { name, key }),
            Ok(expr) => Ok(expr),
            Err(error) => {
                let source = Box::new(error);
                Err(RuleError::Expr { name, key, source })
            }
        }
    }
}

/// All rules, ready to be evaluated.
///
/// # Errors
/// Where one cannot be used, or two have one name.
pub fn validate(rules: &[Rule], known: Known<'_>) -> Result<Vec<CheckedRule>, RuleError> {
    let mut names = BTreeSet::new();
    let check = |rule: &Rule| {
        let checked = rule.validate(known)?;
        let name = rule.name.clone();
        if names.insert(name.clone()) {
            return Ok(checked);
        }
        Err(RuleError::Twice { name })
    };
    rules.iter().map(check).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::telemetry::metric::MetricType;

    const KNOWN: Known<'_> = Known(&[("cpu_ratio", "", MetricType::Gauge)]);

    fn rule() -> Rule {
        Rule {
            name: "Busy".to_owned(),
            expr: "cpu_ratio > 0.9".to_owned(),
            hold: "1m30s".to_owned(),
            clear: "cpu_ratio < 0.8".to_owned(),
            ..Rule::default()
        }
    }

    #[test]
    fn what_is_left_out_has_its_default() {
        let checked = rule().validate(KNOWN).unwrap();
        assert_eq!(checked.hold, Duration::from_secs(90));
        assert_eq!(checked.keep_firing_for, Duration::ZERO);
        assert_eq!(checked.severity, Severity::Warning);
        assert_eq!(checked.clear.unwrap().to_string(), "cpu_ratio < 0.8");
        assert_eq!(checked.expr.to_string(), "cpu_ratio > 0.9");
    }

    #[test]
    fn a_refusal_names_rule_key_value_and_remedy() {
        type Break = fn(&mut Rule);
        let broken: [(Break, &str); 8] = [
            (
                |r| r.name = " ".to_owned(),
                r#"alert " ": name: expected 1 to 100 printable characters; rename it"#,
            ),
            (
                |r| r.expr = "cpu_ratio >> 1".to_owned(),
                r#"alert "Busy": expr: column 12: unexpected `>`, expected a metric, a number, a function or `(`; add it"#,
            ),
            (
                |r| r.expr = "-(1 + 1)".to_owned(),
                r#"alert "Busy": expr: a number is no condition, expected such as `metric > 0.9`; compare a metric with it"#,
            ),
            (
                |r| r.clear = "cpu".to_owned(),
                r#"alert "Busy": clear: column 1: unknown metric `cpu`, expected a documented name; `postwright monitor rules --names` lists them"#,
            ),
            (
                |r| r.hold = "5 min".to_owned(),
                r#"alert "Busy": for: "5 min" is no duration, expected such as 30s, 5m or 1h30m; correct it"#,
            ),
            (
                |r| r.keep_firing_for = "x".to_owned(),
                r#"alert "Busy": keep_firing_for: "x" is no duration, expected such as 30s, 5m or 1h30m; correct it"#,
            ),
            (
                |r| r.severity = "page".to_owned(),
                r#"alert "Busy": severity: "page" is unknown, expected info, warning or critical; choose one"#,
            ),
            (
                |r| r.annotation = "{{ x }}".to_owned(),
                r#"alert "Busy": annotation: column 1: `{{ x }}`, expected one of {{ $value }}, {{ $value | humanizePercentage }} and {{ $labels.name }}; correct it"#,
            ),
        ];
        for (breaks, expected) in broken {
            let mut rule = rule();
            breaks(&mut rule);
            let error = rule.validate(KNOWN).unwrap_err();
            assert_eq!(error.to_string(), expected);
            assert_eq!(
                error.picture().is_some(),
                expected.contains(": column") && !expected.contains("annotation")
            );
        }
        let twice = validate(&[rule(), rule()], KNOWN).unwrap_err();
        assert_eq!(
            twice.to_string(),
            r#"alert "Busy": name: there are two of this name; rename one"#
        );
    }
}
