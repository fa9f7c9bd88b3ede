//! Whatever the bytes, reading ends with a result or an error.

use std::sync::LazyLock;

use proptest::collection::vec;
use proptest::prelude::*;

use super::formats::creator;
use super::*;

static BOOK: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let mut book = creator(&[(1, "1/5/2024")], &[(1, "1/5/2024", "1,234")]);
    book.save_to_buffer().unwrap()
});

fn survives(bytes: &[u8]) {
    let desk = Desk::new();
    if let Err(error) = read(&[desk.file("garbage", bytes)]) {
        assert!(error.to_string().contains("garbage: "), "{error}");
    }
}

/// `book` with some bytes changed and its end cut off.
fn damaged(book: &'static [u8]) -> impl Strategy<Value = Vec<u8>> {
    let changes = vec((0..book.len(), any::<u8>()), 0..8);
    (changes, book.len() / 2..=book.len()).prop_map(|(changes, end)| {
        let mut bytes = book.to_vec();
        for (at, byte) in changes {
            bytes[at] = byte;
        }
        bytes.truncate(end);
        bytes
    })
}

proptest! {
    #[test]
    fn random_bytes(bytes in vec(any::<u8>(), 0..400)) {
        survives(&bytes);
    }

    #[test]
    fn random_fields_below_a_header(text in "([a-z0-9/:,;.\"\n\r\t é\u{1b}%-]|2024-01-05|urn:li:share:7100000000000000001|12K){0,60}") {
        survives(format!("date,text,url,impressions,reactions\n{text}").as_bytes());
        let units = format!("Date;ShareLink;ShareCommentary\n{text}");
        let units = units.encode_utf16().flat_map(u16::to_le_bytes);
        survives(&[0xff, 0xfe].into_iter().chain(units).collect::<Vec<_>>());
    }

    #[test]
    fn damaged_workbooks(bytes in damaged(&BOOK)) {
        survives(&bytes);
    }
}

#[test]
fn a_cut_workbook_is_told_as_such() {
    let desk = Desk::new();
    let file = desk.file("cut.xlsx", &BOOK[..BOOK.len() / 2]);
    let error = read(&[file]).unwrap_err().to_string();
    assert!(
        error.contains("cut.xlsx: the workbook cannot be read"),
        "{error}"
    );
    let junk = desk.file("junk.xlsx", [0xde, 0xad, 0xbe, 0xef]);
    let error = read(&[junk]).unwrap_err().to_string();
    assert!(error.contains("neither a workbook nor a text"), "{error}");
    let locked = [b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".as_slice(), &[0; 600]].concat();
    let error = read(&[desk.file("locked.xlsx", locked)])
        .unwrap_err()
        .to_string();
    assert!(error.contains("without a password"), "{error}");
}
