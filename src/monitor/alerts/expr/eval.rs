//! What an expression gives for the samples of a moment.
//!
//! PromQL drops the elements for which a comparison does not hold. Here they stay, marked, so that
//! a condition that is false can be told from one that nothing is known of. What is marked is what
//! Prometheus would have dropped: marked elements never decide what others give.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::ast::{Aggregate, Expr, Operator};
use super::window;
use crate::monitor::alerts::series::{Labels, Store};

/// Elements by their labels, which do not hold the metric's name.
pub type Vector = BTreeMap<Labels, Element>;

/// One value of a vector.
#[derive(Debug, Clone, PartialEq)]
pub struct Element {
    /// The metric, where it is still one.
    pub name: Option<Arc<str>>,
    /// The value.
    pub value: f64,
    /// Whether Prometheus would give it; else a condition on it does not hold.
    pub holds: bool,
}

enum Value {
    Scalar(f64),
    Vector(Vector),
}

/// What `expr` gives at `now` (milliseconds of the store's time); a number gives one element
/// without labels. No element is there where nothing is known.
#[must_use]
pub fn evaluate(expr: &Expr, store: &Store, now: i64) -> Vector {
    match value(expr, store, now) {
        Value::Vector(vector) => vector,
        Value::Scalar(value) => Vector::from([(Labels::default(), nameless(value, true))]),
    }
}

fn nameless(value: f64, holds: bool) -> Element {
    let name = None;
    Element { name, value, holds }
}

fn value(expr: &Expr, store: &Store, now: i64) -> Value {
    match expr {
        Expr::Number(number) => Value::Scalar(*number),
        Expr::Selector(selector) => Value::Vector(
            store
                .latest(selector, now)
                .map(|(name, labels, value)| {
                    let name = Some(name.clone());
                    let holds = true;
                    (labels.clone(), Element { name, value, holds })
                })
                .collect(),
        ),
        Expr::Window {
            function,
            selector,
            window,
        } => Value::Vector(
            store
                .within(selector, *window, now)
                .filter_map(|(labels, samples)| {
                    let value = window::over(*function, &samples, *window, now)?;
                    Some((labels.clone(), nameless(value, true)))
                })
                .collect(),
        ),
        Expr::Aggregate {
            aggregate,
            by,
            inner,
        } => match value(inner, store, now) {
            Value::Vector(vector) => Value::Vector(together(*aggregate, by, &vector)),
            // The parser lets no number in here.
            Value::Scalar(number) => Value::Scalar(number),
        },
        Expr::Negate(inner) => match value(inner, store, now) {
            Value::Scalar(number) => Value::Scalar(-number),
            Value::Vector(vector) => Value::Vector(each(vector, |e| nameless(-e.value, e.holds))),
        },
        Expr::Binary {
            operator,
            left,
            right,
        } => binary(*operator, value(left, store, now), value(right, store, now)),
    }
}

fn each(vector: Vector, change: impl Fn(Element) -> Element) -> Vector {
    let changed = vector.into_iter();
    changed.map(|(labels, e)| (labels, change(e))).collect()
}

fn together(aggregate: Aggregate, by: &[String], vector: &Vector) -> Vector {
    let mut groups: BTreeMap<Labels, Vec<&Element>> = BTreeMap::new();
    for (labels, element) in vector {
        groups.entry(labels.only(by)).or_default().push(element);
    }
    groups
        .into_iter()
        .filter_map(|(labels, all)| {
            let holds = all.iter().any(|e| e.holds);
            let values = || {
                let those = all.iter().filter(|e| e.holds || !holds);
                those.map(|e| e.value)
            };
            #[allow(clippy::cast_precision_loss)] // Far below 2^52 series.
            let value = match aggregate {
                Aggregate::Sum => Some(values().sum()),
                Aggregate::Avg => window::mean(values()),
                Aggregate::Max => window::extreme(values(), |value, most| value > most),
                Aggregate::Min => window::extreme(values(), |value, least| value < least),
                Aggregate::Count => Some(values().count() as f64),
            };
            Some((labels, nameless(value?, holds)))
        })
        .collect()
}

fn binary(operator: Operator, left: Value, right: Value) -> Value {
    let apply = |left, right| arithmetic(operator, left, right);
    match (left, right) {
        (Value::Scalar(left), Value::Scalar(right)) => Value::Scalar(apply(left, right).0),
        (Value::Vector(left), Value::Scalar(right)) => Value::Vector(each(left, |e| {
            let outcome = apply(e.value, right);
            mark(e, outcome)
        })),
        (Value::Scalar(left), Value::Vector(right)) => Value::Vector(each(right, |e| {
            let (value, outcome) = apply(left, e.value);
            // A comparison keeps the vector's value, on whichever side it stands.
            let value = if outcome.is_some() { e.value } else { value };
            mark(e, (value, outcome))
        })),
        (Value::Vector(left), Value::Vector(right)) => Value::Vector(match operator {
            Operator::Or => or(left, right),
            Operator::And => and(left, &right),
            Operator::Unless => unless(left, &right),
            Operator::Equal
            | Operator::NotEqual
            | Operator::Greater
            | Operator::Less
            | Operator::GreaterEqual
            | Operator::LessEqual
            | Operator::Add
            | Operator::Subtract
            | Operator::Multiply
            | Operator::Divide => left
                .into_iter()
                .filter_map(|(labels, mut element)| {
                    let other = right.get(&labels)?;
                    element.holds &= other.holds;
                    let outcome = apply(element.value, other.value);
                    Some((labels, mark(element, outcome)))
                })
                .collect(),
        }),
    }
}

/// The value of an operator, and for a comparison whether it holds; its value is the left one's.
fn arithmetic(operator: Operator, left: f64, right: f64) -> (f64, Option<bool>) {
    #[allow(clippy::float_cmp)] // As PromQL compares.
    let holds = match operator {
        Operator::Add => return (left + right, None),
        Operator::Subtract => return (left - right, None),
        Operator::Multiply => return (left * right, None),
        Operator::Divide => return (left / right, None),
        Operator::Equal => left == right,
        Operator::NotEqual => left != right,
        Operator::Greater => left > right,
        Operator::Less => left < right,
        Operator::GreaterEqual => left >= right,
        Operator::LessEqual => left <= right,
        // The parser joins only vectors by these, and those come by another way.
        Operator::Or | Operator::And | Operator::Unless => return (left, None),
    };
    (left, Some(holds))
}

/// The element with an outcome: arithmetic loses the metric's name, a comparison keeps it.
fn mark(element: Element, (value, outcome): (f64, Option<bool>)) -> Element {
    match outcome {
        None => nameless(value, element.holds),
        Some(holds) => Element {
            value,
            holds: element.holds && holds,
            ..element
        },
    }
}

fn or(mut left: Vector, right: Vector) -> Vector {
    for (labels, other) in right {
        let has_none = left.get(&labels).is_none_or(|e| !e.holds && other.holds);
        if has_none {
            left.insert(labels, other);
        }
    }
    left
}

fn and(left: Vector, right: &Vector) -> Vector {
    left.into_iter()
        .filter_map(|(labels, mut element)| {
            element.holds &= right.get(&labels)?.holds;
            Some((labels, element))
        })
        .collect()
}

fn unless(mut left: Vector, right: &Vector) -> Vector {
    for (labels, element) in &mut left {
        element.holds &= !right.get(labels).is_some_and(|e| e.holds);
    }
    left
}
