//! How many colours a terminal has, and the nearest colour among fewer.

use ratatui::style::Color;

/// How many colours a terminal has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ColourDepth {
    /// None, or none are wanted.
    None,
    /// The sixteen whose shades the terminal chooses.
    Ansi16,
    /// Those, the cube and the greys of xterm.
    Ansi256,
    /// 24 bits.
    True,
}

/// Terminals that show 24 bits and name themselves in `TERM`, where `COLORTERM` got lost on the
/// way through ssh or sudo.
const TRUE_COLOUR_TERMS: [&str; 8] = [
    "alacritty",
    "contour",
    "foot",
    "rio",
    "wezterm",
    "xterm-ghostty",
    "xterm-kitty",
    "xterm-rio",
];
/// The same, of `TERM_PROGRAM`.
const TRUE_COLOUR_PROGRAMS: [&str; 6] =
    ["Hyper", "WezTerm", "ghostty", "iTerm.app", "rio", "vscode"];

/// What the environment says of the terminal.
pub fn detect(get_env: impl Fn(&str) -> Option<String>) -> ColourDepth {
    let get = |name| get_env(name).unwrap_or_default();
    let term = get("TERM");
    if !get("NO_COLOR").is_empty() || term == "dumb" {
        return ColourDepth::None;
    }
    if ["truecolor", "24bit"].contains(&get("COLORTERM").as_str()) || term.ends_with("-direct") {
        return ColourDepth::True;
    }
    let is = |known: &str| {
        term.strip_prefix(known)
            .is_some_and(|r| r.is_empty() || r.starts_with('-'))
    };
    if TRUE_COLOUR_TERMS.into_iter().any(is) {
        return ColourDepth::True;
    }
    // A multiplexer hands on the name of the terminal around it, but not all of its colours.
    let is_inside = is("screen") || is("tmux");
    let program = get("TERM_PROGRAM");
    let is_known = TRUE_COLOUR_PROGRAMS.contains(&program.as_str());
    if !is_inside && (is_known || !get("WT_SESSION").is_empty()) {
        return ColourDepth::True;
    }
    if term.contains("256color") {
        ColourDepth::Ansi256
    } else {
        ColourDepth::Ansi16
    }
}

/// The sixteen names in the order of their numbers.
pub const NAMES: [(&str, Color); 16] = [
    ("black", Color::Black),
    ("red", Color::Red),
    ("green", Color::Green),
    ("yellow", Color::Yellow),
    ("blue", Color::Blue),
    ("magenta", Color::Magenta),
    ("cyan", Color::Cyan),
    ("grey", Color::Gray),
    ("dark-grey", Color::DarkGray),
    ("light-red", Color::LightRed),
    ("light-green", Color::LightGreen),
    ("light-yellow", Color::LightYellow),
    ("light-blue", Color::LightBlue),
    ("light-magenta", Color::LightMagenta),
    ("light-cyan", Color::LightCyan),
    ("white", Color::White),
];

/// What a VGA console shows for them.
const VGA: [Rgb; 16] = [
    [0, 0, 0],
    [170, 0, 0],
    [0, 170, 0],
    [170, 85, 0],
    [0, 0, 170],
    [170, 0, 170],
    [0, 170, 170],
    [170, 170, 170],
    [85, 85, 85],
    [255, 85, 85],
    [85, 255, 85],
    [255, 255, 85],
    [85, 85, 255],
    [255, 85, 255],
    [85, 255, 255],
    [255, 255, 255],
];

type Rgb = [u8; 3];

/// `#rrggbb` as a colour.
#[must_use]
pub fn parse_hex(text: &str) -> Option<Color> {
    let digits = text.strip_prefix('#').filter(|d| d.len() == 6)?;
    // A sign would pass for a part of the number.
    let all = digits.bytes().all(|b| b.is_ascii_hexdigit());
    let value = u32::from_str_radix(digits, 16).ok().filter(|_| all)?;
    Some(Color::from_u32(value))
}

/// `colour` as a terminal of this depth can show it; `None` where it shows none.
#[must_use]
pub fn at(colour: Color, depth: ColourDepth) -> Option<Color> {
    match (depth, colour) {
        (ColourDepth::None, _) => None,
        (ColourDepth::Ansi256, Color::Rgb(r, g, b)) => Some(Color::Indexed(to_256([r, g, b]))),
        // By way of the 256, so that both roads lead to the same colour.
        (ColourDepth::Ansi16, Color::Rgb(r, g, b)) => Some(to_16(to_256([r, g, b]))),
        (ColourDepth::Ansi16, Color::Indexed(index)) => Some(to_16(index)),
        (_, colour) => Some(colour),
    }
}

/// The steps of xterm's cube.
const STEPS: [u8; 6] = [0, 95, 135, 175, 215, 255];

/// The nearest of the cube and the greys; the first sixteen differ between terminals.
fn to_256(rgb: Rgb) -> u8 {
    let distance = |index: u8| -> u32 {
        let pairs = of_256(index).into_iter().zip(rgb);
        pairs.map(|(a, b)| u32::from(a.abs_diff(b)).pow(2)).sum()
    };
    // The range is not empty.
    (16..=255).min_by_key(|i| distance(*i)).unwrap_or(16)
}

/// What xterm shows for an index, and a VGA console for the first sixteen.
fn of_256(index: u8) -> Rgb {
    match index {
        0..16 => VGA[usize::from(index)],
        16..232 => {
            let at = index - 16;
            [at / 36, at / 6 % 6, at % 6].map(|i| STEPS[usize::from(i)])
        }
        232.. => [8 + 10 * (index - 232); 3],
    }
}

/// The nearest of the sixteen. What has a hue keeps one: a warning must not turn grey.
fn to_16(index: u8) -> Color {
    if let Some((_, colour)) = NAMES.get(usize::from(index)) {
        return *colour;
    }
    let wanted = lab(of_256(index));
    let squared = |a: [f64; 3], b: [f64; 3]| -> f64 {
        a.into_iter().zip(b).map(|(a, b)| (a - b).powi(2)).sum()
    };
    let candidates = NAMES.into_iter().zip(VGA.map(lab));
    candidates
        .filter(|(_, shade)| has_hue(*shade) == has_hue(wanted))
        .min_by(|(_, a), (_, b)| squared(*a, wanted).total_cmp(&squared(*b, wanted)))
        // There are colours of both kinds.
        .map_or(Color::White, |((_, colour), _)| colour)
}

/// Below this chroma a colour is seen as a grey.
const GREY_CHROMA: f64 = 15.0;

fn has_hue([_, a, b]: [f64; 3]) -> bool {
    a.hypot(b) >= GREY_CHROMA
}

fn linear(channel: u8) -> f64 {
    let c = f64::from(channel) / 255.0;
    if c <= 0.040_45 {
        c / 12.92
    } else {
        ((c + 0.055) / 1.055).powf(2.4)
    }
}

/// CIE L*a*b* under D65, in which distances are about as large as they look.
fn lab(rgb: Rgb) -> [f64; 3] {
    let [r, g, b] = rgb.map(linear);
    let [x, y, z] = [
        (0.412_4 * r + 0.357_6 * g + 0.180_5 * b) / 0.950_47,
        0.212_6 * r + 0.715_2 * g + 0.072_2 * b,
        (0.019_3 * r + 0.119_2 * g + 0.950_5 * b) / 1.088_83,
    ]
    .map(|t| {
        if t > 216.0 / 24_389.0 {
            t.cbrt()
        } else {
            t * (24_389.0 / 27.0 / 116.0) + 16.0 / 116.0
        }
    });
    [116.0 * y - 16.0, 500.0 * (x - y), 200.0 * (y - z)]
}

/// The contrast of two colours by WCAG 2.2, from 1 to 21; sixteen as a VGA console shows them.
#[cfg(test)]
pub(super) fn contrast(a: Color, b: Color) -> f64 {
    let luminance = |colour| {
        let rgb = match colour {
            Color::Rgb(r, g, b) => [r, g, b],
            Color::Indexed(index) => of_256(index),
            named => VGA[NAMES.iter().position(|(_, c)| *c == named).unwrap()],
        };
        let [r, g, b] = rgb.map(linear);
        0.212_6 * r + 0.715_2 * g + 0.072_2 * b
    };
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn detected(env: &[(&str, &str)]) -> ColourDepth {
        let find = |name: &str| env.iter().find(|(n, _)| *n == name);
        detect(|name| find(name).map(|(_, v)| (*v).to_owned()))
    }

    #[test]
    fn the_environment_tells_the_depth() {
        use ColourDepth::{Ansi16, Ansi256, None, True};
        for (env, depth) in [
            (&[][..], Ansi16),
            (&[("TERM", "linux")], Ansi16),
            (&[("TERM", "xterm")], Ansi16),
            (&[("TERM", "xterm-256color")], Ansi256),
            (&[("TERM", "xterm"), ("COLORTERM", "truecolor")], True),
            (&[("TERM", "xterm"), ("COLORTERM", "24bit")], True),
            (&[("TERM", "xterm"), ("COLORTERM", "yes")], Ansi16),
            (&[("TERM", "xterm-direct")], True),
            (&[("TERM", "xterm-kitty")], True),
            (&[("TERM", "foot-extra")], True),
            (&[("TERM", "football")], Ansi16),
            (
                &[("TERM", "xterm-256color"), ("TERM_PROGRAM", "iTerm.app")],
                True,
            ),
            (
                &[
                    ("TERM", "xterm-256color"),
                    ("TERM_PROGRAM", "Apple_Terminal"),
                ],
                Ansi256,
            ),
            (
                &[("TERM", "screen-256color"), ("TERM_PROGRAM", "iTerm.app")],
                Ansi256,
            ),
            (&[("TERM", "xterm-256color"), ("WT_SESSION", "1")], True),
            (&[("TERM", "dumb"), ("COLORTERM", "truecolor")], None),
            (&[("NO_COLOR", "1"), ("COLORTERM", "truecolor")], None),
            (&[("NO_COLOR", ""), ("COLORTERM", "truecolor")], True),
        ] {
            assert_eq!(detected(env), depth, "{env:?}");
        }
    }

    #[test]
    fn well_known_values() {
        let hex = |text| parse_hex(text).unwrap();
        for (text, index, named) in [
            ("#000000", 16, Color::Black),
            ("#ffffff", 231, Color::White),
            ("#ff0000", 196, Color::Red),
            ("#00ff00", 46, Color::LightGreen),
            ("#808080", 244, Color::Gray),
            ("#626262", 241, Color::DarkGray),
            ("#5f87af", 67, Color::Cyan),
            ("#bcbcbc", 250, Color::Gray),
            ("#1c1c1c", 234, Color::Black),
            ("#af0000", 124, Color::Red),
            ("#ffff5f", 227, Color::LightYellow),
        ] {
            let colour = hex(text);
            assert_eq!(
                at(colour, ColourDepth::Ansi256),
                Some(Color::Indexed(index)),
                "{text}"
            );
            assert_eq!(at(colour, ColourDepth::Ansi16), Some(named), "{text}");
            assert_eq!(at(colour, ColourDepth::True), Some(colour));
            assert_eq!(at(colour, ColourDepth::None), None);
        }
        assert_eq!(
            at(Color::Green, ColourDepth::Ansi256),
            Some(Color::Green),
            "names stay"
        );
        for wrong in ["#fff", "ffffff", "#+12345", "#12345é", "#gggggg"] {
            assert_eq!(parse_hex(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn every_road_leads_to_the_same_colour() {
        let to = |colour, depth| at(colour, depth).unwrap();
        for index in 0..=255 {
            let of_index = to(Color::Indexed(index), ColourDepth::Ansi16);
            assert_eq!(to(of_index, ColourDepth::Ansi16), of_index);
            let [r, g, b] = of_256(index);
            let rgb = Color::Rgb(r, g, b);
            let by_256 = to(to(rgb, ColourDepth::Ansi256), ColourDepth::Ansi16);
            assert_eq!(to(rgb, ColourDepth::Ansi16), by_256);
            if index >= 16 {
                assert_eq!(of_256(to_256([r, g, b])), [r, g, b], "{index}");
                assert_eq!(of_index, by_256, "{index}");
            }
        }
        for (index, (_, colour)) in NAMES.into_iter().enumerate() {
            let index = Color::Indexed(index.try_into().unwrap());
            assert_eq!(to(index, ColourDepth::Ansi16), colour);
        }
    }
}
