use proptest::prelude::*;

use super::*;

const POST: &str = "We shipped the new onboarding flow on Tuesday. Nobody asked for it!\n\
    Still, activation went up: 3 out of 4 people finish it now. Isn't that remarkable?";

fn parity(text: &str) -> Readability {
    Readability::from_counts(count_parity(text), SyllableSource::CmudictPyphen)
}

/// Evaluates what [`Readability::explain`] prints.
struct Arithmetic<'a>(std::iter::Peekable<std::str::Chars<'a>>);

impl Arithmetic<'_> {
    fn value(expression: &str) -> f64 {
        let bare: String = expression.chars().filter(|c| !c.is_whitespace()).collect();
        let mut parser = Arithmetic(bare.chars().peekable());
        let value = parser.sum();
        assert_eq!(parser.0.next(), None, "{expression}");
        value
    }

    fn sum(&mut self) -> f64 {
        let mut value = self.product();
        while let Some(sign) = self.0.next_if(|c| matches!(c, '+' | '-')) {
            let term = self.product();
            value += if sign == '+' { term } else { -term };
        }
        value
    }

    fn product(&mut self) -> f64 {
        let mut value = self.factor();
        while let Some(sign) = self.0.next_if(|c| matches!(c, '×' | '/')) {
            let factor = self.factor();
            value = if sign == '×' {
                value * factor
            } else {
                value / factor
            };
        }
        value
    }

    fn factor(&mut self) -> f64 {
        if self.0.next_if_eq(&'√').is_some() {
            return self.factor().sqrt();
        }
        if self.0.next_if_eq(&'(').is_some() {
            let value = self.sum();
            assert_eq!(self.0.next(), Some(')'));
            return value;
        }
        let mut digits = String::new();
        while let Some(c) = self.0.next_if(|c| c.is_ascii_digit() || *c == '.') {
            digits.push(c);
        }
        digits.parse().unwrap()
    }
}

#[test]
fn explanations_evaluate_to_their_values() {
    let long = POST.repeat(20);
    for text in [
        POST,
        &long,
        "",
        "!!!",
        " ",
        "hmm",
        "🚀",
        "Go.",
        "Incomprehensibilities!",
    ] {
        let scores = parity(text);
        for formula in scores.explain() {
            if formula.metric == "text_standard" {
                continue;
            }
            let value = Arithmetic::value(&formula.expression);
            assert!(
                (value - formula.value).abs() < 1e-9,
                "{text:?} {formula:?} {value}"
            );
        }
    }
}

#[test]
fn explanation_names_every_metric_in_field_order() {
    let scores = parity(POST);
    let json = serde_json::to_value(&scores).unwrap();
    let json = json.as_object().unwrap();
    let listed = scores.explain();
    assert_eq!(listed.len(), json.len() - 2);
    for formula in &listed {
        assert_eq!(
            json[formula.metric].as_f64(),
            Some(formula.value),
            "{formula:?}"
        );
    }
    let text = serde_json::to_string(&scores).unwrap();
    let at: Vec<_> = listed
        .iter()
        .map(|f| text.find(&format!("\"{}\"", f.metric)))
        .collect();
    assert!(at.is_sorted() && at[0].is_some());
    assert!(text.contains(r#""syllable_source":"cmudict+pyphen","counts":{"chars":"#));
}

#[test]
fn a_text_without_words_has_no_grade() {
    let scores = parity("… — 🚀");
    assert_eq!(scores.text_standard, None);
    assert_eq!(scores.linsear_write_formula, -1.0);
    assert!(scores.explain().iter().all(|f| f.metric != "text_standard"));
    assert_eq!(parity("").linsear_write_formula, 0.0);
}

#[test]
fn sentences_of_a_line_are_the_callers() {
    let counts = count_line("No stop here at all", 3);
    assert_eq!(
        (counts.sentences, counts.linsear.sentences, counts.words),
        (3, 3, 5)
    );
    assert_eq!(count_line("", 0), Counts::default());
}

#[test]
fn sources_differ_on_words_that_no_dictionary_has() {
    assert_eq!(count_parity("reskilled").syllables, 1);
    assert_eq!(count_line("reskilled", 1).syllables, 2);
}

/// Python's `x ** 0.5` is not its `math.sqrt(x)` for these.
#[test]
fn smog_raises_to_a_power() {
    for (poly, sentences, expected) in [
        (28, 383, 4.67373035198781),
        (30, 371, 4.753595857936495),
        (37, 157, 5.902394380289482),
        (56, 115, 7.115584034399452),
        (60, 11, 16.471200829534098),
    ] {
        let counts = Counts {
            poly,
            sentences,
            ..Counts::default()
        };
        assert_eq!(formulas::smog_index(&counts), expected);
    }
}

/// A quadratic scan would not come to an end here.
#[test]
fn megabytes_on_one_line_are_counted() {
    for unit in ["word and another, ", "hyphenation", "''", "a.b!", "İ"] {
        let text = unit.repeat(4_000_000 / unit.len());
        assert!(count_parity(&text).chars > 0);
        assert!(count_line(&text, 1).chars > 0);
    }
}

proptest! {
    #[test]
    fn counting_never_panics(text in any::<String>(), sentences in any::<usize>()) {
        parity(&text).explain();
        let counts = count_line(&text, sentences);
        Readability::from_counts(counts, SyllableSource::CmudictVowelGroups).explain();
    }

    #[test]
    fn lines_add_up(lines in prop::collection::vec("[a-zA-Z' .!é🚀½]{0,400}", 0..6)) {
        let mut sum = Counts::default();
        for line in &lines {
            sum.add(&count_line(line, line.matches('.').count()));
        }
        let whole = count_line(&lines.join("\n"), sum.sentences as usize);
        prop_assert_eq!(sum.linsear.words, whole.linsear.words);
        prop_assert_eq!(sum.linsear.easy, whole.linsear.easy);
        prop_assert_eq!(sum.linsear.hard, whole.linsear.hard);
        sum.linsear = whole.linsear.clone();
        // The breaks belong to no line.
        sum.chars_with_spaces += lines.len().saturating_sub(1) as u64;
        prop_assert_eq!(sum, whole);
    }
}
