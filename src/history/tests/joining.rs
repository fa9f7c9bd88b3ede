//! Several files together.

use super::formats::creator;
use super::*;

fn shares(rows: &[(u64, &str, &str)]) -> String {
    let head = "Date,ShareLink,ShareCommentary,SharedUrl,MediaUrl,Visibility\n".to_owned();
    rows.iter().fold(head, |text, (post, date, words)| {
        format!(
            "{text}{date},{},\"{words}\",,,MEMBER_NETWORK\n",
            share(*post)
        )
    })
}

fn page(rows: &[(u64, &str, &str, u64)]) -> String {
    let head = "Post title,Post link,Created date,Impressions\n".to_owned();
    rows.iter().fold(head, |text, (post, date, title, shown)| {
        format!("{text}\"{title}\",{},{date},{shown}\n", activity(*post))
    })
}

#[test]
fn figures_and_texts_meet_by_number() {
    let desk = Desk::new();
    let book = creator(
        &[(1, "1/5/2024"), (3, "1/7/2024")],
        &[(3, "1/7/2024", "30"), (1, "1/5/2024", "1,234")],
    );
    let figures = desk.book("analytics.xlsx", book);
    let rows = [
        (1, "2024-01-05 10:30:00", "First"),
        (2, "2024-01-06 08:00:00", "Second"),
    ];
    let texts_file = desk.file("Shares.csv", shares(&rows));
    let imported = read(&[figures, texts_file]).unwrap();
    let [first, second] = &imported.posts[..] else {
        panic!("{imported:?}")
    };
    assert_eq!((&*first.text, first.impressions), ("First", Some(1_234)));
    assert_eq!(
        first.date,
        Some(january(5) + 37_800_000),
        "the one with a time"
    );
    assert_eq!((&*second.text, second.impressions), ("Second", None));
    let [unmatched] = &imported.unmatched[..] else {
        panic!("{imported:?}")
    };
    assert_eq!(
        (unmatched.line, unmatched.url.as_ref()),
        (4, Some(&activity(3)))
    );
}

#[test]
fn a_title_joins_what_numbers_do_not() {
    let desk = Desk::new();
    let rows = [
        (
            11,
            "2024-01-05 20:00:00",
            "A title that is long enough.\nThen the rest of the post",
        ),
        (12, "2024-01-06 09:00:00", "Short"),
        (
            13,
            "2024-01-08 09:00:00",
            "Another title that is long, two days from its figures",
        ),
        (
            14,
            "2024-01-20 09:00:00",
            "Of the same day but with other words in it",
        ),
    ];
    let archive = desk.file("Shares.csv", shares(&rows));
    let rows = [
        (1, "1/6/2024", "A title  that is long enough. Then…", 10),
        (2, "1/6/2024", "Short", 20),
        (3, "1/6/2024", "Another title that is long, two", 30),
        (4, "1/20/2024", "Not the words of that day at all", 40),
        (5, "1/6/2024", "Sho", 50),
    ];
    let figures = desk.file("page.csv", page(&rows));
    let imported = read(&[figures, archive]).unwrap();
    let found: Vec<_> = imported
        .posts
        .iter()
        .map(|p| (&*p.key, p.impressions))
        .collect();
    let key = |n| number(n).to_string();
    let keys = [11, 3, 5, 12, 13, 4, 14].map(key);
    let shown = [Some(10), Some(30), Some(50), Some(20), None, Some(40), None];
    let mut expected: Vec<_> = keys.iter().map(String::as_str).zip(shown).collect();
    let mut found_sorted = found.clone();
    expected.sort_unstable();
    found_sorted.sort_unstable();
    assert_eq!(found_sorted, expected);
    let whole = imported.posts.iter().find(|p| p.key == key(11)).unwrap();
    assert!(whole.text.ends_with("rest of the post"), "{whole:?}");
    let joined: Vec<_> = joins(&imported).into_iter().map(|(line, _)| line).collect();
    assert_eq!(joined, [2, 3]);
    assert!(
        joins(&imported)[0]
            .1
            .contains("joined by date and text with line 2 of")
    );
}

#[test]
fn twins_are_left_apart_and_told() {
    let desk = Desk::new();
    let again = "The same words every Friday of the year";
    let rows = [
        (11, "2024-01-05 09:00:00", again),
        (12, "2024-01-05 19:00:00", again),
    ];
    let archive = desk.file("Shares.csv", shares(&rows));
    let figures = desk.file("page.csv", page(&[(1, "1/5/2024", again, 10)]));
    let imported = read(&[archive.clone(), figures]).unwrap();
    assert_eq!(imported.posts.len(), 3);
    assert_eq!(
        joins(&imported),
        [(
            2,
            "not joined: several posts of about this date begin with the same text"
        )]
    );
    let rows = [(1, "1/5/2024", again, 10), (2, "1/6/2024", again, 20)];
    let figures = desk.file("page.csv", page(&rows));
    let archive = desk.file("Shares.csv", shares(&[(11, "2024-01-05 09:00:00", again)]));
    let imported = read(&[archive, figures]).unwrap();
    assert_eq!((imported.posts.len(), joins(&imported).len()), (3, 2));
}

#[test]
fn rows_of_one_file_are_never_joined_by_text() {
    let desk = Desk::new();
    let text = "The same words, once with figures and once without";
    let imported = desk.csv(&format!(
        "date,text,url,impressions\n2024-01-05,\"{text}\",{},5\n2024-01-06,\"{text}\",{},\n",
        activity(1),
        activity(2)
    ));
    assert_eq!(imported.posts.len(), 2);
}

#[test]
fn a_text_without_a_link_takes_the_number_of_its_partner() {
    let desk = Desk::new();
    let mine = desk.file(
        "mine.csv",
        "date,text\n2024-01-05,My very own words of that day\n",
    );
    let rows = [(1, "1/5/2024", "My very own words of that", 10)];
    let figures = desk.file("page.csv", page(&rows));
    let imported = read(&[mine, figures]).unwrap();
    let [post] = &imported.posts[..] else {
        panic!("{imported:?}")
    };
    assert_eq!(
        (post.key.clone(), post.impressions),
        (number(1).to_string(), Some(10))
    );
    assert_eq!(post.text, "My very own words of that day");
}

#[test]
fn figures_without_a_text_or_a_post_are_told() {
    let desk = Desk::new();
    let imported = desk.csv(
        "text,url,impressions\n,,5\n,https://www.linkedin.com/in/name/,6\n,https://lnkd.in/a,7\n",
    );
    assert!(imported.posts.is_empty() && imported.skipped.is_empty());
    let told: Vec<_> = imported
        .unmatched
        .iter()
        .map(|u| (u.line, u.url.as_deref()))
        .collect();
    assert_eq!(
        told,
        [
            (2, None),
            (3, Some("https://www.linkedin.com/in/name/")),
            (4, Some("https://lnkd.in/a")),
        ]
    );
    assert!(
        imported.unmatched[0]
            .reason
            .contains("neither a text nor a link")
    );
    assert!(
        imported.unmatched[2]
            .reason
            .contains("has the text of this post")
    );
}

#[test]
fn the_same_files_in_any_order_give_the_same_posts() {
    let desk = Desk::new();
    let files = [
        desk.book(
            "analytics.xlsx",
            creator(&[(11, "1/5/2024")], &[(11, "1/5/2024", "9")]),
        ),
        desk.file(
            "Shares.csv",
            shares(&[
                (11, "2024-01-05 09:00:00", "One post of the month"),
                (
                    12,
                    "2024-01-09 09:00:00",
                    "A second one that has a title of its own",
                ),
            ]),
        ),
        desk.file(
            "page.csv",
            page(&[
                (2, "1/9/2024", "A second one that has a title", 20),
                (11, "1/5/2024", "Two post of the month", 10),
            ]),
        ),
        desk.file("mine.csv", "date,text,followers\n2024-01-10,No link,900\n"),
    ];
    let expected = read(&files).unwrap();
    assert_eq!(expected.posts.len(), 3, "{expected:?}");
    assert_eq!(
        expected.posts[0].impressions,
        Some(10),
        "the larger of two files"
    );
    assert_eq!(read(&files).unwrap(), expected);
    let mut files = files;
    for _ in 0..files.len() {
        files.rotate_left(1);
        assert_eq!(read(&files).unwrap().posts, expected.posts);
    }
    files.reverse();
    assert_eq!(read(&files).unwrap().posts, expected.posts);
    // The same files twice add nothing.
    let twice = [&files[..], &files[..]].concat();
    assert_eq!(read(&twice).unwrap().posts, expected.posts);
}

#[test]
fn what_was_imported_before_is_joined_with() {
    let desk = Desk::new();
    let long = "A title that is long enough to be told by";
    let rows = [
        (1, "2024-01-05 10:30:00", "First"),
        (2, "2024-01-06 08:00:00", long),
        (3, "2024-01-09 08:00:00", "Third"),
    ];
    let archive = desk.file("Shares.csv", shares(&rows));
    let book = creator(&[(1, "1/5/2024")], &[(1, "1/5/2024", "1,234")]);
    let figures = desk.book("analytics.xlsx", book);
    let titles = desk.file("page.csv", page(&[(9, "1/6/2024", long, 20)]));
    let before = read(std::slice::from_ref(&archive)).unwrap();
    let later = super::super::read(
        &[figures.clone(), titles.clone()],
        &before.posts,
        january(400),
    )
    .unwrap();
    let found: Vec<_> = later
        .posts
        .iter()
        .map(|p| (&*p.text, p.impressions))
        .collect();
    assert_eq!(
        found,
        [("First", Some(1_234)), (long, Some(20))],
        "not the third"
    );
    let keys = |of: &[Published]| of.iter().map(|p| p.key.clone()).collect::<Vec<_>>();
    assert_eq!(keys(&later.posts), keys(&before.posts)[..2]);
    assert_eq!(
        joins(&later),
        [(
            2,
            "joined by date and text with a post that was imported before"
        )]
    );
    assert_eq!(later.unmatched, []);

    // The other way round, the number that is known stays.
    let before = read(&[titles]).unwrap();
    let later =
        super::super::read(std::slice::from_ref(&archive), &before.posts, january(400)).unwrap();
    assert_eq!(later.posts.len(), 3);
    assert_eq!(keys(&later.posts)[1], number(9).to_string());
    assert_eq!(later.posts[1].impressions, Some(20));
    let again = super::super::read(&[archive], &later.posts, january(400)).unwrap();
    assert_eq!(again.posts, later.posts);

    let unknown = read(&[figures]).unwrap();
    let reason = &unknown.unmatched[0].reason;
    assert!(
        reason.starts_with("neither a file nor an import before"),
        "{reason}"
    );
}
