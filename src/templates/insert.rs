//! Where hooks, calls and blanks stand in a post.

use crate::post::Span;

/// Most bytes of a blank's label.
const LONGEST_LABEL: usize = 200;

/// A change that puts something into a post.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placed {
    /// Bytes of the post that give way.
    pub span: Span,
    /// What takes their place.
    pub new: String,
    /// Bytes of what was put in, in the changed post.
    pub inside: Span,
}

/// Puts a hook before the post, as its first line.
#[must_use]
pub fn hook_into(post: &str, hook: &str) -> Placed {
    let hook = hook.trim_end();
    let lead = post.len() - post.trim_start().len();
    let end = if lead == post.len() { "\n" } else { "\n\n" };
    Placed {
        span: Span::new(0, lead),
        new: [hook, end].concat(),
        inside: Span::new(0, hook.len()),
    }
}

/// Puts a call to action behind the post, before the hashtags and links that end it.
#[must_use]
pub fn call_into(post: &str, call: &str) -> Placed {
    let call = call.trim();
    let mut tail = post.len();
    for line in post.split_inclusive('\n').rev() {
        if !line.split_whitespace().all(ends_a_post) {
            break;
        }
        tail -= line.len();
    }
    let rest = post[tail..].trim_start();
    let (head, tail) = (post[..tail].trim_end().len(), post.len() - rest.len());
    let before = if head == 0 { "" } else { "\n\n" };
    let after = if rest.is_empty() { "\n" } else { "\n\n" };
    let start = head + before.len();
    Placed {
        span: Span::new(head, tail),
        new: [before, call, after].concat(),
        inside: Span::new(start, start + call.len()),
    }
}

/// Whether a word is one of those that end a post: a hashtag, or a link.
fn ends_a_post(word: &str) -> bool {
    let starts = ["http://", "https://", "www."];
    word.len() > 1 && word.starts_with('#') || starts.iter().any(|s| word.starts_with(s))
}

/// The first `[label]` of one line at or behind byte `from`, which is a boundary of characters.
#[must_use]
pub fn blank(post: &str, from: usize) -> Option<Span> {
    let mut open = None;
    for (at, c) in post.get(from..)?.char_indices() {
        match (c, open) {
            ('[', _) => open = Some(at),
            ('\n', _) => open = None,
            (']', Some(start)) => {
                let label = &post[from + start + 1..from + at];
                let is_link = post[from + at + 1..].starts_with('(');
                if !label.trim().is_empty() && label.len() <= LONGEST_LABEL && !is_link {
                    return Some(Span::new(from + start, from + at + 1));
                }
                open = None;
            }
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn done(post: &str, placed: &Placed) -> String {
        let mut out = post.to_owned();
        out.replace_range(placed.span.start..placed.span.end, &placed.new);
        out
    }

    #[test]
    fn a_hook_becomes_the_first_line() {
        for (post, wanted) in [
            ("", "Hook?\n"),
            ("\n\nOne.\n", "Hook?\n\nOne.\n"),
            ("One.\n\nTwo.", "Hook?\n\nOne.\n\nTwo."),
        ] {
            let placed = hook_into(post, "Hook?\n");
            let text = done(post, &placed);
            assert_eq!(text, wanted);
            assert_eq!(placed.inside.of(&text), "Hook?");
        }
    }

    #[test]
    fn a_call_stands_before_hashtags_and_links() {
        for (post, wanted) in [
            ("", "Call?\n"),
            ("One.", "One.\n\nCall?\n"),
            ("One.\n\n\n", "One.\n\nCall?\n"),
            ("One #two.\n", "One #two.\n\nCall?\n"),
            (
                "One.\n\nhttps://a.example\n\n#rust #tui\n",
                "One.\n\nCall?\n\nhttps://a.example\n\n#rust #tui\n",
            ),
            ("One.\n#rust", "One.\n\nCall?\n\n#rust"),
            ("#rust\n", "Call?\n\n#rust\n"),
            ("One.\n# it\n", "One.\n# it\n\nCall?\n"),
        ] {
            let placed = call_into(post, "Call?");
            let text = done(post, &placed);
            assert_eq!(text, wanted, "{post:?}");
            assert_eq!(placed.inside.of(&text), "Call?");
        }
    }

    #[test]
    fn blanks_are_labels_in_brackets_on_one_line() {
        let post = "é [] [the\nname] a[the [company] and [a link](x) [who]";
        let first = blank(post, 0).unwrap();
        assert_eq!(first.of(post), "[company]");
        let second = blank(post, first.end).unwrap();
        assert_eq!(second.of(post), "[who]");
        assert_eq!(blank(post, second.end), None);
        assert_eq!(blank("", 0), None);
    }
}
