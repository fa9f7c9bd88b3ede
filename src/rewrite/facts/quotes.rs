//! Texts in quotation marks. The kind of mark (curly or straight) and line breaks are typography
//! and may change.

use super::reading::Reading;
use super::{Found, Kind};
use crate::post::quotation::quotations;

pub(super) fn find(reading: &Reading, out: &mut Vec<Found>) {
    for span in quotations(&reading.text) {
        let mut inner = span.of(&reading.text).chars();
        inner.next();
        inner.next_back();
        let text = inner.as_str();
        if text.contains(char::is_alphanumeric) {
            let key = text
                .trim()
                .trim_end_matches(['.', ',', '!', '?'])
                .replace(['’', '‘'], "'");
            let key = key.split_whitespace().collect::<Vec<_>>().join(" ");
            out.push(Found::new(Kind::Quote, key, span));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_and_line_breaks_are_no_part_of_what_is_said() {
        let keys = |text: &str| -> Vec<String> {
            let mut out = Vec::new();
            find(&Reading::new(text), &mut out);
            out.into_iter().map(|f| f.key).collect()
        };
        assert_eq!(keys("“It’s one,” \"two\" “…”"), ["It's one", "two"]);
        assert_eq!(keys("“One two.\n\nThree,” she said."), ["One two. Three"]);
    }
}
