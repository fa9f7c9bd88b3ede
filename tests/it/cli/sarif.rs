//! SARIF 2.1.0: what its specification requires, and that it agrees with the JSON.

use serde_json::Value;

use super::{POST, file, run};

const HOSTILE: &str = "é👩‍💻 We recieved it.\r\nIt was \x1b[1mdone\x1b[0m, really?!!\n";

#[test]
fn a_log_has_what_the_specification_requires() {
    let (_one, a) = file("a post é.md", POST);
    let (_two, b) = file("b.md", HOSTILE);
    let (a, b) = (a.to_str().unwrap(), b.to_str().unwrap());
    let log = run(&["analyze", "--format", "sarif", a, b], "")
        .expect(0)
        .json();
    assert_eq!(log["version"], "2.1.0");
    assert!(log["$schema"].as_str().unwrap().contains("sarif-2.1.0"));
    let runs = log["runs"].as_array().unwrap();
    assert_eq!(runs.len(), 1);
    let driver = &runs[0]["tool"]["driver"];
    assert_eq!(driver["name"], "postwright");
    let rules = driver["rules"].as_array().unwrap();
    let results = runs[0]["results"].as_array().unwrap();
    assert_eq!(runs[0]["columnKind"], "unicodeCodePoints");
    let mut files = std::collections::BTreeSet::new();
    for result in results {
        let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(rules[index]["id"], result["ruleId"]);
        assert!(["note", "warning", "error"].contains(&result["level"].as_str().unwrap()));
        assert!(!result["message"]["text"].as_str().unwrap().is_empty());
        let place = &result["locations"][0]["physicalLocation"];
        let uri = place["artifactLocation"]["uri"].as_str().unwrap();
        assert!(uri.bytes().all(|b| b.is_ascii_graphic()), "{uri}");
        let input = if uri.ends_with("b.md") { HOSTILE } else { POST };
        files.insert(uri.to_owned());
        let piece = in_region(input, &place["region"]);
        for fix in result["fixes"].as_array().into_iter().flatten() {
            let change = &fix["artifactChanges"][0];
            assert_eq!(change["artifactLocation"]["uri"], uri);
            let replacement = &change["replacements"][0];
            assert_eq!(in_region(input, &replacement["deletedRegion"]), piece);
            assert!(replacement["insertedContent"]["text"].is_string());
        }
    }
    assert_eq!(files.len(), 2);
    let reports = run(
        &["analyze", "--format", "json", "--only", "findings", a, b],
        "",
    )
    .expect(0)
    .json();
    let found: usize = reports
        .as_array()
        .unwrap()
        .iter()
        .map(|r| r["findings"].as_array().unwrap().len())
        .sum();
    assert_eq!(results.len(), found);
    assert!(rules.len() <= found, "only rules that spoke");
}

/// The text of a region by lines and columns, which must be that of its bytes.
fn in_region<'a>(input: &'a str, region: &Value) -> &'a str {
    let number = |key: &str| usize::try_from(region[key].as_u64().unwrap()).unwrap();
    let at = |line: usize, column: usize| {
        assert!(line >= 1 && column >= 1);
        let start: usize = input
            .split_inclusive('\n')
            .take(line - 1)
            .map(str::len)
            .sum();
        let ahead: usize = input[start..]
            .chars()
            .take(column - 1)
            .map(char::len_utf8)
            .sum();
        start + ahead
    };
    let (start, end) = (
        at(number("startLine"), number("startColumn")),
        at(number("endLine"), number("endColumn")),
    );
    assert_eq!(
        (start, end - start),
        (number("byteOffset"), number("byteLength"))
    );
    &input[start..end]
}

#[test]
fn a_clean_post_makes_an_empty_list() {
    let log = run(&["analyze", "--format", "sarif"], "Fine.")
        .expect(0)
        .json();
    assert_eq!(log["runs"][0]["results"], serde_json::json!([]));
}

#[test]
fn severities_fail_here_too() {
    let over = "word ".repeat(700);
    run(
        &["analyze", "--format", "sarif", "--fail-on", "error"],
        over,
    )
    .expect(1);
}
