//! Each kind of file by itself.

use rust_xlsxwriter::{ExcelDateTime, Format};

use super::*;

#[test]
fn our_csv_in_any_order_with_what_it_has() {
    let desk = Desk::new();
    let imported = desk.csv(
        "followers,Text,mood,date,impressions,reactions,comments,shares\r\n\
         900,\"Hello, world\r\nSecond line\",good,2024-01-05,\"1,234\",56,7,8\r\n\
         ,Only a text,,,,,,\r\n",
    );
    let [first, second] = &imported.posts[..] else {
        panic!("{imported:?}")
    };
    assert_eq!(first.text, "Hello, world\nSecond line");
    assert_eq!(first.date, Some(january(5)));
    assert_eq!(
        (first.impressions, first.reactions),
        (Some(1_234), Some(56))
    );
    assert_eq!((first.comments, first.shares), (Some(7), Some(8)));
    assert_eq!((first.followers, first.url.as_deref()), (Some(900), None));
    assert_eq!(
        (first.key.len(), second.date, second.impressions),
        (64, None, None)
    );
    assert_eq!(
        notes(&imported),
        [
            (1, "columns that are not used: \"mood\""),
            (
                4,
                "no date: nobody knows what came before, so no forecast is tried on it"
            ),
        ]
    );
    let columns: Vec<_> = imported
        .columns
        .iter()
        .map(|c| (&*c.header, c.column))
        .collect();
    assert_eq!(
        columns[..3],
        [
            ("followers", Column::Followers),
            ("Text", Column::Text),
            ("date", Column::Date),
        ]
    );
    assert!(imported.skipped.is_empty() && imported.unmatched.is_empty());
}

#[test]
fn rows_that_cannot_be_used_say_where_and_why() {
    let desk = Desk::new();
    let long = "x".repeat(65_537);
    let imported = desk.csv(&format!(
        "date,text,impressions,reactions\n\
         2024-01-01,  ,,\n\
         soon,A,1,1\n\
         2024-01-02,B,-5,1\n\
         2024-01-03,C,5,many\n\
         2024-01-04,D,5,6\n\
         2024-01-05,{long},5,6\n\
         2024-01-06,unquoted, with a comma,5,6\n\
         2024-01-04,D,9,2\n\
         2024-01-07,E,1.5,\n\
         2024-01-08,\"never closed\nto its end,5,6\n"
    ));
    assert_eq!(texts(&imported), ["D"]);
    assert_eq!(imported.posts[0].impressions, Some(9));
    assert_eq!(imported.posts[0].reactions, Some(6));
    assert_eq!(
        reasons(&imported),
        [
            (2, "the text is empty"),
            (
                3,
                "the date cannot be read: \"soon\"; write it like 2024-12-31, in 2003 or later"
            ),
            (4, "impressions is negative: \"-5\""),
            (5, "reactions is no whole number: \"many\""),
            (
                7,
                "the text has 65537 bytes, at most 65536 are read: is a quotation mark missing?"
            ),
            (
                8,
                "5 fields where the header has 4: put the text in double quotes"
            ),
            (
                9,
                "the post of line 6 again; the larger figures of both are kept"
            ),
            (10, "impressions is no whole number: \"1.5\""),
            (
                11,
                "2 fields where the header has 4: is a quotation mark missing?"
            ),
        ]
    );
    assert_eq!(
        notes(&imported),
        [(
            6,
            "fewer impressions (5) than reactions (6): are the columns right?"
        )]
    );
}

#[test]
fn the_archive_gives_date_url_and_the_text_as_it_was() {
    let desk = Desk::new();
    let file = desk.file(
        "Shares.csv",
        format!(
            "Date,ShareLink,ShareCommentary,SharedUrl,MediaUrl,Visibility\n\
             2024-01-05 10:30:00,{},\"One\"\"\n\"\"\"\"\n\"\"Three \"\"\"\"quoted\"\"\"\".\",,,MEMBER_NETWORK\n\
             2024-01-06 00:00:00,{},Plain,https://example.com/a,,MEMBER_NETWORK\n\
             2024-01-07 00:00:00,{},,https://example.com/b,,MEMBER_NETWORK\n",
            share(1),
            share(2),
            share(3)
        ),
    );
    let imported = read(&[file]).unwrap();
    assert_eq!(texts(&imported), ["One\n\nThree \"quoted\".", "Plain"]);
    let first = &imported.posts[0];
    assert_eq!(first.key, number(1).to_string());
    assert_eq!(first.url, Some(share(1)));
    assert_eq!(first.date, Some(january(5) + 37_800_000));
    assert_eq!((first.impressions, first.followers), (None, None));
    assert_eq!(reasons(&imported), [(6, "the text is empty")]);
}

/// The workbook of a creator's analytics, with its sheets of other things.
pub(super) fn creator(left: &[(u64, &str)], right: &[(u64, &str, &str)]) -> Workbook {
    let mut book = Workbook::new();
    sheet(
        &mut book,
        "DISCOVERY",
        &[
            &["Overall Performance", "1/1/2024 - 1/31/2024"],
            &["Impressions", "12,345"],
        ],
    );
    sheet(
        &mut book,
        "ENGAGEMENT",
        &[
            &["Date", "Impressions", "Engagements"],
            &["1/1/2024", "5", "1"],
        ],
    );
    let top = sheet(
        &mut book,
        "TOP POSTS",
        &[
            &["Maximum of 50 posts available to include in this list"],
            &[],
            &[
                "Post URL",
                "Post publish date",
                "Engagements",
                "",
                "Post URL",
                "Post publish date",
                "Impressions",
            ],
        ],
    );
    for (r, (post, date)) in (3..).zip(left) {
        top.write_string(r, 0, activity(*post)).unwrap();
        top.write_string(r, 1, *date).unwrap();
        top.write_number(r, 2, 9).unwrap();
    }
    for (r, (post, date, shown)) in (3..).zip(right) {
        top.write_string(r, 4, activity(*post)).unwrap();
        top.write_string(r, 5, *date).unwrap();
        top.write_string(r, 6, *shown).unwrap();
    }
    sheet(
        &mut book,
        "FOLLOWERS",
        &[
            &["Total followers on 1/31/2024:", "900"],
            &["Date", "New followers"],
            &["1/1/2024", "3"],
        ],
    );
    book
}

#[test]
fn a_creators_workbook_has_figures_that_need_texts() {
    let desk = Desk::new();
    let book = creator(
        &[(1, "1/5/2024"), (2, "1/6/2024")],
        &[(1, "1/5/2024", "1,234")],
    );
    let imported = read(&[desk.book("analytics.xlsx", book)]).unwrap();
    assert!(imported.posts.is_empty() && imported.skipped.is_empty());
    let unmatched: Vec<_> = imported
        .unmatched
        .iter()
        .map(|u| (u.line, u.url.clone()))
        .collect();
    assert_eq!(unmatched, [(4, Some(activity(1))), (5, Some(activity(2)))]);
    assert!(imported.unmatched[0].reason.contains("give Shares.csv"));
    assert_eq!(
        notes(&imported),
        [
            (1, "sheets without posts: DISCOVERY, ENGAGEMENT, FOLLOWERS"),
            (3, "columns that are not used: \"Engagements\""),
            (
                4,
                "dates like \"1/5/2024\" are read as month/day/year: no row has a day over 12, and \
                 LinkedIn writes them so; where that is wrong, write them like 2024-12-31"
            ),
        ]
    );
    let columns = imported
        .columns
        .iter()
        .map(|c| (c.sheet.as_deref(), c.column));
    let top = Some("TOP POSTS");
    assert_eq!(
        columns.collect::<Vec<_>>(),
        [
            (top, Column::Url),
            (top, Column::Date),
            (top, Column::Url),
            (top, Column::Date),
            (top, Column::Impressions),
        ]
    );
}

#[test]
fn a_pages_workbook_has_texts_and_figures() {
    let desk = Desk::new();
    let mut book = Workbook::new();
    sheet(
        &mut book,
        "Metrics",
        &[&["Date", "Impressions"], &["01/05/2024", "7"]],
    );
    let head = [
        "Post title",
        "Post link",
        "Post type",
        "Created date",
        "Impressions",
        "Clicks",
        "Likes",
        "Comments",
        "Reposts",
        "Engagement rate",
    ];
    let posts = sheet(
        &mut book,
        "All posts",
        &[&["Posts of the last 30 days, times in UTC."], &head],
    );
    let date = Format::new().set_num_format("yyyy-mm-dd hh:mm");
    let at = ExcelDateTime::from_ymd(2024, 1, 5)
        .unwrap()
        .and_hms(10, 30, 0)
        .unwrap();
    posts.write_string(2, 0, "A title").unwrap();
    posts.write_string(2, 1, activity(1)).unwrap();
    posts.write_datetime_with_format(2, 3, &at, &date).unwrap();
    for (column, value) in [
        (4, 1_234.0),
        (5, 3.0),
        (6, 56.0),
        (7, 7.0),
        (8, 8.0),
        (9, 0.06),
    ] {
        posts.write_number(2, column, value).unwrap();
    }
    // A serial date without its format, and a figure that is none.
    posts.write_string(3, 0, "Another").unwrap();
    posts.write_number(3, 3, 45_296).unwrap();
    posts.write_string(4, 0, "A third").unwrap();
    posts.write_number(4, 4, -1).unwrap();
    let imported = read(&[desk.book("page.xlsx", book)]).unwrap();
    let [another, title] = &imported.posts[..] else {
        panic!("{imported:?}")
    };
    assert_eq!(
        (&*another.text, another.date),
        ("Another", Some(january(5)))
    );
    assert_eq!(title.date, Some(january(5) + 37_800_000));
    assert_eq!(
        (title.impressions, title.reactions),
        (Some(1_234), Some(56))
    );
    assert_eq!((title.comments, title.shares), (Some(7), Some(8)));
    assert_eq!(reasons(&imported), [(5, "impressions is negative: \"-1\"")]);
}

#[test]
fn a_single_posts_workbook_has_labels_in_front() {
    let desk = Desk::new();
    let mut book = Workbook::new();
    sheet(
        &mut book,
        "PERFORMANCE",
        &[
            &["Post URL", &activity(1)],
            &["Post Date", "Jan 5, 2024"],
            &["Post Publish Time", "10:30 AM"],
            &[],
            &["Impressions", "1,234"],
            &["Members reached", "900"],
            &["Reactions", "56"],
            &["Comments", "7"],
            &["Reposts", "8"],
        ],
    );
    let figures = desk.book("PostAnalytics.xlsx", book);
    let text = desk.file("mine.csv", format!("url,text\n{},Mine\n", activity(1)));
    let imported = read(&[figures, text]).unwrap();
    let [post] = &imported.posts[..] else {
        panic!("{imported:?}")
    };
    assert_eq!((&*post.text, post.date), ("Mine", Some(january(5))));
    assert_eq!((post.impressions, post.reactions), (Some(1_234), Some(56)));
    assert_eq!((post.comments, post.shares), (Some(7), Some(8)));
}

#[test]
fn separators_and_encodings_make_no_difference() {
    let desk = Desk::new();
    let text = "date,text,impressions\r\n2024-01-05,\"Café 👩‍💻\",\"1.234\"\r\n";
    let expected = desk.csv(text).posts;
    assert_eq!(expected[0].impressions, Some(1_234));
    let utf16 = |text: &str| -> Vec<u8> {
        text.encode_utf16()
            .fold(vec![0xff, 0xfe], |mut bytes, unit| {
                bytes.extend(unit.to_le_bytes());
                bytes
            })
    };
    for (name, bytes) in [
        ("semicolon.csv", text.replace(',', ";").into_bytes()),
        ("tab.tsv", text.replace(',', "\t").into_bytes()),
        ("mark.csv", format!("\u{feff}{text}").into_bytes()),
        ("lines.csv", text.replace('\r', "").into_bytes()),
        ("utf16.csv", utf16(&text.replace(',', "\t"))),
    ] {
        assert_eq!(
            read(&[desk.file(name, bytes)]).unwrap().posts,
            expected,
            "{name}"
        );
    }
    let error = read(&[desk.file("latin.csv", b"text\ncaf\xe9")])
        .unwrap_err()
        .to_string();
    assert!(error.contains("latin.csv: not UTF-8: byte 0xe9"), "{error}");
}

#[test]
fn days_come_first_where_the_column_says_so() {
    let desk = Desk::new();
    let imported = desk.csv("date,text\n05/01/2024,A\n31/01/2024,B\n");
    let dates: Vec<_> = imported.posts.iter().map(|post| post.date).collect();
    assert_eq!(dates, [Some(january(5)), Some(january(31))]);
    assert_eq!(
        notes(&imported),
        [(
            2,
            "dates like \"05/01/2024\" are read as day/month/year: line 3 has a day over 12"
        )]
    );
}

#[test]
fn dates_and_quotes_that_can_hardly_be_right_are_told() {
    let desk = Desk::new();
    let imported = desk.csv(
        "date,text\n2099-01-05,Later\n2024-01-05,Then\n,Never\n2024-01-06,\"Open\n2024-01-07,Lost\n",
    );
    assert_eq!(texts(&imported), ["Then", "Later", "Never"]);
    let lines: Vec<_> = notes(&imported).iter().map(|(line, _)| *line).collect();
    assert_eq!(lines, [2, 4]);
    assert!(notes(&imported)[0].1.contains("in the future"));
    assert!(notes(&imported)[1].1.starts_with("no date"));
    let [(5, open)] = reasons(&imported)[..] else {
        panic!("{imported:?}")
    };
    assert!(
        open.starts_with("its last quotation mark is missing"),
        "{open}"
    );
    let many = desk.csv("text\nB\nC\nD\nE\nF\nG\n");
    let [(2, told)] = notes(&many)[..] else {
        panic!("{many:?}")
    };
    assert!(
        told.starts_with("6 rows from here on have no date"),
        "{told}"
    );
}

#[test]
fn a_file_without_posts_says_what_it_has() {
    let desk = Desk::new();
    let error = read(&[desk.file("list.csv", "Name,Age\nA,1\n")])
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("list.csv: no table of posts: begins with \"Name\", \"Age\""),
        "{error}"
    );
    let mut book = Workbook::new();
    sheet(&mut book, "Sums", &[&["Total", "5"]]);
    let error = read(&[desk.book("sums.xlsx", book)])
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("\"Sums\" begins with \"Total\", \"5\""),
        "{error}"
    );
}

#[test]
fn what_a_terminal_could_act_on_stays_out() {
    let desk = Desk::new();
    let imported =
        desk.csv("text,url,\x1b[2Jodd\nA\x1b]0;x\x07\x08B\tC,https://lnkd.in/\x1b[31ma,\n");
    let post = &imported.posts[0];
    assert_eq!(
        (&*post.text, post.url.as_deref()),
        ("AB\tC", Some("https://lnkd.in/a"))
    );
    let file = desk.file("bad\x1b[2J.csv", "text,date\nA,\x1b[31msoon\n");
    let said = serde_json::to_string(&[imported, read(&[file]).unwrap()]).unwrap();
    assert!(!said.contains("\\u001b"), "{said}");
}
