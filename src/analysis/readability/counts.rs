//! What the formulas are made of.

use serde::Serialize;

/// Counts over a text or a part of one. All fields but [`Counts::linsear`] are
/// sums, so the counts of the lines of a post add up to those of the post; the
/// break between two lines belongs to neither.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Characters (code points) that are not white space.
    pub chars: u64,
    /// Characters (code points), white space included.
    pub chars_with_spaces: u64,
    /// Word characters: letters, digits and underscores.
    pub letters: u64,
    /// Tokens with at least one word character.
    pub words: u64,
    /// Runs of characters between white space.
    pub tokens: u64,
    pub syllables: u64,
    pub sentences: u64,
    /// Words of one syllable.
    pub mono: u64,
    /// Words of three or more syllables.
    pub poly: u64,
    /// Words of seven or more word characters.
    pub long7: u64,
    /// Words of at most three word characters.
    pub mini3: u64,
    /// Words that are not on the list of easy words.
    pub difficult0: u64,
    /// Words not on the list with two or more syllables.
    pub difficult2: u64,
    /// Words not on the list with three or more syllables.
    pub difficult3: u64,
    /// The first hundred words, for the Linsear Write formula.
    pub linsear: Linsear,
}

impl Counts {
    /// Appends the counts of the text that follows.
    pub fn add(&mut self, next: &Self) {
        self.chars += next.chars;
        self.chars_with_spaces += next.chars_with_spaces;
        self.letters += next.letters;
        self.words += next.words;
        self.tokens += next.tokens;
        self.syllables += next.syllables;
        self.sentences += next.sentences;
        self.mono += next.mono;
        self.poly += next.poly;
        self.long7 += next.long7;
        self.mini3 += next.mini3;
        self.difficult0 += next.difficult0;
        self.difficult2 += next.difficult2;
        self.difficult3 += next.difficult3;
        self.linsear.add(&next.linsear);
    }
}

/// The first hundred words of a text, which is all that Linsear Write looks at.
/// Where a later part is cut at the hundredth word, its sentences are taken as
/// evenly long and the one that is cut counts.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Linsear {
    /// Words taken, at most 100.
    pub words: u32,
    /// Among them, words of one or two syllables.
    pub easy: u32,
    /// Among them, words of three or more syllables.
    pub hard: u32,
    /// Sentences that these words make up.
    pub sentences: u64,
    /// Bit `i` is set when word `i` is easy.
    #[serde(skip)]
    easy_at: u128,
    #[serde(skip)]
    hard_at: u128,
    /// Bit `i` is set when a sentence is taken to begin at word `i`.
    #[serde(skip)]
    begins_at: u128,
}

impl Linsear {
    pub(super) const LIMIT: u32 = 100;

    pub(super) fn is_full(&self) -> bool {
        self.words == Self::LIMIT
    }

    /// Takes one more word, unless a hundred are there already.
    pub(super) fn push(&mut self, syllables: u64) {
        if self.is_full() {
            return;
        }
        let bit = 1 << self.words;
        self.words += 1;
        match syllables {
            0 => {}
            1 | 2 => {
                self.easy += 1;
                self.easy_at |= bit;
            }
            _ => {
                self.hard += 1;
                self.hard_at |= bit;
            }
        }
    }

    /// Spreads the sentences of a text over its words.
    pub(super) fn spread(&mut self, sentences: u64, words: u64) {
        let sentences = sentences.min(words);
        self.begins_at = (0..sentences)
            .map(|i| u128::from(i) * u128::from(words) / u128::from(sentences))
            .take_while(|&at| at < u128::from(Self::LIMIT))
            .fold(0, |bits, at| bits | 1 << at);
        self.sentences = u64::from(self.begins_at.count_ones());
    }

    fn add(&mut self, next: &Self) {
        let room = Self::LIMIT - self.words;
        if room == 0 {
            return;
        }
        let taken = room.min(next.words);
        // `room` is at most 100, so the shift stays inside 128 bits.
        let kept = (1u128 << taken) - 1;
        self.easy += (next.easy_at & kept).count_ones();
        self.hard += (next.hard_at & kept).count_ones();
        self.sentences += if taken == next.words {
            next.sentences
        } else {
            u64::from((next.begins_at & kept).count_ones())
        };
        self.easy_at |= (next.easy_at & kept) << self.words;
        self.hard_at |= (next.hard_at & kept) << self.words;
        self.begins_at |= (next.begins_at & kept) << self.words;
        self.words += taken;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(n: u32, sentences: u64) -> Linsear {
        let mut linsear = Linsear::default();
        (0..n).for_each(|i| linsear.push(u64::from(i % 4)));
        linsear.spread(sentences, u64::from(n));
        linsear
    }

    #[test]
    fn the_hundred_and_first_word_is_left_out() {
        let mut first = words(90, 9);
        first.add(&words(20, 4));
        assert_eq!((first.words, first.sentences), (100, 9 + 2));
        assert_eq!(first.easy + first.hard, 67 + 7);
        let full = first.clone();
        first.add(&words(20, 4));
        assert_eq!(first, full);
    }

    #[test]
    fn adding_is_associative() {
        let parts = [words(40, 3), words(30, 30), words(0, 0), words(70, 1)];
        let mut left = Linsear::default();
        parts.iter().for_each(|part| left.add(part));
        let mut right = Linsear::default();
        for part in parts.iter().rev() {
            let mut head = part.clone();
            head.add(&right);
            right = head;
        }
        assert_eq!(left, right);
    }

    #[test]
    fn more_sentences_than_words_do_not_overflow() {
        let linsear = words(3, u64::MAX);
        assert_eq!(linsear.sentences, 3);
        assert_eq!(words(0, 5).sentences, 0);
    }
}
