//! `export`, in every form.

use postwright::post::little_text;

use super::{POST, file, run};

fn exported(form: &str, post: &str) -> String {
    run(&["export", "--as", form], post).expect(0).out
}

#[test]
fn plain_is_the_default_and_leaves_clean_text_alone() {
    assert_eq!(run(&["export"], POST).expect(0).out, POST);
    let (_keep, path) = file("post.md", POST);
    assert_eq!(
        run(&["export", path.to_str().unwrap()], "").expect(0).out,
        POST
    );
    assert_eq!(exported("plain", ""), "");
    assert_eq!(
        exported("plain", "no line break at the end"),
        "no line break at the end"
    );
}

#[test]
fn plain_is_free_of_controls_and_comments_and_loses_nothing_else() {
    let post = "a\x1b[31mb\0\r\n<!-- postwright: off style -->\r\n<!-- mine -->\r\nᵐ 𝗕 \u{200b}\u{202e}é 👩‍💻\t.";
    assert_eq!(
        exported("plain", post),
        "ab\n<!-- mine -->\nᵐ 𝗕 \u{200b}\u{202e}é 👩‍💻\t."
    );
}

#[test]
fn little_text_escapes_what_is_reserved_and_comes_back() {
    assert_eq!(
        exported("little-text", "Hi @you (#1_a) *b* ~c~ <d> [e] {f} g|h\\"),
        r"Hi \@you \(\#1\_a\) \*b\* \~c\~ \<d\> \[e\] \{f\} g\|h\\"
    );
    let hostile = "\\\\|{}@[]()<>#*_~ é 👩‍💻\n\\n \\@ (a\\)";
    for post in [POST, hostile] {
        assert_eq!(
            little_text::unescape(&exported("little-text", post)),
            exported("plain", post)
        );
    }
}

#[test]
fn unicode_safe_makes_styled_letters_plain_and_takes_hidden_ones_out() {
    let post = "𝗕𝗼𝗹𝗱 𝘪𝘵 a\u{200b}b\u{202e}c\u{feff} 👩‍💻 é ½ naïve 日本";
    let safe = exported("unicode-safe", post);
    assert_eq!(safe, "Bold it abc 👩‍💻 é ½ naïve 日本");
    assert_eq!(exported("unicode-safe", &safe), safe);
}

#[test]
fn a_comment_that_cannot_be_read_is_told_and_never_published() {
    let run = run(&["export"], "one\n<!-- postwright: of style -->\ntwo").expect(2);
    assert_eq!(run.out, "one\ntwo", "the text is there nonetheless");
    assert!(
        run.err.contains("-:2:") && run.err.contains("`of`"),
        "{}",
        run.err
    );
    assert!(run.err.contains("help: "), "{}", run.err);
}
