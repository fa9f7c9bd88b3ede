//! `analyze --jsonl`: order, ids, bad lines, streaming, a reader that goes away.

use std::io::{BufRead, BufReader, Read, Write};
use std::process::Stdio;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::{file, program, run, schema};

const QUICK: [&str; 4] = ["analyze", "--jsonl", "--only", "text"];

#[test]
fn results_come_in_order_with_their_ids_and_bad_lines_with_their_numbers() {
    let mut input = Vec::new();
    let mut wanted: Vec<(usize, Option<Value>)> = Vec::new();
    for number in 1..=500 {
        let line: Vec<u8> = match number % 50 {
            7 => b"{\"id\": 1, \"text\": ".to_vec(),
            17 => b"{\"id\": \"caf\xe9\", \"text\": \"a\"}".to_vec(),
            27 => format!(r#"{{"id": {number}}}"#).into_bytes(),
            37 => b"  \t".to_vec(),
            _ => {
                let id = match number % 3 {
                    0 => json!(number),
                    1 => json!(format!("post {number}")),
                    _ => json!({"n": [number, null, 1.5]}),
                };
                wanted.push((number, Some(id.clone())));
                // Long and short ones, so that later lines are done first.
                let text = "word ".repeat(if number % 10 == 0 { 5_000 } else { number });
                json!({"text": text, "id": id, "note": "other keys are let through"})
                    .to_string()
                    .into_bytes()
            }
        };
        if matches!(number % 50, 7 | 17 | 27) {
            wanted.push((number, None));
        }
        input.extend(line);
        input.push(b'\n');
    }
    let run = run(&QUICK, input).expect(2);
    let found = run.lines();
    assert_eq!(found.len(), wanted.len(), "blank lines have no result");
    for (object, (number, id)) in found.iter().zip(wanted) {
        assert!(schema::is_valid(object), "{object}");
        match id {
            Some(id) => {
                assert_eq!(object["id"], id);
                assert!(object["text"]["words"].as_u64().unwrap() >= 1);
            }
            None => {
                assert_eq!(object["error"]["line"], number, "{object}");
                assert_eq!(object["error"]["file"], "-");
                assert!(object.get("text").is_none());
                if number % 50 == 27 {
                    assert_eq!(object["id"], number, "an id that can be read is told");
                }
            }
        }
    }
}

#[test]
fn every_kind_of_bad_line_is_told_and_the_run_goes_on() {
    let deep = format!(
        r#"{{"text":"x","id":{}{}}}"#,
        "[".repeat(5_000),
        "]".repeat(5_000)
    );
    let huge = format!(r#"{{"text":"x","id":1{}}}"#, "0".repeat(400));
    let cases: [(&[u8], &str); 14] = [
        (b"nonsense", "not an object"),
        (b"[1, \"text\"]", "not an object"),
        (b"\"text\"", "not an object"),
        (b"{}", "missing field `text`"),
        (br#"{"id":1,"text":null}"#, "invalid type: null"),
        (br#"{"id":1,"text":["a"]}"#, "invalid type"),
        (
            br#"{"id":1,"text":"a"} {"id":2,"text":"b"}"#,
            "trailing characters",
        ),
        (
            br#"{"id":1,"text":"a","text":"b"}"#,
            "duplicate field `text`",
        ),
        (br#"{"id":1,"text":"\ud83d"}"#, "hex escape"),
        (b"{\"id\":1,\"text\":\"a\tb\"}", "control character"),
        (b"{\"id\":1,\"text\":\"\xf0\x9f\"}", "0xf0 at offset 16"),
        (b"\xff\xfe{\0\"\0", "UTF-16"),
        (deep.as_bytes(), "recursion limit"),
        (huge.as_bytes(), "number out of range"),
    ];
    let mut input = Vec::new();
    for (line, _) in cases {
        input.extend(line);
        input.extend(b"\n{\"id\":\"between\",\"text\":\"fine\"}\n");
    }
    let found = run(&QUICK, input).expect(2).lines();
    assert_eq!(found.len(), cases.len() * 2);
    for (i, (pair, (_, wants))) in found.chunks(2).zip(cases).enumerate() {
        let message = pair[0]["error"]["message"].as_str().unwrap();
        assert!(message.contains(wants), "{message}");
        assert!(
            !message.contains("line 1"),
            "the line is told beside it: {message}"
        );
        assert_eq!(pair[0]["error"]["line"], i * 2 + 1);
        assert_eq!(pair[1]["id"], "between");
    }
}

#[test]
fn a_missing_id_is_null_and_a_byte_order_mark_is_no_mistake() {
    let found = run(
        &QUICK,
        "\u{feff}{\"text\":\"a b\"}\r\n{\"text\":\"c\",\"id\":false}",
    )
    .expect(0);
    let found = found.lines();
    assert_eq!(
        (&found[0]["id"], &found[0]["text"]["words"]),
        (&Value::Null, &json!(2))
    );
    assert_eq!(found[1]["id"], false);
}

#[test]
fn several_streams_say_whose_line_it_was() {
    let (_one, good) = file("good.jsonl", "{\"id\":1,\"text\":\"a\"}\n");
    let (_two, bad) = file("bad.jsonl", "\n{\"id\":2,\"text\":\"b\"}\nbad\n");
    let (good, bad) = (good.to_str().unwrap(), bad.to_str().unwrap());
    let args = [&QUICK[..], &[good, "no/such/file", bad]].concat();
    let run = run(&args, "").expect(2);
    let found = run.lines();
    assert_eq!((&found[0]["id"], &found[1]["id"]), (&json!(1), &json!(2)));
    assert_eq!(
        (&found[2]["error"]["file"], &found[2]["error"]["line"]),
        (&json!(bad), &json!(3))
    );
    assert!(run.err.contains("no/such/file: cannot read"), "{}", run.err);
}

#[test]
fn findings_and_bad_lines_make_the_exit_code() {
    let judge = ["analyze", "--jsonl", "--only", "text", "--fail-on", "error"];
    let fine = json!({"id": 1, "text": "Short and fine."}).to_string();
    let over = json!({"id": 2, "text": "word ".repeat(700)}).to_string();
    run(&judge, &fine).expect(0);
    let run_over = run(&judge, format!("{over}\n{fine}")).expect(1);
    assert!(run_over.lines().iter().all(|r| r.get("findings").is_none()));
    run(&judge, format!("{over}\nbad\n{fine}")).expect(2);
}

/// Rules of the grammar checker that wrote to the terminal: one of them waited for ever for the
/// lock of standard output.
#[test]
fn a_checker_that_finds_something_writes_nothing_itself() {
    let posts = [
        "We are looking forward to meet you in Oslo.",
        "It is a chicken egg problem for all of us.",
    ];
    let input: Vec<String> = posts
        .iter()
        .map(|p| json!({"text": p}).to_string())
        .collect();
    let run = run(
        &["analyze", "--jsonl", "--only", "findings"],
        input.join("\n"),
    )
    .expect(0);
    assert_eq!(run.err, "");
    let lines = run.lines();
    assert_eq!(lines.len(), posts.len());
    let rule = &lines[0]["findings"][0]["rule"];
    assert_eq!(rule, "grammar/looking-forward-to-doing", "{}", lines[0]);
}

#[test]
fn jsonl_implies_its_format() {
    run(
        &["analyze", "--jsonl", "--format", "jsonl", "--only", "text"],
        "",
    )
    .expect(0);
    for format in ["human", "json", "sarif"] {
        let refused = run(&["analyze", "--jsonl", "--format", format], "").expect(2);
        assert!(refused.err.contains("--jsonl") && refused.err.contains("help: "));
    }
}

#[test]
fn a_result_is_there_before_the_next_line_is() {
    let mut child = program()
        .args(QUICK)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    let mut output = BufReader::new(child.stdout.take().unwrap());
    for id in 0..3 {
        writeln!(input, "{}", json!({"id": id, "text": "a"})).unwrap();
        let mut line = String::new();
        output.read_line(&mut line).unwrap();
        let result: Value = serde_json::from_str(&line).unwrap();
        assert_eq!(result["id"], id);
    }
    drop(input);
    assert!(child.wait().unwrap().success());
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let line = json!({"id": 1, "text": "A reader that goes away."}).to_string() + "\n";
    let mut child = program()
        .args(QUICK)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    let feeder = std::thread::spawn(move || while input.write_all(line.as_bytes()).is_ok() {});
    let mut output = BufReader::new(child.stdout.take().unwrap());
    output.read_line(&mut String::new()).unwrap();
    drop(output);
    let began = Instant::now();
    let status = child.wait().unwrap();
    assert!(began.elapsed() < Duration::from_secs(20));
    feeder.join().unwrap();
    let mut err = String::new();
    child
        .stderr
        .take()
        .unwrap()
        .read_to_string(&mut err)
        .unwrap();
    assert_eq!((status.code(), err.as_str()), (Some(0), ""));
}

#[test]
fn the_input_is_not_held_in_memory() {
    let mut child = program()
        .args(QUICK)
        .args(["--workers", "2"])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    let line = json!({"id": 1, "text": "A line of some length. ".repeat(200)}).to_string() + "\n";
    let mut feed = |bytes: usize| {
        for _ in 0..bytes / line.len() {
            input.write_all(line.as_bytes()).unwrap();
        }
        peak_kib(child.id())
    };
    let (few, many) = (feed(4 << 20), feed(24 << 20));
    drop(input);
    assert!(child.wait().unwrap().success());
    if let (Some(few), Some(many)) = (few, many) {
        assert!(many < few + (12 << 10), "{few} KiB, then {many} KiB");
    }
}

/// The most memory that a process has held, where the system tells.
fn peak_kib(pid: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let line = status.lines().find_map(|l| l.strip_prefix("VmHWM:"))?;
    line.split_whitespace().next()?.parse().ok()
}
