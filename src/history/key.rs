//! What makes two rows the same post.

use super::date::When;

/// Names in front of the number of a post in its URN; `ugcPost` in lower case.
const KINDS: [&str; 3] = ["activity", "share", "ugcpost"];

/// The key that `url` gives: the number of the post, else the address without what differs
/// between two links to one page. `None` where it leads to no single post.
#[must_use]
pub fn of_url(url: &str) -> Option<String> {
    let url = url.trim();
    let plain = url.to_ascii_lowercase().replace("%3a", ":");
    let (path, query) = plain.split_once(['?', '#']).unwrap_or((&plain, ""));
    number(path)
        .or_else(|| number(query))
        .or_else(|| address(url))
}

/// Whether two links or URNs lead to one post, however they are written.
#[must_use]
pub fn is_same(a: &str, b: &str) -> bool {
    match (of_url(a), of_url(b)) {
        (Some(a), Some(b)) => a == b,
        // What leads to no single post is known by its letters alone.
        _ => a.trim() == b.trim(),
    }
}

/// The key of a post without a URL: blake3 of its text and date.
pub(super) fn of_text(date: Option<When>, text: &str) -> String {
    let mut hasher = blake3::Hasher::new();
    hasher.update(&date.map_or([0xff; 8], |d| d.at.to_le_bytes()));
    hasher.update(text.as_bytes());
    hasher.finalize().to_hex().to_string()
}

/// The number behind the last `activity`, `share` or `ugcPost` of a URN or a slug.
fn number(text: &str) -> Option<String> {
    let ends = KINDS
        .iter()
        .flat_map(|kind| text.match_indices(kind).map(|(at, kind)| at + kind.len()));
    let numbers = ends.filter_map(|end| {
        let rest = text[end..].strip_prefix([':', '-'])?;
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        // They have 19 digits; a year in a slug is none.
        (15..=20)
            .contains(&digits)
            .then_some((end, &rest[..digits]))
    });
    numbers.max().map(|(_, number)| number.to_owned())
}

/// The address without scheme, `www.`, fragment and last slash; on LinkedIn without its query
/// too, where it names a post at all.
fn address(url: &str) -> Option<String> {
    let rest = ["https://", "http://"].iter().find_map(|scheme| {
        let head = url.get(..scheme.len())?;
        head.eq_ignore_ascii_case(scheme)
            .then(|| &url[scheme.len()..])
    })?;
    let rest = rest.split('#').next().unwrap_or_default();
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    let host = rest[..end].to_ascii_lowercase();
    let host = host.strip_prefix("www.").unwrap_or(&host);
    let mut path = &rest[end..];
    if host == "linkedin.com" || host.ends_with(".linkedin.com") {
        path = path.split('?').next().unwrap_or_default();
        // A profile or the feed stands for many posts.
        let of_post = ["/posts/", "/feed/update/", "/pulse/"];
        if !of_post
            .iter()
            .any(|p| path.starts_with(p) && path.len() > p.len())
        {
            return None;
        }
    }
    let path = path.trim_end_matches('/');
    (host.contains('.') && !path.is_empty()).then(|| format!("{host}{path}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_link_to_a_post_gives_its_number() {
        for url in [
            "https://www.linkedin.com/feed/update/urn:li:activity:7123456789012345678",
            "https://www.linkedin.com/feed/update/urn%3Ali%3Ashare%3A7123456789012345678",
            "https://www.linkedin.com/feed/update/urn%3ali%3aactivity%3a7123456789012345678/",
            "https://www.linkedin.com/feed/update/urn:li:ugcPost:7123456789012345678/?utm=x",
            "https://linkedin.com/posts/name_slug-activity-7123456789012345678-xyz1",
            "https://linkedin.com/posts/n_my-share-activity-2024-ugcPost-7123456789012345678-xy",
            "https://www.linkedin.com/feed/?highlightedUpdateUrn=urn%3Ali%3Aactivity%3A7123456789012345678",
            "https://www.linkedin.com/feed/update/urn:li:activity:7123456789012345678?commentUrn=urn%3Ali%3Acomment%3A%28activity%3A7000000000000000000%2C1%29",
            " urn:li:share:7123456789012345678 ",
        ] {
            assert_eq!(of_url(url).as_deref(), Some("7123456789012345678"), "{url}");
        }
    }

    #[test]
    fn one_post_is_the_same_however_it_is_linked_to() {
        let urn = "urn:li:share:7123456789012345678";
        let [coded, other] = [8, 9].map(|last| {
            format!(
                "https://www.linkedin.com/feed/update/urn%3Ali%3Ashare%3A712345678901234567{last}"
            )
        });
        assert!(is_same(urn, &coded) && !is_same(urn, &other));
        assert!(is_same(" A note", "A note") && !is_same("A note", "a note"));
        assert!(!is_same(urn, "A note"));
    }

    #[test]
    fn other_addresses_are_stripped_of_what_differs() {
        for (url, key) in [
            ("HTTPS://WWW.Example.com/Post/1/#top", "example.com/Post/1"),
            ("http://example.com/?p=12", "example.com/?p=12"),
            ("https://lnkd.in/abc", "lnkd.in/abc"),
            (
                "https://www.linkedin.com/pulse/a-title-name/?trk=x",
                "linkedin.com/pulse/a-title-name",
            ),
        ] {
            assert_eq!(of_url(url).as_deref(), Some(key), "{url}");
        }
    }

    #[test]
    fn what_leads_to_no_post_gives_no_key() {
        for url in [
            "",
            "-",
            "example",
            "https://",
            "https://example.com/",
            "https://é/x",
            "https://www.linkedin.com/in/name/",
            "https://www.linkedin.com/posts/",
            "https://www.linkedin.com/feed/?trk=activity-2024",
        ] {
            assert_eq!(of_url(url), None, "{url}");
        }
    }

    #[test]
    fn without_a_url_text_and_date_tell() {
        let day = |at| Some(When { at, timed: false });
        assert_eq!(of_text(day(1), "a"), of_text(day(1), "a"));
        assert_ne!(of_text(day(1), "a"), of_text(day(2), "a"));
        assert_ne!(of_text(day(1), "a"), of_text(day(1), "b"));
        assert_ne!(of_text(None, "a"), of_text(day(0), "a"));
    }
}
