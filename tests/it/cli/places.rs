//! Offsets count bytes of the input as given, whatever was taken out of it; columns count clusters.

use serde_json::Value;
use unicode_segmentation::UnicodeSegmentation;

use super::{report, run, under};

/// Everything that moves offsets: CRLF, a lone CR, escape sequences, controls, directives, styled
/// letters, emoji of several code points, combining marks.
const HOSTILE: &str = "\u{feff}👩‍💻 We \x1b[1mre\x1b[0mcieved it.\r\n\
    <!-- postwright: off linkedin -->\r\n\
    e\u{301}\u{301} 🇩🇪 It \0was very re\x1b]0;x\x07ally 𝗯𝗼𝗹𝗱, #tag\u{200b} @me.\r\
    <!-- postwright: ignore style/hedge -->\r\n\
    Maybe \u{202e}so, #other 🚀🚀 https://x.io/a\u{9b}31m?\r\n\
    \r\n\
    - one \u{7f}of\r\n- two\r\n\r\n\tWhat do you recieve?";

fn spans(value: &Value, out: &mut Vec<(Value, Option<String>)>) {
    match value {
        Value::Object(map) => {
            if map.contains_key("start") {
                out.push((value.clone(), None));
            }
            if let (Some(text), Some(span)) =
                (map.get("text").and_then(Value::as_str), map.get("span"))
            {
                out.push((span.clone(), Some(text.to_owned())));
            }
            map.values().for_each(|v| spans(v, out));
        }
        Value::Array(items) => items.iter().for_each(|v| spans(v, out)),
        _ => {}
    }
}

/// What is left of a piece of the input once controls and sequences are gone.
fn scrubbed(piece: &str) -> String {
    run(&["export"], piece).expect(0).out
}

#[test]
fn spans_hold_what_they_name() {
    let parts = "sentiment,keywords,structure,findings";
    let found = report(HOSTILE, parts);
    let mut all = Vec::new();
    spans(&found, &mut all);
    assert!(all.len() > 20, "{}", all.len());
    let mut named = 0;
    for (span, text) in all {
        let piece = under(HOSTILE, &span);
        if let Some(text) = text {
            assert_eq!(scrubbed(piece), text);
            named += 1;
        }
    }
    assert!(named >= 6, "{named}");
    for keyword in found["keywords"].as_array().unwrap() {
        let text = keyword["text"].as_str().unwrap().to_lowercase();
        let words = |text: &str| text.split_whitespace().count();
        for (i, span) in keyword["spans"].as_array().unwrap().iter().enumerate() {
            let piece = scrubbed(under(HOSTILE, span)).to_lowercase();
            // The others may be other forms of its words.
            assert!(piece == text || i > 0, "{piece} {text}");
            assert_eq!(words(&piece), words(&text), "{piece} {text}");
        }
    }
}

#[test]
fn findings_stand_where_they_say() {
    let found = report(HOSTILE, "findings");
    let findings = found["findings"].as_array().unwrap();
    let pieces: Vec<_> = findings
        .iter()
        .map(|f| (f["rule"].as_str().unwrap(), under(HOSTILE, &f["span"])))
        .collect();
    for wanted in [
        ("spelling/spell-check", "re\x1b[0mcieved"),
        ("spelling/spell-check", "recieve"),
        ("unicode/control-characters", "\x1b[1m"),
        ("unicode/control-characters", "\0"),
        ("unicode/control-characters", "\x1b]0;x\x07"),
        ("unicode/bidi-control", "\u{202e}"),
    ] {
        assert!(pieces.contains(&wanted), "{wanted:?} is not in {pieces:?}");
    }
    assert!(
        pieces
            .iter()
            .all(|(rule, _)| !rule.starts_with("linkedin/")),
        "switched off"
    );
    for finding in findings {
        let span = &finding["span"];
        let at = usize::try_from(span["start"].as_u64().unwrap()).unwrap();
        let before = &HOSTILE[..at];
        assert_eq!(span["line"], before.matches('\n').count() + 1, "{finding}");
        let line_start = before.rfind('\n').map_or(0, |i| i + 1);
        let column = HOSTILE[line_start..]
            .grapheme_indices(true)
            .take_while(|(i, _)| line_start + i <= at)
            .count();
        assert_eq!(span["column"], column.max(1), "{finding}");
    }
    let order: Vec<_> = findings
        .iter()
        .map(|f| (f["span"]["start"].as_u64(), f["span"]["end"].as_u64()))
        .collect();
    assert!(order.is_sorted());
}

#[test]
fn a_mark_within_a_cluster_does_not_push_the_columns_behind_it() {
    let input = "x a\u{200b}\u{200b}b it was told";
    let found = report(input, "findings");
    let passive = found["findings"]
        .as_array()
        .unwrap()
        .iter()
        .find(|f| f["rule"] == "style/passive-voice")
        .unwrap();
    let start = usize::try_from(passive["span"]["start"].as_u64().unwrap()).unwrap();
    assert_eq!(
        passive["span"]["column"],
        input[..start].graphemes(true).count() + 1
    );
}

#[test]
fn the_fold_cuts_the_input_behind_what_is_visible() {
    let first = "é👩‍💻\x1b[31m".repeat(60);
    let input = format!(
        "{first}\r\n<!-- postwright: off style -->\r\n{}",
        "word ".repeat(60)
    );
    let found = report(&input, "text,structure");
    for (screen, limit) in [("desktop", 210), ("mobile", 140)] {
        let fold = &found["text"]["fold"][screen];
        let visible = fold["visible"].as_str().unwrap();
        assert_eq!(visible.graphemes(true).count(), limit);
        let cut = usize::try_from(fold["cut_at"].as_u64().unwrap()).unwrap();
        assert_eq!(scrubbed(&input[..cut]), visible);
        assert!(input[cut..].starts_with(|c: char| c.is_alphabetic() || c == ' '));
        let view = &found["structure"]["fold"][screen];
        assert_eq!(view["limit"], limit);
        assert_eq!(scrubbed(under(&input, &view["visible"])), visible);
    }
    for whole in [
        "",
        "short",
        "short\r\n",
        "short\n<!-- postwright: off style -->\n",
    ] {
        let fold = &report(whole, "text")["text"]["fold"];
        assert_eq!(fold["mobile"]["cut_at"], whole.len());
    }
    let exact = "x".repeat(140);
    assert_eq!(
        report(&exact, "text")["text"]["fold"]["mobile"]["cut_at"],
        140
    );
    let one_more = "x".repeat(141);
    assert_eq!(
        report(&one_more, "text")["text"]["fold"]["mobile"]["cut_at"],
        140
    );
}

#[test]
fn length_is_counted_as_linkedin_counts() {
    let input = "👩‍💻 é\r\nx";
    let text = &report(input, "text")["text"];
    assert_eq!(
        text["utf16_units"], 9,
        "CRLF is published as one line break"
    );
    assert_eq!(text["graphemes"], 5);
    assert_eq!(
        (&text["limit"], &text["over_by"]),
        (&3000.into(), &0.into())
    );
    let over = "🚀".repeat(1_501);
    assert_eq!(report(&over, "text")["text"]["over_by"], 2);
}

#[test]
fn a_quotation_may_go_on_in_the_next_paragraph() {
    let unclosed = |post: &str| {
        let told = report(post, "findings");
        let all = told["findings"].as_array().unwrap().clone();
        let rule = |f: &&Value| f["rule"] == "grammar/unclosed-quotes";
        all.iter().filter(rule).count()
    };
    assert_eq!(
        unclosed("“We left the house.\n\nThen it rained,” she said."),
        0
    );
    assert_eq!(
        unclosed("“We left the house.\n\nThen it rained, she said."),
        1
    );
}

#[test]
fn a_line_that_goes_on_with_a_sentence_needs_no_capital() {
    let found = |above: &str| {
        let post = format!("{above}\n\ncapturing its gains while managing the risks of it.");
        let told = report(post, "findings");
        let all = told["findings"].as_array().unwrap().clone();
        let capital = |f: &&Value| f["rule"] == "grammar/sentence-capitalization";
        all.iter().filter(capital).count()
    };
    assert_eq!(found("A team has two things to do at once:"), 0);
    assert_eq!(found("A team has two things to do at once."), 1);
}
