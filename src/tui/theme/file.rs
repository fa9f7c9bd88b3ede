//! Theme files: a palette of names, and styles that use them.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use ratatui::style::{Color, Modifier, Style};
use toml::Spanned;
use toml::de::{DeString, DeTable, DeValue};

use crate::mistake;

use super::super::palette::{NAMES, parse_hex};
use super::{BUILT_IN, KEYS, Theme};

/// What a theme inherits from unless it names another.
const DEFAULT: &str = "dark";
/// What a style can hold beside its colours.
const MODIFIERS: [(&str, Modifier); 5] = [
    ("bold", Modifier::BOLD),
    ("dim", Modifier::DIM),
    ("italic", Modifier::ITALIC),
    ("underline", Modifier::UNDERLINED),
    ("reverse", Modifier::REVERSED),
];

/// A theme that cannot be used; each error names its remedy.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ThemeError {
    /// There is no theme of this name.
    #[error("unknown theme: `{name}`\n  help: {remedy}")]
    Unknown {
        /// The name.
        name: String,
        /// What to do.
        remedy: String,
    },
    /// The file could not be read.
    #[error("{}: cannot read the theme: {source}\n  help: mend the file, or choose another theme", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// The file holds something else than a theme.
    #[error("{place}: {message}\n  help: {remedy}")]
    Invalid {
        /// `file:line:column`
        place: String,
        /// What was wrong.
        message: String,
        /// What to do.
        remedy: String,
    },
}

/// A theme whose colours are still names, so that an heir can give them others.
#[derive(Default)]
struct Raw {
    palette: BTreeMap<String, Color>,
    styles: BTreeMap<String, RawStyle>,
}

#[derive(Default)]
struct RawStyle {
    fg: Option<String>,
    bg: Option<String>,
    modifiers: Modifier,
}

/// The theme of this name.
pub(super) fn load(name: &str, folder: Option<&Path>) -> Result<Theme, ThemeError> {
    let raw = read(name, folder, &mut Vec::new())?;
    let mut theme = Theme::default();
    for (key, style) in &raw.styles {
        if let Some(slot) = theme.slot(key) {
            let named = |name: &Option<String>| name.as_deref().and_then(|n| raw.colour(n));
            *slot = Style::new().add_modifier(style.modifiers);
            slot.fg = named(&style.fg);
            slot.bg = named(&style.bg);
        }
    }
    Ok(theme)
}

/// Whether `name` can be a theme's: part of a path it must not be.
pub(super) fn is_name(name: &str) -> bool {
    let allowed = |c: char| c.is_alphanumeric() || "-_ ".contains(c);
    !name.is_empty() && name.chars().all(allowed)
}

/// Reads a theme over what it inherits from; `heirs` are the user's themes that led here.
fn read(name: &str, folder: Option<&Path>, heirs: &mut Vec<String>) -> Result<Raw, ThemeError> {
    // A user's `dark` may inherit from the built-in one.
    let own = folder.filter(|_| is_name(name) && !heirs.iter().any(|h| h == name));
    if let Some(path) = own.map(|f| f.join(format!("{name}.toml"))) {
        match std::fs::read_to_string(&path) {
            Ok(text) => {
                heirs.push(name.to_owned());
                let source = Source {
                    name: path.display().to_string(),
                    text: &text,
                };
                return source.theme(|parent| read(parent, folder, heirs));
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(source) => return Err(ThemeError::Read { path, source }),
        }
    }
    match BUILT_IN.iter().find(|(n, _)| *n == name) {
        Some((_, text)) => {
            let source = Source {
                name: format!("built-in theme {name}"),
                text,
            };
            source.theme(|_| Ok(Raw::default()))
        }
        None => {
            let known = Theme::names(folder);
            let others = known.iter().map(String::as_str).filter(|k| *k != name);
            Err(ThemeError::Unknown {
                name: name.to_owned(),
                remedy: mistake::nearest_or_all(name, others),
            })
        }
    }
}

impl Raw {
    /// The colour that `name` stands for: the palette's, one of the sixteen, or `#rrggbb`.
    fn colour(&self, name: &str) -> Option<Color> {
        let own = self.palette.get(name).copied();
        own.or_else(|| plain_colour(name))
    }
}

fn plain_colour(name: &str) -> Option<Color> {
    let named = NAMES.iter().find(|(n, _)| *n == name).map(|(_, c)| *c);
    named.or_else(|| parse_hex(name))
}

type Key<'a> = Spanned<DeString<'a>>;
type Value<'a> = Spanned<DeValue<'a>>;

/// A file with the name to tell.
struct Source<'a> {
    name: String,
    text: &'a str,
}

impl Source<'_> {
    /// Reads the file over the theme that `parent` gives for a name.
    fn theme(
        &self,
        parent: impl FnOnce(&str) -> Result<Raw, ThemeError>,
    ) -> Result<Raw, ThemeError> {
        let root = DeTable::parse(self.text).map_err(|e| {
            let at = e.span().map_or(0, |s| s.start);
            self.wrong(
                at,
                e.message(),
                "see the comments on themes in config.example.toml",
            )
        })?;
        let (mut inherits, mut palette, mut styles) = (None, None, None);
        for (key, value) in root.get_ref() {
            match key.get_ref().as_ref() {
                "inherits" => inherits = Some((self.string(value)?, value.span().start)),
                "palette" => palette = Some(self.table(key, value)?),
                "styles" => styles = Some(self.table(key, value)?),
                _ => {
                    return Err(self.unknown("key", key, ["inherits", "palette", "styles"]));
                }
            }
        }
        let mut raw = match inherits {
            None => parent(DEFAULT)?,
            Some((name, at)) => parent(name).map_err(|error| match error {
                ThemeError::Unknown { name, remedy } => {
                    let message = format!("no theme `{name}` to inherit from");
                    self.wrong(at, &message, &remedy)
                }
                other => other,
            })?,
        };
        for (key, value) in palette.into_iter().flatten() {
            let name = self.string(value)?;
            let colour = plain_colour(name)
                .ok_or_else(|| self.no_colour(value, name, NAMES.map(|(n, _)| n)))?;
            raw.palette.insert(key.get_ref().to_string(), colour);
        }
        for (key, value) in styles.into_iter().flatten() {
            let name = key.get_ref().as_ref();
            if !KEYS.contains(&name) {
                return Err(self.unknown("key in [styles]", key, KEYS.iter().copied()));
            }
            let style = self.style(&raw, key, value)?;
            raw.styles.insert(name.to_owned(), style);
        }
        Ok(raw)
    }

    fn style(&self, raw: &Raw, key: &Key<'_>, value: &Value<'_>) -> Result<RawStyle, ThemeError> {
        let mut style = RawStyle::default();
        let fields = match value.get_ref() {
            DeValue::String(_) => {
                style.fg = Some(self.colour(raw, value)?);
                return Ok(style);
            }
            DeValue::Table(fields) => fields,
            _ => {
                let message = format!("`{}` is no style", key.get_ref());
                let remedy = "give a colour, or a table as in `{ fg = \"red\", bold = true }`";
                return Err(self.wrong(value.span().start, &message, remedy));
            }
        };
        for (field, value) in fields {
            let name = field.get_ref().as_ref();
            match MODIFIERS.iter().find(|(n, _)| *n == name) {
                Some((_, modifier)) => style.modifiers.set(*modifier, self.flag(value)?),
                None if name == "fg" => style.fg = Some(self.colour(raw, value)?),
                None if name == "bg" => style.bg = Some(self.colour(raw, value)?),
                None => {
                    let known = ["fg", "bg"].into_iter().chain(MODIFIERS.map(|(n, _)| n));
                    let what = format!("key in `{}`", key.get_ref());
                    return Err(self.unknown(&what, field, known));
                }
            }
        }
        Ok(style)
    }

    /// The name of a colour that there is.
    fn colour(&self, raw: &Raw, value: &Value<'_>) -> Result<String, ThemeError> {
        let name = self.string(value)?;
        if raw.colour(name).is_none() {
            let own = raw.palette.keys().map(String::as_str);
            return Err(self.no_colour(value, name, own.chain(NAMES.map(|(n, _)| n))));
        }
        Ok(name.to_owned())
    }

    fn no_colour<'k>(
        &self,
        value: &Value<'_>,
        name: &str,
        known: impl IntoIterator<Item = &'k str>,
    ) -> ThemeError {
        let remedy = if name.starts_with('#') {
            "write six hexadecimal digits, as in `#7fb2f0`".to_owned()
        } else {
            mistake::nearest_or_all(name, known)
        };
        let message = format!("`{name}` is no colour");
        self.wrong(value.span().start, &message, &remedy)
    }

    fn string<'v>(&self, value: &'v Value<'_>) -> Result<&'v str, ThemeError> {
        value.get_ref().as_str().ok_or_else(|| {
            let remedy = "write it in quotes, as in `\"dark\"` or `\"#7fb2f0\"`";
            self.wrong(value.span().start, "expected a name", remedy)
        })
    }

    fn flag(&self, value: &Value<'_>) -> Result<bool, ThemeError> {
        value.get_ref().as_bool().ok_or_else(|| {
            let message = "expected `true` or `false`";
            self.wrong(
                value.span().start,
                message,
                "write one of them, without quotes",
            )
        })
    }

    fn table<'v, 't>(
        &self,
        key: &Key<'_>,
        value: &'v Value<'t>,
    ) -> Result<&'v DeTable<'t>, ThemeError> {
        value.get_ref().as_table().ok_or_else(|| {
            let name = key.get_ref();
            let message = format!("`{name}` is a section, not a value");
            let remedy = format!("write `[{name}]` on a line of its own and its keys below");
            self.wrong(key.span().start, &message, &remedy)
        })
    }

    fn unknown<'k>(
        &self,
        what: &str,
        key: &Key<'_>,
        known: impl IntoIterator<Item = &'k str>,
    ) -> ThemeError {
        let name = key.get_ref();
        let message = format!("unknown {what}: `{name}`");
        let remedy = mistake::nearest_or_all(name, known);
        self.wrong(key.span().start, &message, &remedy)
    }

    fn wrong(&self, at: usize, message: &str, remedy: &str) -> ThemeError {
        let (line, column) = mistake::line_and_column(self.text, at);
        ThemeError::Invalid {
            place: format!("{}:{line}:{column}", self.name),
            message: message.to_owned(),
            remedy: remedy.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Loads `first` of these themes, each with its text.
    fn with(files: &[(&str, &str)]) -> Result<Theme, String> {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            std::fs::write(folder.path().join(format!("{name}.toml")), text).unwrap();
        }
        let told = |e: ThemeError| {
            let here = format!("{}/", folder.path().display());
            e.to_string().replace(&here, "")
        };
        Theme::load(files[0].0, Some(folder.path())).map_err(told)
    }

    #[test]
    fn an_heir_recolours_by_the_palette_and_replaces_single_styles() {
        let dark = Theme::built_in("dark").unwrap();
        let mine = with(&[(
            "mine",
            "[palette]\nblue = '#010203'\n[styles]\nerror = { fg = 'blue', italic = true, bold = false }\nhint = 'light-red'\n",
        )])
        .unwrap();
        assert_eq!(mine.graph.fg, Some(Color::Rgb(1, 2, 3)), "by name");
        assert_eq!(mine.selected.bg, Some(Color::Rgb(1, 2, 3)));
        assert_eq!(mine.text, dark.text);
        let italic = Style::new().add_modifier(Modifier::ITALIC);
        assert_eq!(mine.error, italic.fg(Color::Rgb(1, 2, 3)), "no longer bold");
        assert_eq!(mine.hint, Style::new().fg(Color::LightRed));
        let chain = with(&[
            ("a", "inherits = 'b'"),
            ("b", "inherits = 'light'\n[styles]\ngood = 'magenta'"),
        ])
        .unwrap();
        assert_eq!(chain.good, Style::new().fg(Color::Magenta));
        assert_eq!(chain.text, Theme::built_in("light").unwrap().text);
    }

    #[test]
    fn a_theme_of_a_built_in_name_wins_and_may_inherit_from_it() {
        let mine = with(&[("light", "inherits = 'light'\n[styles]\ngood = 'magenta'")]).unwrap();
        let light = Theme::built_in("light").unwrap();
        assert_eq!(mine.good, Style::new().fg(Color::Magenta));
        assert_eq!(mine.text, light.text);
    }

    #[test]
    fn mistakes_are_told_with_their_place_and_a_remedy() {
        for (text, wants) in [
            (
                "[stiles]",
                "mine.toml:1:2: unknown key: `stiles`\n  help: did you mean `styles`?",
            ),
            (
                "[styles]\n\n  boarder = 'red'",
                "mine.toml:3:3: unknown key in [styles]: `boarder`\n  help: did you mean `border`?",
            ),
            (
                "[styles]\ntext = { fg = 'red', bald = true }",
                "mine.toml:2:22: unknown key in `text`: `bald`\n  help: did you mean `bold`?",
            ),
            (
                "[styles]\ntext = { bg = 'bleu' }",
                "mine.toml:2:15: `bleu` is no colour\n  help: did you mean `blue`?",
            ),
            (
                "[styles]\ntext = '#fff'",
                "mine.toml:2:8: `#fff` is no colour\n  help: write six",
            ),
            (
                "[palette]\na = 'red'\nb = 'a'",
                "mine.toml:3:5: `a` is no colour\n  help: known here: black",
            ),
            (
                "[styles]\ntext = { bold = 'yes' }",
                "mine.toml:2:17: expected `true` or `false`",
            ),
            ("[styles]\ntext = 3", "mine.toml:2:8: `text` is no style"),
            (
                "[styles]\ntext = { fg = 3 }",
                "mine.toml:2:15: expected a name",
            ),
            ("palette = 3", "mine.toml:1:1: `palette` is a section"),
            ("[styles\n", "mine.toml:1:8: "),
            (
                "inherits = 'drak'",
                "mine.toml:1:12: no theme `drak` to inherit from\n  help: did you mean `dark`?",
            ),
            (
                "inherits = 'mine'",
                "mine.toml:1:12: no theme `mine` to inherit from",
            ),
            ("inherits = '../x'", "mine.toml:1:12: no theme `../x`"),
        ] {
            let told = with(&[("mine", text)]).unwrap_err();
            assert!(told.starts_with(wants), "{told}");
            assert!(told.contains("\n  help: "), "{told}");
        }
        let round = with(&[("a", "inherits = 'b'"), ("b", "\ninherits = 'a'")]).unwrap_err();
        assert!(round.starts_with("b.toml:2:12: no theme `a`"), "{round}");
    }

    #[test]
    fn themes_are_found_by_name() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["zinc.toml", "amber.toml", "dark.toml", "notes.txt", ".toml"] {
            std::fs::write(folder.path().join(name), "").unwrap();
        }
        let names = Theme::names(Some(folder.path()));
        let wanted = ["dark", "light", "high-contrast", "sixteen", "amber", "zinc"];
        assert_eq!(names, wanted);
        let told = Theme::load("ambre", Some(folder.path())).unwrap_err();
        assert_eq!(
            told.to_string(),
            "unknown theme: `ambre`\n  help: did you mean `amber`?"
        );
        assert_eq!(Theme::names(Some(Path::new("/no/such"))).len(), 4);
    }
}
