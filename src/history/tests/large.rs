//! A thousand posts, and sheets that claim to be larger than memory.

use std::fmt::Write;
use std::time::Instant;

use super::*;

const POSTS: u64 = 1_000;

fn text(n: u64) -> String {
    format!(
        "Post {n}, \"quoted\"; with\ttab\nand a line of {}",
        "words ".repeat(40)
    )
}

fn expected() -> Vec<Published> {
    (0..POSTS)
        .map(|n| Published {
            key: number(n).to_string(),
            date: Some(january(1) + i64::try_from(n).unwrap() * 60_000),
            text: text(n).trim().to_owned(),
            url: Some(activity(n)),
            impressions: Some(n * 1_000),
            reactions: Some(n),
            comments: None,
            shares: Some(0),
            followers: Some(5_000),
        })
        .collect()
}

fn minute(n: u64) -> String {
    format!("2024-01-01T{:02}:{:02}:00Z", n / 60, n % 60)
}

fn csv_of_all() -> String {
    (0..POSTS).fold(
        "url,date,text,impressions,reactions,shares,followers\n".to_owned(),
        |mut all, n| {
            let text = text(n).replace('"', "\"\"");
            writeln!(
                all,
                "{},{},\"{text}\",{},{n},0,5000",
                activity(n),
                minute(n),
                n * 1_000
            )
            .unwrap();
            all
        },
    )
}

fn book_of_all() -> Workbook {
    let mut book = Workbook::new();
    let head = [
        "Post link",
        "Created date",
        "Post title",
        "Impressions",
        "Likes",
        "Reposts",
        "Followers",
    ];
    let posts = sheet(&mut book, "All posts", &[&head]);
    for n in 0..POSTS {
        let row = u32::try_from(n).unwrap() + 1;
        for (column, text) in (0..).zip([activity(n), minute(n), text(n)]) {
            posts.write_string(row, column, text).unwrap();
        }
        for (column, value) in (3..).zip([n * 1_000, n, 0, 5_000]) {
            posts
                .write_number(row, column, u32::try_from(value).unwrap())
                .unwrap();
        }
    }
    book
}

#[test]
fn a_thousand_posts_come_back_as_they_were() {
    let desk = Desk::new();
    let csv = read(&[desk.file("posts.csv", csv_of_all())]).unwrap();
    assert_eq!(csv.posts, expected());
    let book = read(&[desk.book("posts.xlsx", book_of_all())]).unwrap();
    assert_eq!(book.posts, expected());
    for imported in [csv, book] {
        assert_eq!((imported.skipped.len(), imported.unmatched.len()), (0, 0));
    }
}

#[test]
fn a_cell_far_out_takes_no_memory() {
    let desk = Desk::new();
    let mut book = Workbook::new();
    let far = sheet(
        &mut book,
        "posts",
        &[&["text", "date"], &["Hello", "2024-01-05"]],
    );
    far.write_string(1_048_575, 16_383, "far").unwrap();
    let imported = read(&[desk.book("far.xlsx", book)]).unwrap();
    assert_eq!(texts(&imported), ["Hello"]);
}

#[test]
fn a_sheet_of_too_many_cells_is_refused() {
    let desk = Desk::new();
    let mut book = Workbook::new();
    let wide = sheet(&mut book, "wide", &[&["text", "date"]]);
    for row in 1..8_000 {
        wide.write_string(row, 255, "x").unwrap();
    }
    let error = read(&[desk.book("wide.xlsx", book)])
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("wide.xlsx: the sheet \"wide\" has more than 2000000 cells"),
        "{error}"
    );
}

/// Prints a duration; run with `--ignored --nocapture`.
#[test]
#[ignore = "prints how long it takes"]
fn time_of_a_thousand_rows() {
    let desk = Desk::new();
    for file in [
        desk.file("posts.csv", csv_of_all()),
        desk.book("posts.xlsx", book_of_all()),
    ] {
        let size = fs::metadata(&file).unwrap().len();
        let start = Instant::now();
        let posts = read(std::slice::from_ref(&file)).unwrap().posts.len();
        println!(
            "{posts} posts of {size} bytes in {:?}: {}",
            start.elapsed(),
            file.display()
        );
    }
}
