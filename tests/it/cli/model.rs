//! The encoder from the command line: vectors, similarity, models that are sound and broken.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use postwright::model::manifest::Storage;
use serde_json::{Value, json};

use super::{POST, Run, feed, file, program, run};
use crate::tiny;

/// A home with a tiny model imported under the name `tiny`.
pub(super) fn home() -> tempfile::TempDir {
    let home = tempfile::tempdir().unwrap();
    let source = home.path().join("source");
    tiny::write(&source, 1);
    let told = import(home.path(), &source, "tiny").expect(0);
    assert!(told.out.contains("imported tiny"), "{}", told.out);
    home
}

fn at(home: &Path) -> Command {
    let mut command = program();
    command.env("XDG_DATA_HOME", home);
    command
}

pub(super) fn run_at(home: &Path, args: &[&str], stdin: &str) -> Run {
    let mut command = at(home);
    command.args(args);
    feed(command, stdin.as_bytes())
}

pub(super) fn import(home: &Path, folder: &Path, name: &str) -> Run {
    let folder = folder.to_str().unwrap();
    run_at(home, &["models", "import", folder, "--as", name], "")
}

pub(super) fn folder(home: &Path, name: &str) -> std::path::PathBuf {
    home.join("postwright/models").join(name)
}

fn vector(value: &Value) -> Vec<f64> {
    let numbers = value.as_array().expect("an array");
    numbers.iter().map(|n| n.as_f64().unwrap()).collect()
}

fn cosine(a: &Value, b: &Value) -> f64 {
    vector(a).iter().zip(vector(b)).map(|(x, y)| x * y).sum()
}

#[test]
fn embed_prints_a_unit_vector() {
    for precision in ["f32", "int8"] {
        let told = run(&["embed", "--precision", precision], "Hello there").expect(0);
        let value = told.json();
        assert_eq!(vector(&value).len(), 384);
        assert!((cosine(&value, &value) - 1.0).abs() < 1e-5);
    }
}

#[test]
fn embed_answers_each_line_in_order_and_says_which_cannot_be_used() {
    let input =
        "{\"id\":1,\"text\":\"a\"}\n\nnonsense\n{\"id\":\"x\",\"text\":\"\"}\n{\"text\":\"a\"}";
    let told = run(&["embed", "--jsonl"], input).expect(2);
    let lines = told.lines();
    assert_eq!(lines.len(), 4);
    assert_eq!(lines[0]["id"], 1);
    assert_eq!(lines[1]["error"]["line"], 3);
    assert_eq!(lines[2]["id"], "x");
    assert_eq!(lines[3]["id"], Value::Null);
    assert_eq!(lines[0]["vector"], lines[3]["vector"]);
}

/// A program may send one line and wait for its answer.
#[test]
fn embed_answers_a_line_before_the_next_one_comes() {
    use std::io::{BufRead, BufReader, Write};
    let mut command = program();
    command.args(["embed", "--jsonl", "-"]);
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    let mut output = BufReader::new(child.stdout.take().unwrap()).lines();
    for id in 0..3 {
        writeln!(input, "{}", json!({"id": id, "text": "one line"})).unwrap();
        let line = output.next().unwrap().unwrap();
        let value: Value = serde_json::from_str(&line).unwrap();
        assert_eq!(value["id"], id);
    }
    drop(input);
    assert!(child.wait().unwrap().success());
}

#[test]
fn every_kernel_gives_the_same_vector_and_an_absent_one_is_refused() {
    let usual = run(&["embed"], POST).expect(0).json();
    let with = |name: &str| {
        let set = format!("model.kernels={name}");
        run(&["embed", "--set", &set], POST)
    };
    assert_eq!(with("portable").expect(0).json(), usual);
    assert!(cosine(&with("stock").expect(0).json(), &usual) > 0.995);
    for name in ["avx2", "avx512", "avx512-vnni"] {
        let told = with(name);
        if told.code == 0 {
            assert_eq!(told.json(), usual, "{name}");
        } else {
            assert!(told.expect(2).err.contains(name));
        }
    }
    let told = with("sse").expect(2);
    assert!(told.err.contains("avx512-vnni"), "{}", told.err);
}

#[test]
fn what_contradicts_itself_is_refused_with_a_remedy() {
    for (args, wants) in [
        (&["embed", "--backend", "off"][..], "no model runs"),
        (
            &["embed", "--backend", "cpu", "--precision", "bf16"],
            "CUDA only",
        ),
        (
            &[
                "embed",
                "--precision",
                "int8",
                "--set",
                "model.kernels=stock",
            ],
            "stock kernels compute in f32",
        ),
    ] {
        let told = run(args, "text").expect(2);
        assert!(told.err.contains(wants), "{}", told.err);
        assert!(told.err.contains("help: "), "{}", told.err);
    }
}

#[test]
fn similar_ranks_by_meaning() {
    let (folder, first) = file("a.txt", "We hired three engineers this spring.");
    let near = folder.path().join("near.txt");
    let far = folder.path().join("far.txt");
    fs::write(&near, "Our team took on new developers in April.").unwrap();
    fs::write(&far, "The soup needs more salt.").unwrap();
    let paths = [&far, &near].map(|p| p.to_str().unwrap());
    let first = first.to_str().unwrap();
    let args = ["similar", first, paths[0], paths[1], "--format", "json"];
    let rows = run(&args, "").expect(0).json();
    assert_eq!(rows[0]["file"], paths[1]);
    assert!(rows[0]["cosine"].as_f64().unwrap() > rows[1]["cosine"].as_f64().unwrap() + 0.2);
    let told = run(&["similar", "--to", "soup", paths[0], paths[1]], "").expect(0);
    assert!(
        told.out.lines().next().unwrap().ends_with("far.txt"),
        "{}",
        told.out
    );
    let told = run(&["similar", first], "").expect(2);
    assert!(told.err.contains("--to TEXT"), "{}", told.err);
}

#[test]
fn a_report_says_which_model_and_without_a_backend_why_there_is_none() {
    let args = ["analyze", "--format", "json", "--explain"];
    let report = run(&args, POST).expect(0).json();
    let model = &report["receipt"]["model"];
    assert_eq!(model["name"], "all-minilm-l6-v2");
    assert_eq!(
        (&model["backend"], &model["precision"]),
        (&json!("cpu"), &json!("int8"))
    );
    let meaning = &report["meaning"];
    // Centrality opens into the row of cosines that it is the mean of.
    let row = vector(&report["explain"]["meaning"]["cosines"][2]);
    let others: f64 = row
        .iter()
        .enumerate()
        .filter(|(i, _)| *i != 2)
        .map(|(_, c)| c)
        .sum();
    let mean = others / (row.len() - 1) as f64;
    let told = meaning["sentences"][2]["centrality"].as_f64().unwrap();
    assert!((told - mean).abs() < 1e-3, "{told} {mean}");
    let off = run(&[&args[..], &["--backend", "off"]].concat(), POST)
        .expect(0)
        .json();
    assert_eq!(off["meaning"], Value::Null);
    assert_eq!(off["receipt"]["model"], Value::Null);
    assert!(
        off["unavailable"]["meaning"]
            .as_str()
            .unwrap()
            .contains("off")
    );
    assert!(off["unavailable"]["findings.meaning"].is_string());
    assert_eq!(off["scores"], report["scores"]);
}

#[test]
fn a_sentence_said_twice_is_a_finding_that_can_be_switched_off() {
    let post = "We hired three engineers this spring.\n\nThe soup was cold.\n\n\
                This spring we hired three engineers.\n";
    let rules = |args: &[&str], post: &str| {
        let args = [&["analyze", "--format", "json", "--only", "findings"], args].concat();
        let report = run(&args, post).expect(0).json();
        let found = report["findings"].as_array().unwrap().clone();
        let ours = found
            .into_iter()
            .filter(|f| f["rule"] == "meaning/redundant-sentence");
        ours.collect::<Vec<_>>()
    };
    let found = rules(&[], post);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0]["span"]["line"], 5);
    assert!(found[0]["message"].as_str().unwrap().contains("line 1 "));
    assert!(rules(&["--set", "rules.off=meaning"], post).is_empty());
    let ignored = post.replace("This", "<!-- postwright: ignore meaning -->\nThis");
    assert!(rules(&[], &ignored).is_empty());
    assert!(rules(&["--set", "thresholds.redundant_cosine=1.0"], post).is_empty());
}

#[test]
fn a_model_is_imported_used_pruned_and_quantized() {
    let home = home();
    let home = home.path();
    let told = run_at(home, &["models", "list"], "").expect(0);
    assert!(
        told.out
            .lines()
            .next()
            .unwrap()
            .starts_with("* all-minilm-l6-v2"),
        "{}",
        told.out
    );
    run_at(home, &["models", "use", "tiny"], "").expect(0);
    let value = run_at(
        home,
        &["embed", "--precision", "f32"],
        "the post reads well",
    )
    .expect(0)
    .json();
    assert_eq!(vector(&value).len(), tiny::HIDDEN);
    let told = run_at(home, &["models", "quantize", "tiny", "--as", "tiny8"], "").expect(0);
    assert!(told.out.contains("cosine with tiny"), "{}", told.out);
    let told = run_at(
        home,
        &["models", "prune", "tiny", "--keep", "0", "--as", "half"],
        "",
    );
    assert!(told.expect(0).out.contains("made half"));
    let rows = run_at(home, &["models", "list", "--format", "json"], "")
        .expect(0)
        .json();
    let of = |name: &str| {
        let all = rows.as_array().unwrap().iter();
        all.clone().find(|r| r["name"] == name).unwrap().clone()
    };
    assert_eq!(of("half")["manifest"]["architecture"]["layers"], 1);
    assert_eq!(of("tiny8")["manifest"]["weights"], Storage::Int8.name());
    assert_eq!(of("tiny")["active"], true);
    run_at(home, &["models", "verify"], "").expect(0);
    for (args, wants) in [
        (&["models", "quantize", "tiny8", "--as", "x"][..], "already"),
        (
            &["models", "prune", "tiny", "--keep", "2", "--as", "x"],
            "layers are 0 to 1",
        ),
        (
            &["models", "prune", "tiny", "--keep", "0", "--as", "half"],
            "there already",
        ),
        (
            &["models", "prune", "tiny", "--keep", "0", "--as", "../x"],
            "no name",
        ),
        (&["models", "use", "tini"], "did you mean `tiny`?"),
        (&["models", "use", "../tiny"], "no model is called"),
    ] {
        let told = run_at(home, args, "").expect(2);
        assert!(told.err.contains(wants), "{}", told.err);
    }
}

#[test]
fn a_folder_that_is_no_model_is_refused_and_nothing_is_kept() {
    let home = tempfile::tempdir().unwrap();
    let source = home.path().join("source");
    let break_it = |what: &dyn Fn(&Path), wants: &str| {
        tiny::write(&source, 1);
        what(&source);
        let told = import(home.path(), &source, "broken").expect(2);
        assert!(told.err.contains(wants), "{}", told.err);
        assert!(!folder(home.path(), "broken").exists());
    };
    for name in ["config.json", "tokenizer.json", "model.safetensors"] {
        break_it(&|f| fs::remove_file(f.join(name)).unwrap(), name);
    }
    let config = |key: &str, value: Value| {
        let mut config = tiny::config();
        config[key] = value;
        move |f: &Path| fs::write(f.join("config.json"), config.to_string()).unwrap()
    };
    break_it(
        &config("model_type", json!("gpt2")),
        "`model_type` is `gpt2`",
    );
    break_it(&config("hidden_size", json!(64)), "has shape [12, 32]");
    break_it(&config("vocab_size", json!(11)), "has shape [12, 32]");
    break_it(&config("num_hidden_layers", json!(3)), "encoder.layer.2");
    break_it(
        &|f| {
            fs::create_dir_all(f.join("1_Pooling")).unwrap();
            let pooling = json!({"pooling_mode_mean_tokens": false}).to_string();
            fs::write(f.join("1_Pooling/config.json"), pooling).unwrap();
        },
        "pooling_mode_mean_tokens",
    );
    fs::remove_dir_all(source.join("1_Pooling")).unwrap();
    break_it(
        &|f| fs::write(f.join("tokenizer.json"), "{}").unwrap(),
        "no tokenizer",
    );
    break_it(
        &|f| fs::write(f.join("model.safetensors"), "x").unwrap(),
        "no safetensors file",
    );
}

/// Each way to break an installed model; the report is still told, and says why it lacks a part.
#[test]
fn a_broken_model_is_named_and_the_rest_goes_on() {
    let cut = |path: &Path| {
        let bytes = fs::read(path).unwrap();
        fs::write(path, &bytes[..bytes.len() / 2]).unwrap();
    };
    let flip = |path: &Path| {
        let mut bytes = fs::read(path).unwrap();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        fs::write(path, bytes).unwrap();
    };
    let swap = |path: &Path| {
        let other = tiny::checkpoint(2).to_safetensors().unwrap();
        fs::write(path, other).unwrap();
    };
    let remove = |path: &Path| fs::remove_file(path).unwrap();
    type Way<'a> = (&'a dyn Fn(&Path), &'a str);
    let ways: [Way<'_>; 4] = [
        (&cut, "sha256 is"),
        (&flip, "sha256 is"),
        (&swap, "sha256 is"),
        (&remove, "cannot read"),
    ];
    for (break_it, wants) in ways {
        let home = home();
        let home = home.path();
        run_at(home, &["models", "use", "tiny"], "").expect(0);
        break_it(&folder(home, "tiny").join("model.safetensors"));
        let told = run_at(home, &["models", "verify"], "").expect(2);
        assert!(
            told.out.contains("model.safetensors") && told.out.contains(wants),
            "{}",
            told.out
        );
        let told = run_at(home, &["embed"], "text").expect(2);
        assert!(told.err.contains("tiny/model.safetensors"), "{}", told.err);
        let report = run_at(home, &["analyze", "--format", "json"], POST)
            .expect(0)
            .json();
        assert_eq!(report["meaning"], Value::Null);
        assert!(
            report["unavailable"]["meaning"]
                .as_str()
                .unwrap()
                .contains(wants)
        );
        assert!(report["sentiment"].is_object());
        run_at(home, &["doctor"], "").expect(2);
    }
}

#[test]
fn a_manifest_of_another_kind_is_refused() {
    let home = home();
    let path = folder(home.path(), "tiny").join("manifest.toml");
    let sound = fs::read_to_string(&path).unwrap();
    for (from, to, wants) in [
        ("format = 1", "format = 2", "reads format 1"),
        ("format = 1", "format = 1\ncolour = 'red'", "colour"),
        (
            "name = \"tiny\"",
            "name = \"other\"",
            "its folder is `tiny`",
        ),
        ("layers = 2", "layers = 200", "layers is 200"),
        ("layers = 2", "layers = ", "manifest.toml"),
    ] {
        fs::write(&path, sound.replace(from, to)).unwrap();
        let told = run_at(home.path(), &["models", "verify", "tiny"], "").expect(2);
        assert!(told.out.contains(wants), "{}", told.out);
        let listed = run_at(home.path(), &["models", "list"], "").expect(0);
        assert!(listed.out.contains("broken: "), "{}", listed.out);
    }
}

#[cfg(unix)]
#[test]
fn a_home_that_cannot_be_written_still_embeds() {
    let home = tempfile::tempdir().unwrap();
    let source = home.path().join("source");
    tiny::write(&source, 1);
    // Root may write anywhere, so a file stands where the folder would be.
    fs::write(home.path().join("postwright"), "").unwrap();
    run_at(home.path(), &["embed"], "text").expect(0);
    run_at(home.path(), &["models", "list"], "").expect(0);
    let told = import(home.path(), &source, "tiny").expect(2);
    assert!(told.err.contains("cannot write"), "{}", told.err);
}

#[test]
fn without_a_home_the_embedded_model_works() {
    let mut command = program();
    for name in ["HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_DATA_HOME"] {
        command.env_remove(name);
    }
    command.arg("embed");
    feed(command, b"text").expect(0);
}

#[test]
fn two_programs_import_the_same_name_and_one_of_them_wins() {
    let home = tempfile::tempdir().unwrap();
    let source = home.path().join("source");
    tiny::write(&source, 1);
    let start = || {
        at(home.path())
            .args(["models", "import", source.to_str().unwrap(), "--as", "tiny"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap()
    };
    let mut children: Vec<_> = (0..4).map(|_| start()).collect();
    let won = children
        .iter_mut()
        .filter_map(|c| c.wait().unwrap().code())
        .filter(|c| *c == 0);
    assert_eq!(won.count(), 1);
    run_at(home.path(), &["models", "verify", "tiny"], "").expect(0);
    let left: Vec<_> = fs::read_dir(home.path().join("postwright/models"))
        .unwrap()
        .collect();
    assert_eq!(left.len(), 1, "{left:?}");
}

/// A file of a few bytes that promises a tensor of petabytes costs no memory.
#[test]
fn a_promise_of_huge_tensors_is_refused() {
    let home = tempfile::tempdir().unwrap();
    let source = home.path().join("source");
    tiny::write(&source, 1);
    let name = "embeddings.word_embeddings.weight";
    let shape = [1u64 << 40, 1 << 20];
    let header =
        json!({name: {"dtype": "F32", "shape": shape, "data_offsets": [0, 4]}}).to_string();
    let mut bytes = (header.len() as u64).to_le_bytes().to_vec();
    bytes.extend(header.bytes());
    bytes.extend([0; 4]);
    fs::write(source.join("model.safetensors"), bytes).unwrap();
    let told = import(home.path(), &source, "huge").expect(2);
    assert!(told.err.contains("no safetensors file"), "{}", told.err);
    let mut config = tiny::config();
    config["vocab_size"] = json!(1u64 << 60);
    fs::write(source.join("config.json"), config.to_string()).unwrap();
    let told = import(home.path(), &source, "huge").expect(2);
    assert!(told.err.contains("vocabulary is"), "{}", told.err);
}

#[test]
fn marks_that_have_no_embedding_are_refused_at_import() {
    let home = tempfile::tempdir().unwrap();
    let source = home.path().join("source");
    for (sep, model, wants) in [
        (json!(["[SEP]", 999]), "WordPiece", "gives token 999"),
        (
            json!(["[SEP]", 3]),
            "WordLevel",
            "is no WordPiece tokenizer",
        ),
    ] {
        tiny::write(&source, 1);
        let mut tokenizer = tiny::tokenizer();
        tokenizer["post_processor"]["sep"] = sep;
        tokenizer["model"]["type"] = json!(model);
        fs::write(source.join("tokenizer.json"), tokenizer.to_string()).unwrap();
        let told = import(home.path(), &source, "tiny").expect(2);
        assert!(
            told.err.contains("tokenizer.json") && told.err.contains(wants),
            "{}",
            told.err
        );
    }
}

#[test]
fn weights_that_overflow_are_refused_at_import() {
    let home = tempfile::tempdir().unwrap();
    let source = home.path().join("source");
    tiny::write(&source, 1);
    let mut checkpoint = tiny::checkpoint(1);
    checkpoint.layers[1].norm.weight.fill(f32::MAX);
    let weights = checkpoint.to_safetensors().unwrap();
    fs::write(source.join("model.safetensors"), weights).unwrap();
    let told = import(home.path(), &source, "huge").expect(2);
    assert!(
        told.err.contains("huge gave a vector of no length"),
        "{}",
        told.err
    );
}

#[test]
fn a_calibration_without_text_is_refused() {
    let home = home();
    let (_folder, empty) = file("empty.txt", "\n \n");
    let empty = empty.to_str().unwrap();
    let args = [
        "models",
        "quantize",
        "tiny",
        "--calibrate",
        empty,
        "--as",
        "x",
    ];
    let told = run_at(home.path(), &args, "").expect(2);
    assert!(told.err.contains("no line with text"), "{}", told.err);
}

#[test]
fn a_choice_that_names_no_model_says_how_to_mend_it() {
    let home = home();
    let active = folder(home.path(), "active");
    for content in [&b""[..], b"\xff\xfe", b"../x", &[b'x'; 5_000]] {
        fs::write(&active, content).unwrap();
        let told = run_at(home.path(), &["embed"], "text").expect(2);
        assert!(told.err.contains("models/active"), "{}", told.err);
        run_at(home.path(), &["models", "list"], "").expect(0);
    }
    run_at(home.path(), &["models", "use", "tiny"], "").expect(0);
    run_at(home.path(), &["embed"], "text").expect(0);
}

#[test]
fn standard_input_is_read_once() {
    let told = run(&["similar", "-", "-"], "text").expect(2);
    assert!(told.err.contains("read once"), "{}", told.err);
}

/// Numbers without a point are numbers, too.
#[test]
fn a_whole_number_is_a_threshold() {
    run(
        &["config", "check", "--set", "thresholds.redundant_cosine=1"],
        "",
    )
    .expect(0);
    let told = run(
        &["config", "check", "--set", "thresholds.redundant_cosine=2"],
        "",
    )
    .expect(2);
    assert!(told.err.contains("from 0 to 1"), "{}", told.err);
}
