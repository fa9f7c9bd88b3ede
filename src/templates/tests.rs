//! Tests of the whole room; those of what is shipped stand in a file of their own.

mod shipped;

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::symlink;
use std::os::unix::net::UnixListener;
use std::path::Path;

use proptest::prelude::*;

use super::*;

fn values<const N: usize>(pairs: [(&str, &str); N]) -> BTreeMap<String, String> {
    pairs.map(|(k, v)| (k.to_owned(), v.to_owned())).into()
}

fn parse(source: &str) -> Result<Template, Problem> {
    Template::parse("t", source, None).map_err(|f| f.of(Path::new("t.md"), source))
}

fn text(source: &str) -> Text {
    parse(source).unwrap().text
}

/// The library over a folder, and what its problems say, without the folder.
fn read(folder: &Path) -> (Library, Vec<String>) {
    let (library, problems) = Library::read(Some(folder));
    let prefix = format!("{}/", folder.display());
    let told = problems.iter().map(|p| p.to_string().replace(&prefix, ""));
    (library, told.collect())
}

/// As [`read`], over a folder of these files.
fn library(files: &[(&str, &str)]) -> (Library, Vec<String>) {
    let dir = tempfile::tempdir().unwrap();
    for (name, text) in files {
        fs::write(dir.path().join(name), text).unwrap();
    }
    read(dir.path())
}

/// That each problem starts as it should, and says what to do.
#[track_caller]
fn assert_told(problems: &[String], wanted: &[&str]) {
    assert_eq!(problems.len(), wanted.len(), "{problems:#?}");
    for (told, wanted) in problems.iter().zip(wanted) {
        assert!(told.starts_with(wanted), "{told}\nis not: {wanted}");
        let help = told.split_once("\n  help: ").map(|(_, help)| help);
        assert!(help.is_some_and(|h| !h.is_empty()), "{told}");
    }
}

#[test]
fn front_matter_describes_what_the_text_uses_in_its_order() {
    let template = parse(
        "+++\ntitle = \"T\"\ndescription = 'd'\n[variables.a]\nlabel = \"An A\"\ndefault = \"x\"\n\
         [variables.c]\nrequired = false\n+++ \n\n  Body {{ b_1 }} {{a}}{{c}} {{a| own }} {{d|}}\n",
    )
    .unwrap();
    assert_eq!((&*template.title, &*template.description), ("T", "d"));
    let variables = template.text.variables().iter();
    let told = variables.map(|v| (&*v.name, &*v.label, v.default.as_deref(), v.required));
    assert!(told.eq([
        ("b_1", "b 1", None, true),
        ("a", "An A", Some("x"), false),
        ("c", "c", None, false),
        ("d", "d", Some(""), false),
    ]));
    let fill = |v| template.text.fill(&v).unwrap();
    assert_eq!(fill(values([("b_1", "B")])), "  Body B x own \n");
    let all = values([("b_1", "B"), ("a", "A"), ("c", ""), ("z", "")]);
    assert_eq!(fill(all), "  Body B A A \n");
    assert_eq!(parse("no front matter").unwrap().title, "t");
}

#[test]
fn what_is_required_is_missed_once_in_order() {
    let front = "+++\nvariables.c = {default = 'x', required = true}\n+++\n";
    let text = text(&format!("{front}{{{{b}}}}{{{{a}}}}{{{{b}}}}{{{{c}}}}"));
    let missing = text.fill(&values([("a", " "), ("c", "")])).unwrap_err();
    assert_eq!(missing.names, ["b", "a", "c"]);
    let filled = text.fill(&values([("a", "1"), ("b", "2")]));
    assert_eq!(filled.unwrap(), "212x");
}

#[test]
fn values_and_escaped_braces_are_never_parsed() {
    let text = text(r"\{{a}} {{a}} \\{{a}} }} {{a|}}} \{{{");
    let filled = text.fill(&values([("a", r"{{b}}\{{")])).unwrap();
    assert_eq!(filled, r"{{a}} {{b}}\{{ \{{a}} }} {{b}}\{{} {{{");
    assert_eq!(text.variables().len(), 1);
}

#[test]
fn a_draft_leads_to_what_is_not_filled_in() {
    let text = text("+++\nvariables.o.required = false\n+++\né {{a}}, {{b|x}}, {{c}}, {{o}}{{a}}");
    let draft = text.draft(&values([("c", "C"), ("a", " ")]));
    assert_eq!(draft.text, "é [a], x, C, [a]");
    let places = draft.places.iter();
    let shown = places.map(|p| (&*p.variable, p.span.start, p.span.of(&draft.text)));
    assert!(shown.eq([
        ("a", 3, "[a]"),
        ("b", 8, "x"),
        ("o", 14, ""),
        ("a", 14, "[a]")
    ]));
}

#[test]
fn a_mistake_has_its_place_and_a_remedy() {
    for case in [
        "1:3: `{{` is not closed <- é {{a",
        "2:7: `{{` is not closed <- a\n{{a}} {{b\n}}",
        "1:1: `{{` is not closed <- {{a {{b}}",
        "1:6: `1a` is no name <- x {{ 1a }}",
        "1:3: `` is no name <- {{}}",
        "1:3: `ä` is no name <- {{ä}}",
        "4:5: `b c` is no name <- +++\n+++\n\na {{b c}}",
        "3:12: the variable `b` is not used <- +++\n[variables.x]\n[variables.b]\n+++\n{{x}}",
        "2:13: `a b` is no name <- +++\n[variables.'a b']\n+++\nx",
        "2:1: unknown field `titel` <- +++\ntitel = 'x'\n+++\nx",
        "3:1: unknown field `lable` <- +++\n[variables.x]\nlable = ''\n+++\n{{x}}",
        "2:9: invalid type <- +++\ntitle = 3\n+++\nx",
        "2:9: it is blank, or holds line breaks <- +++\ntitle = \"a\\nb\"\n+++\nx",
        "2:10: it is blank <- +++\ntitle = ' '\n+++\nx",
        "2:15: it holds the control character U+001B <- +++\ndescription = \"\\u001b\"\n+++\nx",
        "2:10: invalid basic string <- +++\ntitle = \"\n+++\nx",
        "1:1: the front matter is not closed <- +++\ntitle = 'x'\nx",
        "4:3: it holds the control character U+009B <- +++\n+++\na\n b\u{9b}",
        "1:2: it holds the control character U+000D <- a\rb",
        "4:1: there is no text <- +++\n+++\n \n",
        "1:1: there is no text <- ",
    ] {
        let (wanted, source) = case.split_once(" <- ").unwrap();
        let told = parse(source).unwrap_err().to_string();
        assert_told(&[told], &[&format!("t.md:{wanted}")]);
    }
}

#[test]
fn a_wrong_hook_or_call_hides_no_other() {
    let hooks = "[[hook]]\nname = 'a'\nkind = 'claim'\ntext = 'x {{'\n\
         [[hook]]\nname = 'b'\nkind = 'story'\ntext = \"\"\"\n{{n}}\n\\u00e9 {{1}}\"\"\"\n\
         [[hook]]\nname = 'c'\nkind = 'number'\ntext = '{{n|1}}'\nvariables.n.label = 'N'\n\
         [[hook]]\nname = 'c'\nkind = 'number'\ntext = 'again'\n\
         [[hook]]\nname = \"d\\u001b\"\nkind = 'number'\ntext = 'x'\n";
    let calls = "[[call]]\nname = 'a'\nkind = 'bait'\ntext = 'x'\n";
    let (with, problems) = library(&[("hooks.toml", hooks), ("calls.toml", calls)]);
    let wanted = [
        "calls.toml:3:8: unknown variant `bait`",
        "hooks.toml:4:11: `{{` is not closed",
        // An escape hides the place within the string.
        "hooks.toml:8:8: `1` is no name",
        "hooks.toml:17:9: there is a `c` above",
        "hooks.toml:21:8: it is blank, or holds line breaks or other control characters",
    ];
    assert_told(&problems, &wanted);
    let own = with.hooks.values().filter(|h| h.file.is_some());
    assert!(own.map(|h| &*h.name).eq(["c"]));
    assert_eq!(with.hooks["c"].kind, HookKind::Number);
    assert_eq!(with.hooks["c"].text.variables()[0].label, "N");

    let call = "[[call]]\nname = 'a'\nkind = 'question'\ntext = 'x'\n";
    let (_, problems) = library(&[("hooks.toml", call), ("calls.toml", "[[call]]\nname = 'a'")]);
    let wanted = [
        "calls.toml:1:1: missing field `kind`",
        "hooks.toml:1:3: unknown key `call`",
    ];
    assert_told(&problems, &wanted);
}

#[test]
fn own_files_replace_what_is_shipped_and_broken_ones_do_not() {
    let (shipped, _) = Library::read(None);
    let (with, problems) = library(&[
        ("hiring.md", "mine"),
        ("thank-you.txt", "{{"),
        ("Q&A (é).TXT", "\u{feff}a\r\nb\r\n"),
        (
            "hooks.toml",
            "[[hook]]\nname = 'asked'\nkind = 'claim'\ntext = 'mine'\n",
        ),
        (
            "calls.toml",
            "[[call]]\nname = '0'\nkind = 'share'\ntext = 'mine'\n",
        ),
    ]);
    assert_told(&problems, &["thank-you.txt:1:1: "]);
    let text = |t: &Text| t.draft(&BTreeMap::new()).text;
    assert_eq!(text(&with.templates["hiring"].text), "mine");
    assert_eq!(text(&with.templates["Q&A (é)"].text), "a\nb\n");
    assert_eq!(with.templates["thank-you"], shipped.templates["thank-you"]);
    assert_eq!(with.templates.len(), shipped.templates.len() + 1);
    assert_eq!(with.hooks["asked"].kind, HookKind::Claim);
    assert_eq!(with.hooks.len(), shipped.hooks.len());
    assert_eq!(text(&with.calls["0"].text), "mine");
    assert_eq!(with.calls.len(), shipped.calls.len() + 1);
}

#[test]
fn a_missing_folder_is_empty_and_what_is_no_folder_is_told() {
    let dir = tempfile::tempdir().unwrap();
    let [missing, file, round] = ["missing", "file", "round"].map(|n| dir.path().join(n));
    assert_told(&read(&missing).1, &[]);
    fs::write(&file, "").unwrap();
    symlink("round", &round).unwrap();
    for folder in [file, round] {
        let (library, problems) = read(&folder);
        assert_told(
            &problems,
            &[&format!("{}: cannot read it: ", folder.display())],
        );
        assert_eq!(library, Library::read(None).0);
    }
}

#[test]
fn what_is_no_template_is_told_or_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    let path = |name: &str| dir.path().join(name);
    for quiet in [".#good.md", "good.md~", "notes.org", "md"] {
        fs::write(path(quiet), "{{").unwrap();
    }
    fs::create_dir(path("a.md")).unwrap();
    let _socket = UnixListener::bind(path("b.md")).unwrap();
    symlink("/dev/zero", path("c.md")).unwrap();
    symlink("d.md", path("d.md")).unwrap();
    symlink("nowhere", path("e.md")).unwrap();
    fs::write(path("f\u{1b}\n.md"), "x").unwrap();
    fs::write(path("good.md"), "x").unwrap();
    fs::write(path("good.txt"), "y").unwrap();
    fs::write(path("hook.toml"), "").unwrap();
    fs::write(path("large.md"), "x".repeat(LARGEST + 1)).unwrap();
    fs::write(path("latin.md"), b"x\n\xc3\xa9 \xe9").unwrap();
    fs::write(path("most.md"), "x".repeat(LARGEST)).unwrap();
    fs::write(dir.path().join(OsStr::from_bytes(b"\xff.md")), "x").unwrap();
    let (library, problems) = read(dir.path());
    let wanted = [
        "a.md: not a file",
        "b.md: not a file",
        "c.md: not a file",
        "d.md: cannot read it: ",
        "e.md: cannot read it: ",
        "f\\u{1b}\\n.md: the name ",
        "good.txt: good.md has the same name",
        "hook.toml: unknown file\n  help: did you mean `hooks.toml`?",
        "large.md: larger than 65536 bytes",
        "latin.md:2:3: not UTF-8",
        "\u{fffd}.md: the name ",
    ];
    assert_told(&problems, &wanted);
    let own = library.templates.values().filter(|t| t.file.is_some());
    assert!(own.map(|t| &*t.name).eq(["good", "most"]));
}

#[test]
fn a_thousand_files_are_read() {
    let names: Vec<_> = (0..1_000).map(|n| format!("n{n:03}.md")).collect();
    let files: Vec<_> = names.iter().map(|n| (n.as_str(), "{{a}}")).collect();
    let (library, problems) = library(&files);
    assert_eq!((library.templates.len(), problems.len()), (1_008, 0));
}

/// Text in which most of what the parser looks for comes up.
const SOURCE: &str =
    r"(\+\+\+\n(title = '.?'\n|\[variables\.a\]\n|.{0,6})*\+\+\+\n)?(\{\{|\}\}|[\\|ab1é\n]|\PC)*";

proptest! {
    #[test]
    fn a_text_is_parsed_or_refused_at_a_place_in_it(source in SOURCE) {
        match parse(&source) {
            Ok(template) => {
                let draft = template.text.draft(&BTreeMap::new());
                for place in &draft.places {
                    prop_assert!(draft.text.get(place.span.start..place.span.end).is_some());
                }
                if let Ok(filled) = template.text.fill(&BTreeMap::new()) {
                    prop_assert_eq!(filled, draft.text);
                }
            }
            Err(Problem::Invalid { line, column, .. }) => {
                let found = source.split('\n').nth(line - 1);
                prop_assert!(found.is_some_and(|l| column <= l.chars().count() + 1));
            }
            Err(other) => prop_assert!(false, "{other}"),
        }
    }

    #[test]
    fn no_text_is_a_panic(source in any::<String>()) {
        let _ = (parse(&source), parse(&format!("+++\n{source}\n+++\nx")));
        let _ = library(&[("hooks.toml", &source)]);
    }

    #[test]
    fn a_text_without_variables_stays_as_it_is(body in "[^\\p{Cc}{+\\s](\\{?[^\\p{Cc}{]|\n|\t)*") {
        let filled = |source: &str| text(source).fill(&BTreeMap::new()).unwrap();
        prop_assert_eq!(&filled(&body), &body);
        prop_assert_eq!(filled(&format!("+++\ntitle = 'x'\n+++\n\n{body}")), body);
    }

    #[test]
    fn values_stand_in_the_text_as_they_are(a in any::<String>(), b in "[{}|a\\\\]+") {
        let text = text("<{{a|}}{{b}}{{a|}}>");
        let filled = text.fill(&values([("a", &a), ("b", &b)])).unwrap();
        prop_assert_eq!(filled, format!("<{a}{b}{a}>"));
    }
}
