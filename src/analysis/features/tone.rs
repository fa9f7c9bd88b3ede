//! What word lists and marks say of a sentence's tone.

use crate::analysis::sentiment::Polarity;

/// Names of [`tone`]'s numbers.
pub const NAMES: [&str; 8] = [
    "VADER compound",
    "VADER positive",
    "VADER negative",
    "VADER neutral",
    "exclamation marks",
    "question marks",
    "share of words in capitals",
    "words",
];

/// The numbers of a sentence of the given polarity.
#[must_use]
pub fn tone(sentence: &str, polarity: &Polarity) -> [f32; NAMES.len()] {
    let count = |mark: char| sentence.chars().filter(|c| *c == mark).count().min(3) as f32;
    let words: Vec<&str> = sentence.split_whitespace().collect();
    let shouted = |w: &&&str| {
        w.chars().filter(|c| c.is_alphabetic()).count() > 1 && !w.chars().any(char::is_lowercase)
    };
    let shouted = words.iter().filter(shouted).count() as f32;
    [
        polarity.compound as f32,
        polarity.pos as f32,
        polarity.neg as f32,
        polarity.neu as f32,
        count('!'),
        count('?'),
        shouted / words.len().max(1) as f32,
        (words.len() as f32).ln_1p(),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::sentiment::polarity;

    #[test]
    fn the_numbers_of_a_loud_sentence() {
        let text = "WHAT a GREAT day!!!!";
        let told = tone(text, &polarity(text));
        assert!(told[0] > 0.5);
        assert_eq!(told[4..7], [3.0, 0.0, 0.5]);
        assert_eq!(told[7], 5f32.ln());
        assert!(tone("", &polarity("")).iter().all(|x| x.is_finite()));
    }
}
