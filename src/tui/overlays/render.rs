//! Draws overlays.

mod drafts;
mod entries;
mod prompt;
mod templates;
mod variants;
mod versions;

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, Clear, Paragraph, Widget};
use unicode_width::UnicodeWidthStr;

use super::super::command::{Command, Context, TABLE};
use super::super::keymap::{Chord, Keymap};
use super::super::theme::Theme;
use super::super::units::counted;
use super::super::widgets::{fit_end, fit_line, wrap_line};
use super::page::Rows;
use super::{LineInput, Overlay, Palette, Question};
pub use variants::variants_room;

/// Widest page, with its border.
const PAGE_WIDTH: u16 = 100;
/// Widest list or question, with its border.
const LIST_WIDTH: u16 = 70;
/// Most rows of a list, with its border.
const LIST_HEIGHT: u16 = 18;
/// Columns for keys in the help.
const KEYS_WIDTH: usize = 24;

/// What the mouse does, for the help.
const MOUSE: [(&str, &str); 4] = [
    ("Click", "put the cursor there, or choose a row"),
    ("Click again", "open the row"),
    ("Drag", "select; with Shift held, the terminal does"),
    ("Wheel", "scroll"),
];

/// What overlays are drawn with.
pub struct Look<'a> {
    pub theme: &'a Theme,
    pub keymap: &'a Keymap,
}

impl Look<'_> {
    /// The key of a command as a title tells it.
    fn key(&self, context: Context, command: Command) -> String {
        let key = self.keymap.told_in(context, command);
        match key.as_str() {
            "Up" => "↑".to_owned(),
            "Down" => "↓".to_owned(),
            _ => key,
        }
    }
}

/// Draws `overlay` over `area` and says where the cursor is, if it has one.
pub fn render(
    overlay: &Overlay,
    look: &Look<'_>,
    area: Rect,
    frame: &mut Buffer,
) -> Option<Position> {
    let theme = look.theme;
    match overlay {
        Overlay::Page(text) => {
            let hints = [
                format!(
                    " {}{} scroll · any other key closes ",
                    look.key(Context::Page, Command::ItemUp),
                    look.key(Context::Page, Command::ItemDown),
                ),
                format!(" {} closes ", look.key(Context::Overlay, Command::Close)),
            ];
            page(text.title, text.rows(), hints, theme, area, frame);
            None
        }
        Overlay::Preview(preview) => {
            let [screen, fold] = [Command::SwitchScreen, Command::SwitchFold]
                .map(|command| look.key(Context::Preview, command));
            let close = look.key(Context::Overlay, Command::Close);
            let hints = [
                format!(" {screen} phone/desktop · {fold} fold · {close} closes "),
                format!(" {screen} · {fold} · {close} "),
            ];
            page(preview.title(), preview.shown(), hints, theme, area, frame);
            None
        }
        Overlay::Question(question) => {
            ask(question, look, area, frame);
            None
        }
        Overlay::Variants(shown) => {
            variants::render(shown, look, area, frame);
            None
        }
        Overlay::Prompt { ask, input, error } => {
            prompt::render((*ask, input), error.as_deref(), look, area, frame)
        }
        Overlay::Search { input, hits } => {
            let outer = search_place(area);
            let count = match input.text().is_empty() {
                true => String::new(),
                false => counted(*hits, "hit"),
            };
            let titles = [
                format!(
                    " Search · {} next, {} before, {} closes ",
                    look.key(Context::Search, Command::SearchNext),
                    look.key(Context::Search, Command::SearchPrevious),
                    look.key(Context::Overlay, Command::Close),
                ),
                " Search ".to_owned(),
            ];
            let block = titled(titles, outer).title_bottom(Line::raw(count).right_aligned());
            let inner = window(outer, block, theme, frame);
            typed(input, inner, theme, frame)
        }
        Overlay::Palette(palette) => commands(palette, look, area, frame),
        Overlay::Drafts(list) => {
            drafts::render(list, look, area, frame);
            None
        }
        Overlay::Entries(list) => {
            entries::render(list, look, area, frame);
            None
        }
        Overlay::Versions(list) => {
            versions::render(list, look, area, frame);
            None
        }
        Overlay::Templates(list) => templates::render(list, look, area, frame),
    }
}

/// A block with the longest title that fits.
fn titled(titles: impl IntoIterator<Item = String>, outer: Rect) -> Block<'static> {
    let room = usize::from(outer.width).saturating_sub(2);
    let title = titles.into_iter().find(|t| t.width() <= room);
    Block::bordered().title(title.unwrap_or_default())
}

/// The end of what is being typed, and the place of the cursor.
fn typed(input: &LineInput, area: Rect, theme: &Theme, frame: &mut Buffer) -> Option<Position> {
    let room = usize::from(area.width).saturating_sub(1);
    let line = fit_end(input.text(), room);
    let (x, _) = frame.set_stringn(area.x, area.y, &line, room, ground(theme));
    Some(Position { x, y: area.y })
}

fn page(
    title: &str,
    text: &Rows,
    hints: [String; 2],
    theme: &Theme,
    area: Rect,
    frame: &mut Buffer,
) {
    let outer = place(area, PAGE_WIDTH, u16::MAX);
    let (rows, top) = text.shown();
    let height = usize::from(inside(outer).height);
    let seen = (top + height).min(rows.len());
    // The place in the text stands at the right.
    let wide = hints
        .into_iter()
        .find(|h| h.width() + 9 <= outer.width.into());
    let mut block = Block::bordered()
        .title(format!(" {title} "))
        .title_bottom(wide.unwrap_or_default());
    if rows.len() > height {
        let place = format!(" {seen}/{} ", rows.len());
        block = block.title_bottom(Line::raw(place).right_aligned());
    }
    let inner = window(outer, block, theme, frame);
    let visible: Vec<Line<'_>> = rows.iter().skip(top).take(height).cloned().collect();
    Paragraph::new(visible).render(inner, frame);
}

/// Where the box of a search is on `area`: above the status line, but below the first row of the
/// text, so that there is room for the hit.
#[must_use]
pub fn search_place(area: Rect) -> Rect {
    Rect {
        y: area.bottom().saturating_sub(4).max(area.y + 2),
        ..place(area, LIST_WIDTH, 3)
    }
}

/// Columns and rows that a page shows on `area`.
#[must_use]
pub fn page_size(area: Rect) -> (usize, usize) {
    let room = inside(place(area, PAGE_WIDTH, u16::MAX));
    (room.width.into(), room.height.into())
}

fn ask(question: &Question, look: &Look<'_>, area: Rect, frame: &mut Buffer) {
    let room = inside(place(area, LIST_WIDTH, u16::MAX));
    let lines = question_lines(question, room.width.into(), room.height.into(), look);
    let block = Block::bordered().title(format!(" {} ", question.title));
    // The lines fit the room, by construction.
    let outer = place(area, LIST_WIDTH, lines.len() as u16 + 2);
    let inner = window(outer, block, look.theme, frame);
    Paragraph::new(lines).render(inner, frame);
}

/// A question in as many words as there is room for; the choices are the last to go.
fn question_lines(
    question: &Question,
    width: usize,
    height: usize,
    look: &Look<'_>,
) -> Vec<Line<'static>> {
    let text = |i: usize| {
        let lines = question.text[i].split('\n').map(Line::raw);
        lines.flat_map(|l| wrap_line(&l, width)).collect::<Vec<_>>()
    };
    let choices = |words| flow(question, words, width, look);
    [
        [text(0), vec![Line::default()], choices(Some(0))].concat(),
        [text(0), choices(Some(0))].concat(),
        [text(1), choices(Some(1))].concat(),
        choices(Some(1)),
    ]
    .into_iter()
    .find(|lines| lines.len() <= height)
    .unwrap_or_else(|| choices(None))
}

/// Keys and what they do, in full, in short or in no words, side by side as far as they fit.
fn flow(
    question: &Question,
    words: Option<usize>,
    width: usize,
    look: &Look<'_>,
) -> Vec<Line<'static>> {
    const GAP: &str = "   ";
    let mut out: Vec<Line<'static>> = Vec::new();
    for choice in &question.choices {
        let key = look.key(question.context(choice), choice.command);
        // A letter is told as it stands on the key: either case answers.
        let key = match key.chars().count() {
            1 => key.to_uppercase(),
            _ => key,
        };
        let what = words.map_or(String::new(), |w| format!(" {}", choice.text[w]));
        let wide = key.width() + what.width() + GAP.len();
        let pieces = [Span::styled(key, look.theme.key), Span::raw(what)];
        match out.last_mut().filter(|l| l.width() + wide <= width) {
            Some(line) => {
                line.push_span(GAP);
                line.extend(pieces);
            }
            None => out.push(Line::from(pieces.to_vec())),
        }
    }
    out
}

fn commands(
    palette: &Palette,
    look: &Look<'_>,
    area: Rect,
    frame: &mut Buffer,
) -> Option<Position> {
    let outer = place(area, LIST_WIDTH, LIST_HEIGHT);
    let titles = [
        format!(
            " Commands · {} runs, {} closes ",
            look.key(Context::Picker, Command::Choose),
            look.key(Context::Overlay, Command::Close),
        ),
        " Commands ".to_owned(),
    ];
    let inner = window(outer, titled(titles, outer), look.theme, frame);
    let [first, list] = first_row(inner);
    let cursor = typed(palette.input(), first, look.theme, frame);
    let (found, selected) = palette.found();
    let rows = found.map(|entry| {
        let keys = look.keymap.chords(entry.command, entry.context);
        let key = keys.first().map_or(String::new(), ToString::to_string);
        if list.width < 40 {
            return Line::from(vec![
                Span::raw(format!(" {} ", entry.name)),
                Span::styled(key, look.theme.key),
            ]);
        }
        Line::from(vec![
            Span::raw(format!(" {:<18} ", entry.name)),
            Span::styled(format!("{key:<12} "), look.theme.key),
            Span::styled(entry.help, look.theme.faint),
        ])
    });
    items(rows.collect(), selected, list, look.theme, frame);
    cursor
}

fn first_row(area: Rect) -> [Rect; 2] {
    let first = Rect {
        height: area.height.min(1),
        ..area
    };
    let rest = Rect {
        y: area.y + first.height,
        height: area.height - first.height,
        ..area
    };
    [first, rest]
}

/// Rows of a list around the selected one.
fn items(rows: Vec<Line<'static>>, selected: usize, area: Rect, theme: &Theme, frame: &mut Buffer) {
    let height = usize::from(area.height);
    let top = (selected + 1).saturating_sub(height);
    let visible = rows.into_iter().enumerate().skip(top).take(height);
    for (y, (index, row)) in (area.y..).zip(visible) {
        let line = Rect {
            y,
            height: 1,
            ..area
        };
        fit_line(row, area.width.into()).render(line, frame);
        if index == selected {
            frame.set_style(line, theme.selected);
        }
    }
}

/// A place in the middle of `area`, with a margin where the area is large enough for one.
fn place(area: Rect, width: u16, height: u16) -> Rect {
    let margin = |length: u16, large| if length >= large { 2 } else { 0 };
    let width = width.min(area.width - margin(area.width, 60));
    let height = height.min(area.height - margin(area.height, 16));
    Rect {
        x: area.x + (area.width - width) / 2,
        y: area.y + (area.height - height) / 2,
        width,
        height,
    }
}

/// What windows stand on.
fn ground(theme: &Theme) -> Style {
    theme.text.patch(theme.overlay)
}

fn inside(outer: Rect) -> Rect {
    Block::bordered().inner(outer)
}

/// Clears `outer`, draws its border and returns its inside.
fn window(outer: Rect, block: Block<'_>, theme: &Theme, frame: &mut Buffer) -> Rect {
    Clear.render(outer, frame);
    frame.set_style(outer, ground(theme));
    let block = block.border_style(theme.border_focused);
    let inner = block.inner(outer);
    block.render(outer, frame);
    inner
}

/// The keys of a command on as many lines as the column for keys asks for.
fn keys_told(chords: &[Chord]) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for chord in chords.iter().map(ToString::to_string) {
        match lines.last_mut() {
            Some(line) if line.width() + 2 + chord.width() < KEYS_WIDTH => {
                *line += &format!(", {chord}");
            }
            Some(line) => {
                line.push(',');
                lines.push(chord);
            }
            None => lines.push(chord),
        }
    }
    lines
}

/// The help: every command of `contexts` with all its keys, the mouse, and the commands of the
/// shell.
#[must_use]
pub fn help_lines(
    look: &Look<'_>,
    contexts: &[Context],
    command_line: &[(String, String)],
) -> Vec<Line<'static>> {
    let row = |keys: &str, help: &str| {
        let room = KEYS_WIDTH - 1;
        let keys = format!("  {keys:<room$} ");
        Line::from(vec![
            Span::styled(keys, look.theme.key),
            Span::raw(help.to_owned()),
        ])
    };
    let mut out = Vec::new();
    for context in contexts.iter().copied() {
        out.push(Line::styled(context.title(), look.theme.title));
        for entry in TABLE.iter().filter(|e| e.context == context) {
            let keys = keys_told(look.keymap.chords(entry.command, entry.context));
            match keys.split_last() {
                // What it does stands beside the last of them, so that nothing comes between.
                Some((last, before)) => {
                    out.extend(before.iter().map(|keys| row(keys, "")));
                    out.push(row(last, entry.help));
                }
                None => out.push(row("(no key)", entry.help)),
            }
        }
        out.push(Line::default());
    }
    out.push(Line::styled("Mouse", look.theme.title));
    out.extend(MOUSE.map(|(what, help)| row(what, help)));
    if command_line.is_empty() {
        return out;
    }
    out.push(Line::default());
    out.push(Line::styled("In the shell", look.theme.title));
    out.extend(command_line.iter().map(|(what, help)| row(what, help)));
    out
}
