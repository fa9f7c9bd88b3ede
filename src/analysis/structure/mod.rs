//! How a post is built: hook, call to action, rhythm, lists, tags, repetition, fold.

pub(super) mod call;
pub(super) mod hook;
pub(crate) mod lists;
mod model;
mod repetition;
mod rhythm;

pub use model::{
    CallKind, CallToAction, Clickbait, Emoji, Fold, FoldView, Hook, List, Piece, Repeated,
    Repetition, Rhythm, Structure,
};
use rustc_hash::FxHashMap;

use crate::post::token::TokenKind;
use crate::post::{FoldLimits, ParsedLine, Post, Span, fold};

/// Words a minute (Brysbaert 2019).
const WORDS_PER_MINUTE: f64 = 238.0;

/// The structure of a post. `parsed` runs parallel to `post.lines()`; spans are bytes of
/// `post.text()`.
#[must_use]
pub fn structure(post: &Post, parsed: &[&ParsedLine], limits: FoldLimits) -> Structure {
    debug_assert_eq!(post.lines().len(), parsed.len());
    let text = post.text();
    let lines = || {
        let pairs = post.lines().iter().zip(parsed);
        pairs.map(|(l, p)| (l.span.start, l.span.of(text), *p))
    };
    let hook = hook::find(lines(), limits);
    let hook_end = hook.as_ref().map_or(0, |h| h.span.end);
    let view = |limit| {
        let end = fold::cut_at(text, limit);
        let total = parsed
            .iter()
            .map(|p| p.graphemes + 1)
            .sum::<usize>()
            .saturating_sub(1);
        FoldView {
            limit,
            visible: Span::new(0, end),
            lines: post
                .lines()
                .iter()
                .take_while(|l| l.span.start < end)
                .count(),
            hidden_characters: total.saturating_sub(limit),
            hook_visible: hook_end <= end,
        }
    };
    let words: usize = parsed.iter().map(|p| p.words).sum();
    #[expect(clippy::cast_precision_loss, reason = "word counts are far below 2^52")]
    let reading_time_s = words as f64 / WORDS_PER_MINUTE * 60.0;
    Structure {
        call_to_action: call::find(lines()),
        rhythm: rhythm::rhythm(post, parsed),
        lists: lists::find(lines()),
        hashtags: pieces(lines(), &[TokenKind::Hashtag]),
        mentions: pieces(lines(), &[TokenKind::Mention]),
        links: pieces(lines(), &[TokenKind::Url, TokenKind::Email]),
        emoji: emoji(lines()),
        reading_time_s,
        repetition: repetition::repetition(parsed),
        fold: Fold {
            desktop: view(limits.desktop),
            mobile: view(limits.mobile),
        },
        hook,
    }
}

fn pieces<'a>(
    lines: impl Iterator<Item = (usize, &'a str, &'a ParsedLine)>,
    kinds: &[TokenKind],
) -> Vec<Piece> {
    let mut out = Vec::new();
    for (start, text, parsed) in lines {
        let tokens = parsed.tokens.iter().filter(|t| kinds.contains(&t.kind));
        out.extend(tokens.map(|t| Piece {
            text: t.span.of(text).to_owned(),
            span: t.span.shifted(start),
        }));
    }
    out
}

fn emoji<'a>(lines: impl Iterator<Item = (usize, &'a str, &'a ParsedLine)>) -> Vec<Emoji> {
    let mut out: Vec<Emoji> = Vec::new();
    let mut index: FxHashMap<&str, usize> = FxHashMap::default();
    for (start, text, parsed) in lines {
        for span in parsed.of_kind(TokenKind::Emoji) {
            let found = span.of(text);
            let i = *index.entry(found).or_insert_with(|| {
                out.push(Emoji {
                    text: found.to_owned(),
                    count: 0,
                    spans: Vec::new(),
                });
                out.len() - 1
            });
            out[i].count += 1;
            out[i].spans.push(span.shifted(start));
        }
    }
    out.sort_by_key(|e| std::cmp::Reverse(e.count));
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Structure {
        let post = Post::new(text);
        let parsed: Vec<_> = post
            .lines()
            .iter()
            .map(|l| ParsedLine::parse(l.span.of(post.text())))
            .collect();
        structure(
            &post,
            &parsed.iter().collect::<Vec<_>>(),
            FoldLimits::default(),
        )
    }

    #[test]
    fn pieces_and_emoji_carry_spans() {
        let text = "🔥 Go #one @jane 🔥\nme@x.io 🚀 https://x.io";
        let s = of(text);
        assert_eq!(s.hashtags[0].span.of(text), "#one");
        assert_eq!(s.mentions[0].text, "@jane");
        assert_eq!(s.links.len(), 2);
        assert_eq!(
            (s.emoji[0].text.as_str(), s.emoji[0].count, s.emoji.len()),
            ("🔥", 2, 2)
        );
        assert!(s.emoji[0].spans.iter().all(|p| p.of(text) == "🔥"));
    }

    #[test]
    fn fold_and_reading_time() {
        let text = format!("{}\n{}", "a".repeat(139), "word ".repeat(476));
        let s = of(&text);
        assert!(s.fold.mobile.hook_visible && s.hook.is_some_and(|h| h.fits_mobile_fold));
        assert_eq!((s.fold.mobile.lines, s.fold.desktop.lines), (1, 2));
        assert_eq!(s.fold.desktop.hidden_characters, text.len() - 210);
        assert!(
            (s.reading_time_s - 120.25).abs() < 0.01,
            "{}",
            s.reading_time_s
        );
        let blank = of("");
        assert!(blank.hook.is_none() && blank.fold.mobile.hook_visible);
    }

    #[test]
    fn every_span_is_mapped_and_the_shape_serialises() {
        let mut s = of("Hi 🔥 #a @b https://x.io\n- a\n- b\nThoughts?");
        s.map_spans(|s| s.shifted(1_000));
        let json = serde_json::to_value(&s).unwrap();
        fn starts(v: &serde_json::Value, out: &mut Vec<u64>) {
            match v {
                serde_json::Value::Object(o) => o.iter().for_each(|(k, v)| match v.as_u64() {
                    Some(n) if k == "start" => out.push(n),
                    _ => starts(v, out),
                }),
                serde_json::Value::Array(a) => a.iter().for_each(|v| starts(v, out)),
                _ => {}
            }
        }
        let mut found = Vec::new();
        starts(&json, &mut found);
        assert_eq!(found.len(), 9);
        assert!(found.iter().all(|n| *n >= 1_000));
        assert_eq!(json["call_to_action"]["kind"], "comment");
    }
}
