//! Small things that several panes draw.

use std::time::SystemTime;

use ratatui::style::Style;
use ratatui::text::{Line, Span};
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

/// A bar of `width` columns, filled to `share` (0 to 1) in eighths of a column.
#[must_use]
pub fn bar(share: f64, width: usize) -> String {
    const EIGHTHS: [char; 8] = [' ', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];
    // The cast saturates, and the value lies between 0 and 8 times the width.
    let eighths = (share.clamp(0.0, 1.0) * width as f64 * 8.0).round() as usize;
    let mut out = "█".repeat(eighths / 8);
    if !eighths.is_multiple_of(8) {
        out.push(EIGHTHS[eighths % 8]);
    }
    out
}

/// How long before `now` something was.
#[must_use]
pub fn ago(then: SystemTime, now: SystemTime) -> String {
    let seconds = now.duration_since(then).map_or(0, |d| d.as_secs());
    match seconds {
        0..60 => "just now".to_owned(),
        60..3_600 => format!("{} min ago", seconds / 60),
        3_600..86_400 => format!("{} h ago", seconds / 3_600),
        _ => format!("{} d ago", seconds / 86_400),
    }
}

/// `text` on one line, its end cut to `width` columns.
#[must_use]
pub fn fit(text: &str, width: usize) -> String {
    let line = fit_line(Line::from(Span::raw(text)), width);
    line.spans.into_iter().map(|s| s.content).collect()
}

/// `text` on one line, its start cut to `width` columns: of a path, the end tells more.
#[must_use]
pub fn fit_end(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let mut used = 1;
    let mut from = text.len();
    for (at, cluster) in text.grapheme_indices(true).rev() {
        used += cluster.width();
        if used > width {
            break;
        }
        from = at;
    }
    match width {
        0 => String::new(),
        _ => format!("…{}", &text[from..]),
    }
}

/// `line` cut to `width` columns, with line breaks and tabs as blanks.
#[must_use]
pub fn fit_line(line: Line<'_>, width: usize) -> Line<'static> {
    let cells = cells(&line);
    let total: usize = cells.iter().map(|c| c.width).sum();
    if total <= width {
        return joined(&cells);
    }
    let mut used = 0;
    let room = width.saturating_sub(1);
    let kept = cells
        .iter()
        .take_while(|c| {
            used += c.width;
            used <= room
        })
        .count();
    let mut out = joined(&cells[..kept]);
    if width > 0 {
        let style = cells[kept.min(cells.len() - 1)].style;
        out.push_span(Span::styled("…", style));
    }
    out
}

/// `line` on as many rows of `width` columns as it takes, broken between words where that can be
/// done. Rows behind the first start under the second piece of the line, or where that is too far
/// right, a little behind its first word.
#[must_use]
pub fn wrap_line(line: &Line<'_>, width: usize) -> Vec<Line<'static>> {
    let cells = cells(line);
    let width = width.max(1);
    let indent = hang(line, width);
    let mut out = Vec::new();
    let (mut start, mut used, mut last_break) = (0, 0, None);
    let mut i = 0;
    while i < cells.len() {
        let blank = cells[i].text.trim().is_empty();
        let before = if out.is_empty() { 0 } else { indent };
        if before + used + cells[i].width > width && !blank && i > start {
            let end = last_break.filter(|b| *b > start).unwrap_or(i);
            out.push(row(&cells[start..end], before));
            start = end;
            used = cells[start..i].iter().map(|c| c.width).sum();
            last_break = None;
            continue;
        }
        used += cells[i].width;
        i += 1;
        // The blanks in front of the first word are no place to break.
        if blank && cells[start..i].iter().any(|c| !c.text.trim().is_empty()) {
            last_break = Some(i);
        }
    }
    let before = if out.is_empty() { 0 } else { indent };
    out.push(row(&cells[start..], before));
    out
}

fn hang(line: &Line<'_>, width: usize) -> usize {
    let first = line.spans.first().map_or(0, Span::width);
    let text: String = line.spans.iter().map(|s| s.content.as_ref()).collect();
    let leading = text.len() - text.trim_start_matches(' ').len();
    let second = if line.spans.len() > 1 { first } else { leading };
    // A wide character fits behind any indent.
    let most = (width / 2).min(width.saturating_sub(2));
    if second <= most {
        second
    } else {
        (leading + 2).min(most)
    }
}

struct Cell<'a> {
    text: &'a str,
    width: usize,
    style: Style,
}

fn cells<'a>(line: &'a Line<'_>) -> Vec<Cell<'a>> {
    let base = line.style;
    let of_span = |span: &'a Span<'_>| {
        let style = base.patch(span.style);
        span.content.graphemes(true).map(move |text| {
            let text = match text {
                "\n" | "\t" | "\r\n" => " ",
                text => text,
            };
            let width = text.width();
            Cell { text, width, style }
        })
    };
    line.spans.iter().flat_map(of_span).collect()
}

fn joined(cells: &[Cell<'_>]) -> Line<'static> {
    let mut spans: Vec<Span<'static>> = Vec::new();
    for cell in cells {
        match spans.last_mut().filter(|s| s.style == cell.style) {
            Some(last) => last.content.to_mut().push_str(cell.text),
            None => spans.push(Span::styled(cell.text.to_owned(), cell.style)),
        }
    }
    Line::from(spans)
}

fn row(cells: &[Cell<'_>], indent: usize) -> Line<'static> {
    let end = cells
        .iter()
        .rposition(|c| !c.text.trim().is_empty())
        .map_or(0, |i| i + 1);
    let mut line = joined(&cells[..end]);
    if indent > 0 && end > 0 {
        line.spans.insert(0, Span::raw(" ".repeat(indent)));
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::time::Duration;

    #[test]
    fn fills_by_eighths() {
        assert_eq!(bar(0.0, 4), "");
        assert_eq!(bar(0.5, 3), "█▌");
        assert_eq!(bar(7.0, 2), "██");
    }

    #[test]
    fn ages_are_told_in_the_largest_unit() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000);
        let before = |s| ago(now - Duration::from_secs(s), now);
        assert_eq!(before(5), "just now");
        assert_eq!(before(125), "2 min ago");
        assert_eq!(before(7_300), "2 h ago");
        assert_eq!(before(200_000), "2 d ago");
        assert_eq!(ago(now + Duration::from_secs(9), now), "just now");
    }

    #[test]
    fn fits_columns() {
        assert_eq!(fit("short", 10), "short");
        assert_eq!(fit("a longer text", 8), "a longe…");
        assert_eq!(fit("two\nlines", 20), "two lines");
        assert_eq!(fit("字字字", 4), "字…");
        assert_eq!(fit("gone", 0), "");
        assert_eq!(fit_end("/a/path/post.md", 9), "…/post.md");
        assert_eq!(fit_end("/字字字", 4), "…字");
        assert_eq!(fit_end("x", 1), "x");
    }

    fn wrapped(line: &Line<'_>, width: usize) -> Vec<String> {
        wrap_line(line, width)
            .iter()
            .map(ToString::to_string)
            .collect()
    }

    #[test]
    fn wraps_under_the_second_piece() {
        let line = Line::from(vec![
            Span::raw("  F1   "),
            Span::raw("show all of the keys"),
        ]);
        assert_eq!(
            wrapped(&line, 20),
            ["  F1   show all of", "       the keys"]
        );
        assert_eq!(
            wrapped(&line, 12),
            ["  F1   show", "    all of", "    the keys"]
        );
        assert_eq!(
            wrapped(&Line::raw(" unbreakable"), 6),
            [" unbre", " akabl", " e"]
        );
        assert_eq!(wrapped(&Line::default(), 6), [""]);
    }

    proptest! {
        #[test]
        fn no_row_is_too_wide_and_no_word_is_lost(text in "[a-z 字é]{0,60}", width in 2usize..30) {
            let rows = wrapped(&Line::raw(text.clone()), width);
            prop_assert!(rows.iter().all(|r| r.width() <= width));
            let letters = |s: &str| s.chars().filter(|c| *c != ' ').collect::<String>();
            prop_assert_eq!(letters(&rows.concat()), letters(&text));
            prop_assert!(fit(&text, width).width() <= width);
            prop_assert!(fit_end(&text, width).width() <= width);
        }
    }
}
