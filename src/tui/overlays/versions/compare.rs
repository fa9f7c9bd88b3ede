//! Two versions, word by word.

use std::collections::BTreeSet;

use ratatui::text::{Line, Span};

use crate::rewrite::diff::{PieceKind, diff};
use crate::store::user::Version;

use super::super::super::theme::Theme;
use super::{Clock, OVERALL, cause};

/// What a changed line begins with, and any other.
const GUTTER: [&str; 2] = ["± ", "  "];

/// A page that holds two versions against each other: what they are, their scores side by side,
/// and their words.
#[must_use]
pub fn comparison_lines(
    [before, after]: &[Version; 2],
    clock: Clock,
    theme: &Theme,
) -> Vec<Line<'static>> {
    let mut out = vec![
        told("- ", before, clock, theme),
        told("+ ", after, clock, theme),
        Line::default(),
    ];
    let scores = scores(before, after, theme);
    if !scores.is_empty() {
        out.extend(scores);
        out.push(Line::default());
    }
    out.extend(words(&before.text, &after.text, theme));
    out
}

fn told(mark: &'static str, version: &Version, clock: Clock, theme: &Theme) -> Line<'static> {
    let style = if mark == "- " {
        theme.error
    } else {
        theme.good
    };
    let name = version.name.as_ref();
    let name = name.map_or(String::new(), |name| format!(" “{name}”"));
    Line::from(vec![
        Span::styled(mark, style),
        Span::styled(
            format!("{} {}{name}", version.id, cause(&version.cause)),
            theme.title,
        ),
        Span::styled(format!(" · {}", clock.told(version.at)), theme.faint),
    ])
}

/// A line a score that either has, the overall one first.
fn scores(before: &Version, after: &Version, theme: &Theme) -> Vec<Line<'static>> {
    let names: BTreeSet<&String> = before.scores.keys().chain(after.scores.keys()).collect();
    let mut names: Vec<&String> = names.into_iter().collect();
    names.sort_by_key(|name| *name != OVERALL);
    let line = |name: &String| {
        let [old, new] = [before, after].map(|v| v.scores.get(name));
        let shown = |score: Option<&f64>| score.map_or("·".to_owned(), |s| format!("{s:.1}"));
        let gain = old.zip(new).map(|(old, new)| new - old);
        let (gain, style) = match gain {
            Some(gain) if gain >= 0.05 => (format!("{gain:+.1}"), theme.good),
            Some(gain) if gain <= -0.05 => (format!("{gain:+.1}"), theme.error),
            Some(_) => ("=".to_owned(), theme.faint),
            None => (String::new(), theme.faint),
        };
        Line::from(vec![
            Span::styled(format!("  {name:<12}"), theme.faint),
            Span::raw(format!("{:>6} → {:>5}", shown(old), shown(new))),
            Span::styled(format!("{gain:>7}"), style),
        ])
    };
    names.into_iter().map(line).collect()
}

/// The words of both: what goes stands in `[-…-]`, what comes in `{+…+}`.
fn words(before: &str, after: &str, theme: &Theme) -> Vec<Line<'static>> {
    if before == after {
        return vec![Line::styled("  The texts are the same.", theme.faint)];
    }
    let mut out: Vec<(bool, Vec<Span<'static>>)> = vec![(false, Vec::new())];
    for piece in diff(before, after) {
        let (text, marks, style) = match piece.kind {
            PieceKind::Same => (piece.after.of(after), ["", ""], theme.text),
            PieceKind::Removed => (piece.before.of(before), ["[-", "-]"], theme.error),
            PieceKind::Added => (piece.after.of(after), ["{+", "+}"], theme.good),
        };
        let is_changed = piece.kind != PieceKind::Same;
        for (nth, line) in text.split('\n').enumerate() {
            if nth > 0 {
                out.push((false, Vec::new()));
            }
            // There is a line from the beginning.
            let Some((changed, spans)) = out.last_mut() else {
                continue;
            };
            let is_blank_end = line.is_empty() && text.contains('\n');
            *changed |= is_changed && !is_blank_end;
            if is_changed && is_blank_end {
                // A line that came or went alone is seen by its break.
                if nth == 0 {
                    *changed = true;
                    spans.push(Span::styled([marks[0], "↵", marks[1]].concat(), style));
                }
            } else if !line.is_empty() {
                spans.push(Span::styled([marks[0], line, marks[1]].concat(), style));
            }
        }
    }
    let line = |(is_changed, spans): (bool, Vec<Span<'static>>)| {
        let gutter = GUTTER[usize::from(!is_changed)];
        let mut line = Line::from(Span::styled(gutter, theme.key));
        line.extend(spans);
        line
    };
    out.into_iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(before: &str, after: &str) -> Vec<String> {
        let lines = words(before, after, &Theme::default());
        lines.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn changed_words_are_marked_on_their_lines() {
        assert_eq!(
            shown("One.\nWe utilise it.\nEnd.", "One.\nWe use it, yes.\nEnd."),
            ["  One.", "± We [-utilise-]{+use+} it{+, yes+}.", "  End."]
        );
        assert_eq!(shown("same", "same"), ["  The texts are the same."]);
        assert_eq!(shown("", "new"), ["± {+new+}"]);
    }

    #[test]
    fn breaks_of_lines_are_told() {
        let lines = shown("One.\nTwo.", "One.\n\nTwo.");
        assert!(lines.iter().any(|l| l.contains("{+↵+}")), "{lines:?}");
        let lines = shown("One.\n\nTwo.", "One. Two.");
        assert!(lines.iter().any(|l| l.contains("[-↵-]")), "{lines:?}");
    }
}
