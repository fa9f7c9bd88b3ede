//! What to say of a mistake in a file: where it is, and which right name is nearest. For every
//! room that reads names from a writer.

/// Line and column of byte `at`, both from 1; the column counts characters.
#[must_use]
pub fn line_and_column(text: &str, at: usize) -> (usize, usize) {
    let before = &text[..text.floor_char_boundary(at)];
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().map_or(0, |l| l.chars().count()) + 1;
    (line, column)
}

/// Offers the name nearest to `name`, or all of them where none is near.
#[must_use]
pub fn nearest_or_all<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    let known: Vec<_> = known.into_iter().collect();
    let near = known
        .iter()
        .map(|k| (strsim::damerau_levenshtein(k, name), *k))
        .min()
        .filter(|(distance, k)| *distance <= k.len().max(name.len()) / 2);
    match near {
        Some((_, near)) => format!("did you mean `{near}`?"),
        None => format!("known here: {}", known.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_count_from_one_and_in_characters() {
        assert_eq!(line_and_column("", 0), (1, 1));
        assert_eq!(line_and_column("é = 1\nab", 3), (1, 3));
        assert_eq!(line_and_column("é = 1\nab", 8), (2, 2));
        assert_eq!(line_and_column("a\n", 99), (2, 1));
    }

    #[test]
    fn a_near_name_is_offered_and_a_far_one_gets_the_list() {
        assert_eq!(
            nearest_or_all("drak", ["dark", "light"]),
            "did you mean `dark`?"
        );
        assert_eq!(
            nearest_or_all("password", ["dark", "light"]),
            "known here: dark, light"
        );
    }
}
