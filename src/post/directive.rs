//! Comment lines in a post that steer the analysis and never leave the machine.
//!
//! `<!-- postwright: off RULE … -->` switches rules off for the post,
//! `<!-- postwright: ignore RULE … -->` for the line below it. A rule is named by its id or by the
//! part before the slash. Rules are parted by spaces or commas. A text in straight quotes behind
//! them narrows the directive to what was found in just that text.

/// What a directive does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// The rules are off in the whole post.
    Post,
    /// The rules are off in the line behind the directive.
    NextLine,
}

/// A parsed comment line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Directive {
    /// How far it reaches.
    pub scope: Scope,
    /// Rule ids or groups.
    pub rules: Vec<String>,
    /// The text that a finding must be on; any, where there is none.
    pub text: Option<String>,
}

impl Directive {
    /// Whether it names `rule`, by id or by group.
    #[must_use]
    pub fn names(&self, rule: &str) -> bool {
        self.rules.iter().any(|r| names(r, rule))
    }
}

/// Whether `selector` (a rule id, or a group such as `style`) names `rule`.
#[must_use]
pub fn names(selector: &str, rule: &str) -> bool {
    let selector = selector.strip_suffix("/*").unwrap_or(selector);
    rule.strip_prefix(selector)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Parses a line that is a Postwright comment; any other comment is text.
///
/// # Errors
/// The reason, where the line is a comment for Postwright that says nothing it knows.
#[must_use]
pub fn parse(line: &str) -> Option<Result<Directive, String>> {
    let body = line
        .trim()
        .strip_prefix("<!--")?
        .strip_suffix("-->")?
        .trim();
    let body = body.strip_prefix("postwright:")?.trim();
    let (body, text) = match body.strip_suffix('"').and_then(|b| b.split_once('"')) {
        Some((body, text)) => (body, Some(text.to_owned())),
        None => (body, None),
    };
    let mut words = body.split([' ', '\t', ',']).filter(|w| !w.is_empty());
    let scope = match words.next() {
        Some("off") => Scope::Post,
        Some("ignore") => Scope::NextLine,
        other => {
            let got = other.unwrap_or("nothing");
            return Some(Err(format!("expected `off` or `ignore`, found `{got}`")));
        }
    };
    let rules: Vec<String> = words.map(str::to_owned).collect();
    if rules.is_empty() {
        return Some(Err(
            "names no rule; `postwright rules` lists them".to_owned()
        ));
    }
    Some(Ok(Directive { scope, rules, text }))
}

/// Longest text that a comment repeats, in bytes.
const LONGEST_TEXT: usize = 80;

/// The comment line that ignores `rule` on `text` in the line below it. A text that would break
/// the comment, or is as long as a sentence, is left out, which ignores the rule in the whole line.
#[must_use]
pub fn ignore_line(rule: &str, text: &str) -> String {
    let breaks = text.contains(['"', '\n']) || text.contains("--");
    if breaks || text.is_empty() || text.len() > LONGEST_TEXT {
        format!("<!-- postwright: ignore {rule} -->")
    } else {
        format!("<!-- postwright: ignore {rule} \"{text}\" -->")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parses_what_it_writes() {
        for (text, narrowed) in [
            ("kind of", Some("kind of")),
            ("a \"b\"", None),
            ("--", None),
        ] {
            let d = parse(&ignore_line("style/hedge", text)).unwrap().unwrap();
            assert_eq!(
                d,
                Directive {
                    scope: Scope::NextLine,
                    rules: vec!["style/hedge".into()],
                    text: narrowed.map(str::to_owned),
                }
            );
        }
    }

    #[test]
    fn groups_and_ids() {
        let d = parse("  <!--postwright: off style, spelling/* grammar/an-a-->")
            .unwrap()
            .unwrap();
        assert!(d.names("style/hedge") && d.names("spelling/typo") && d.names("grammar/an-a"));
        assert!(!d.names("grammar/an-above") && !d.names("stylish/x"));
    }

    #[test]
    fn other_comments_are_text_and_broken_ones_say_why() {
        assert!(parse("<!-- a note -->").is_none());
        assert!(parse("text <!-- postwright: off x -->").is_none());
        assert!(
            parse("<!-- postwright: of style -->")
                .unwrap()
                .unwrap_err()
                .contains("`of`")
        );
        assert!(parse("<!-- postwright: off -->").unwrap().is_err());
    }
}
