//! Rules about the feed: bait that no phrase table catches, links, hashtags, emoji, the limit.

use super::RuleSettings;
use super::document::Document;
use super::line::Line;
use super::table::{EMOJI_DENSITY, ENGAGEMENT_BAIT, EXTERNAL_LINK, HASHTAG_STUFFING, OVER_LIMIT};
use super::word_sets::ACRONYMS;
use crate::analysis::finding::Finding;
use crate::post::token::TokenKind;
use crate::post::{LIMIT, Span};

/// Lines that are bait when they stand alone as a question.
const LONE_BAIT: [&str; 8] = [
    "agree",
    "agree or disagree",
    "agreed",
    "do you agree",
    "don't you agree",
    "who agrees",
    "who else agrees",
    "yes or no",
];

/// Characters of a quoted word to comment.
const MOST_QUOTED: usize = 40;

/// Words behind "comment" within which the place to comment is named.
const REACH: usize = 5;

pub(super) fn find_bait(line: &Line, out: &mut Vec<Finding>) {
    let trimmed = line.lower.trim_matches(|c: char| !c.is_alphanumeric());
    if line.lower.contains('?') && LONE_BAIT.contains(&trimmed) {
        let start = line.lower.len()
            - line
                .lower
                .trim_start_matches(|c: char| !c.is_alphanumeric())
                .len();
        let end = start + trimmed.len();
        let end = end + usize::from(line.lower[end..].starts_with('?'));
        let message = "A question that only takes a yes. Ask one that readers can answer from \
                       their own work.";
        out.push(line.finding(&ENGAGEMENT_BAIT, Span::new(start, end), message));
    }
    for i in 0..line.words.len() {
        if let Some(span) = magic_word(line, i) {
            let message = format!(
                "“{}” trades a comment for the reply: LinkedIn counts that as bait. Offer it \
                 openly, or put it in a comment yourself.",
                span.of(line.normal())
            );
            out.push(line.finding(&ENGAGEMENT_BAIT, span, message));
        }
    }
}

/// "Comment YES", "type “guide” below": a word to post, in capitals or quotes.
fn magic_word(line: &Line, i: usize) -> Option<Span> {
    let verb = line.word(i);
    if !matches!(verb, "comment" | "type" | "reply")
        || i > 0
            && matches!(
                line.word(i - 1),
                "a" | "the" | "this" | "your" | "my" | "his" | "her" | "of"
            )
    {
        return None;
    }
    let at = (i + 1..i + 4).find(|&j| {
        let skipped = matches!(line.word(j), "the" | "word" | "with");
        !skipped
    })?;
    let word = line.words.get(at)?;
    let quoted = line.lower[..word.start].ends_with(['"', '\'']);
    let text = word.of(line.normal());
    let shouted = text.len() > 1 && text.chars().all(char::is_uppercase);
    let below = (at + 1..=at + REACH).any(|j| {
        matches!(
            line.word(j),
            "below" | "comments" | "and" | "i'll" | "to" | "if"
        )
    });
    let gap = &line.lower[line.words[at - 1].end..word.start];
    let near = gap.len() <= 3 && gap.starts_with(' ');
    let bait = near
        && match verb {
            "comment" => quoted || shouted && (below || !ACRONYMS.contains(text)),
            _ => (quoted || shouted) && below,
        };
    let end = if quoted {
        quote_end(&line.lower, word.end)
    } else {
        word.end
    };
    bait.then(|| Span::new(line.words[i].start, end))
}

/// The end of a quotation that goes on at `at`, where it closes nearby.
fn quote_end(text: &str, at: usize) -> usize {
    let mut near = text[at..].char_indices().take(MOST_QUOTED);
    near.find(|(_, c)| matches!(c, '"' | '\''))
        .map_or(at, |(i, _)| at + i + 1)
}

pub(super) fn find_links(line: &Line, out: &mut Vec<Finding>) {
    for span in line.parsed.of_kind(TokenKind::Url) {
        let url = span.of(line.text);
        // A bare domain is as often a name: "we use Node.io".
        if is_explicit(url) && !is_linkedin(url) {
            let message = "Links leave the feed; many writers put them at the end or in the first \
                           comment. What that does to reach is folklore.";
            out.push(EXTERNAL_LINK.finding(span, message));
        }
    }
}

/// Whether a link is written as one: with a scheme, `www.` or a path.
fn is_explicit(url: &str) -> bool {
    url.contains('/') || url.get(..4).is_some_and(|p| p.eq_ignore_ascii_case("www."))
}

fn is_linkedin(url: &str) -> bool {
    let url = url.to_ascii_lowercase();
    let rest = url.split_once("://").map_or(url.as_str(), |(_, r)| r);
    let host = rest.split(['/', '?', '#', ':']).next().unwrap_or_default();
    host == "linkedin.com" || host.ends_with(".linkedin.com")
}

pub(super) fn find_over_limit(doc: &Document, out: &mut Vec<Finding>) {
    let breaks = doc.lines.len().saturating_sub(1);
    let units = doc
        .lines
        .iter()
        .map(|l| l.parsed.utf16_units)
        .sum::<usize>()
        + breaks;
    if units <= LIMIT {
        return;
    }
    let mut left = LIMIT;
    let cut = doc
        .text
        .char_indices()
        .find(|(_, c)| match left.checked_sub(c.len_utf16()) {
            Some(rest) => {
                left = rest;
                false
            }
            None => true,
        });
    let start = cut.map_or(doc.text.len(), |(at, _)| at);
    let message = format!(
        "{units} UTF-16 units, {} over LinkedIn's limit of {LIMIT}: this part will be refused. \
         Cut, or move it into a comment.",
        units - LIMIT
    );
    out.push(OVER_LIMIT.finding(Span::new(start, doc.text.len()), message));
}

pub(super) fn find_hashtags(doc: &Document, settings: &RuleSettings, out: &mut Vec<Finding>) {
    let tags: Vec<Span> = doc.tokens(TokenKind::Hashtag).collect();
    let Some(first) = tags.get(settings.max_hashtags) else {
        return;
    };
    // Excess tags in one row are one stretch; scattered ones are reported at the first.
    let end = tags[settings.max_hashtags..]
        .windows(2)
        .find(|w| doc.text[w[0].end..w[1].start].contains(char::is_alphanumeric));
    let last = end.map_or(tags[tags.len() - 1], |w| w[0]);
    let message = format!(
        "{} hashtags. Keep the {} that your readers follow.",
        tags.len(),
        settings.max_hashtags
    );
    out.push(HASHTAG_STUFFING.finding(Span::new(first.start, last.end), message));
}

pub(super) fn find_emoji(doc: &Document, settings: &RuleSettings, out: &mut Vec<Finding>) {
    let emoji: Vec<Span> = doc.tokens(TokenKind::Emoji).collect();
    let words = doc.tokens(TokenKind::Word).count();
    if emoji.len() <= settings.free_emoji
        || emoji.len() * 100 <= words * settings.max_emoji_per_100_words
    {
        return;
    }
    let message = format!(
        "{} emoji beside {words} words. A screen reader says the name of each; keep those that \
         carry meaning.",
        emoji.len()
    );
    out.push(EMOJI_DENSITY.finding(emoji[0], message));
}

#[cfg(test)]
mod tests {
    use super::super::testing::{clean, flags, post_clean, post_flags};

    #[test]
    fn bait() {
        const RULE: &str = "linkedin/engagement-bait";
        assert_eq!(flags(RULE, "👉 Agree?"), ["Agree?"]);
        assert_eq!(
            flags(RULE, "Comment GUIDE and I’ll send it"),
            ["Comment GUIDE"]
        );
        assert_eq!(flags(RULE, "just comment “yes” below"), ["comment “yes”"]);
        assert_eq!(flags(RULE, "Type YES in the comments"), ["Type YES"]);
        for line in [
            "Agree?d",
            "Do you agree with the board on this?",
            "I saw your comment AI lovers",
            "A type A person with type II diabetes.",
            "They comment. YES!",
            "Agree.",
        ] {
            clean(RULE, line);
        }
    }

    #[test]
    fn links() {
        const RULE: &str = "linkedin/external-link";
        assert_eq!(flags(RULE, "Read https://x.io/a now"), ["https://x.io/a"]);
        assert_eq!(flags(RULE, "(lnkd.in/abc)"), ["lnkd.in/abc"]);
        clean(RULE, "https://www.linkedin.com/in/me");
        clean(RULE, "Node.js, me@x.com, v2.5, Placer.ai");
        clean(RULE, "no link");
    }

    #[test]
    fn limit() {
        const RULE: &str = "linkedin/over-limit";
        let text = format!("{}\n🚀b", "a".repeat(2_999));
        assert_eq!(post_flags(RULE, &text), ["🚀b"]);
        assert_eq!(post_flags(RULE, &"🚀".repeat(1_501)), ["🚀"]);
        post_clean(RULE, &"a".repeat(3_000));
        post_clean(RULE, &"🚀".repeat(1_500));
        post_clean(RULE, "");
    }

    #[test]
    fn hashtags() {
        const RULE: &str = "linkedin/hashtag-stuffing";
        assert_eq!(post_flags(RULE, "Hi\n#a #b #c\n#d #e #f\n#g"), ["#f\n#g"]);
        assert_eq!(post_flags(RULE, "#a #b #c #d #e #f and #g"), ["#f"]);
        post_clean(RULE, "#a #b #c #d #e");
        post_clean(RULE, "# # # # # # #");
        post_clean(RULE, "C# F# a#b a#c a#d a#e a#f");
    }

    #[test]
    fn emoji() {
        const RULE: &str = "linkedin/emoji-density";
        assert_eq!(post_flags(RULE, "🔥 a 🔥 b 🔥\n🚀 c 🚀 d 🚀"), ["🔥"]);
        assert_eq!(post_flags(RULE, "🔥🔥🔥🔥🔥🔥"), ["🔥"]);
        post_clean(RULE, "🔥 a 🔥 b");
        post_clean(RULE, &format!("{}🔥🔥🔥🔥🔥🔥", "word ".repeat(80)));
        post_clean(RULE, "™ © → • ™ © → •");
    }
}
