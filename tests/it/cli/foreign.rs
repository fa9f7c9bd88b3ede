//! Models of others that contradict themselves, are too long or have no token for some texts.

use std::fs;
use std::path::Path;

use postwright::model::Manifest;
use postwright::model::manifest::sha256;
use safetensors::SafeTensors;
use safetensors::tensor::{Dtype, TensorView};
use serde_json::{Value, json};

use super::model::{folder, home, import, run_at};
use super::run;
use crate::tiny;

/// Imports the tiny model after `change`; what was said, and whether it was taken.
fn import_changed(change: impl FnOnce(&Path)) -> (String, bool) {
    let home = tempfile::tempdir().unwrap();
    let source = home.path().join("source");
    tiny::write(&source, 1);
    change(&source);
    let told = import(home.path(), &source, "tiny");
    let taken = told.code == 0;
    assert_eq!(taken, folder(home.path(), "tiny").exists());
    assert_eq!(taken, told.err.is_empty(), "{}", told.err);
    assert!(
        taken || told.code == 2 && told.err.contains("help: "),
        "{}",
        told.err
    );
    (told.err, taken)
}

fn set(file: &str, whole: Value) -> impl FnOnce(&Path) {
    let file = file.to_owned();
    move |folder| fs::write(folder.join(file), whole.to_string()).unwrap()
}

fn with_config(key: &str, value: Value) -> impl FnOnce(&Path) {
    let mut config = tiny::config();
    config[key] = value;
    set("config.json", config)
}

/// Adds a tensor of some numbers to the weights.
fn with_tensor(name: &str, dtype: Dtype, shape: Vec<usize>) -> impl FnOnce(&Path) {
    let name = name.to_owned();
    move |folder| {
        let path = folder.join("model.safetensors");
        let old = fs::read(&path).unwrap();
        let mut tensors = SafeTensors::deserialize(&old).unwrap().tensors();
        let zeros = vec![0; shape.iter().product::<usize>() * dtype.bitsize() / 8];
        tensors.push((name, TensorView::new(dtype, shape, &zeros).unwrap()));
        fs::write(&path, safetensors::serialize(tensors, None).unwrap()).unwrap();
    }
}

#[test]
fn a_configuration_that_contradicts_the_weights_is_refused() {
    for (key, value, wants) in [
        (
            "num_hidden_layers",
            json!(1),
            "has weights of 2 layers, `num_hidden_layers` is 1",
        ),
        ("type_vocab_size", json!(3), "`type_vocab_size` is `3`"),
        ("is_decoder", json!(true), "`is_decoder` is `true`"),
        ("add_cross_attention", json!(true), "`add_cross_attention`"),
        (
            "hidden_act",
            json!("gelu_new"),
            "`hidden_act` is `gelu_new`",
        ),
        (
            "position_embedding_type",
            json!("relative_key"),
            "`position_embedding_type` is `relative_key`",
        ),
        ("pruned_heads", json!({"0": [0]}), "`pruned_heads`"),
        ("auto_map", json!({"AutoModel": "x"}), "has `auto_map`"),
    ] {
        let (told, _) = import_changed(with_config(key, value));
        assert!(told.contains(wants), "{key}: {told}");
    }
}

#[test]
fn tensors_that_would_be_left_out_are_refused_and_those_of_training_are_not() {
    for (name, shape, wants) in [
        (
            "encoder.layer.0.attention.self.distance.weight",
            vec![4, 32],
            "no part of a BERT",
        ),
        (
            "encoder.layer.2.output.dense.bias",
            vec![32],
            "weights of 3 layers",
        ),
        (
            "encoder.layer.99999999999999999999.x",
            vec![1],
            "no part of a BERT",
        ),
        ("0.extra.weight", vec![1], "no part of a BERT"),
    ] {
        let (told, _) = import_changed(with_tensor(name, Dtype::F32, shape));
        assert!(told.contains(wants), "{name}: {told}");
    }
    for (name, dtype, shape) in [
        ("pooler.dense.weight", Dtype::F32, vec![32, 32]),
        ("cls.predictions.bias", Dtype::F32, vec![12]),
        ("embeddings.position_ids", Dtype::I64, vec![1, 16]),
    ] {
        let (told, taken) = import_changed(with_tensor(name, dtype, shape));
        assert!(taken, "{name}: {told}");
    }
}

#[test]
fn what_stands_beside_the_configuration_is_followed_or_refused() {
    let sentences = |lower: bool| json!({"max_seq_length": 16, "do_lower_case": lower});
    let cased = |folder: &Path| {
        let mut tokenizer = tiny::tokenizer();
        tokenizer["normalizer"]["lowercase"] = json!(false);
        set("tokenizer.json", tokenizer)(folder);
    };
    let (_, taken) = import_changed(set("sentence_bert_config.json", sentences(true)));
    assert!(taken);
    for (lower, refused) in [(false, false), (true, true)] {
        let (told, taken) = import_changed(|folder| {
            cased(folder);
            set("sentence_bert_config.json", sentences(lower))(folder);
        });
        assert_eq!(taken, !refused);
        assert_eq!(told.contains("`do_lower_case`"), refused, "{told}");
    }
    let prompts = |name: Value| json!({"prompts": {"query": "q: "}, "default_prompt_name": name});
    let file = "config_sentence_transformers.json";
    let (told, _) = import_changed(set(file, prompts(json!("query"))));
    assert!(told.contains("the prompt `query`"), "{told}");
    assert!(import_changed(set(file, prompts(Value::Null))).1);
}

/// A tokenizer whose unknown token is not in its vocabulary, and which knows all that an import
/// tries the model on.
fn without_unknown() -> Value {
    let mut tokenizer = tiny::tokenizer();
    let words = tokenizer["model"]["vocab"].as_object_mut().unwrap();
    for (old, new) in [("[UNK]", "one"), ("reads", "sentence"), ("well", ".")] {
        let id = words.remove(old).unwrap();
        words.insert(new.to_owned(), id);
    }
    tokenizer
}

#[test]
fn a_tokenizer_without_its_unknown_token_is_refused() {
    let (told, _) = import_changed(set("tokenizer.json", without_unknown()));
    assert!(
        told.contains("unknown token `[UNK]` is not in `vocab`"),
        "{told}"
    );
}

#[test]
fn a_text_without_a_vector_is_answered_in_its_place_and_the_others_go_on() {
    let home = home();
    let home = home.path();
    run_at(home, &["models", "use", "tiny"], "").expect(0);
    // As an earlier version imported it.
    let at = folder(home, "tiny");
    let tokenizer = without_unknown().to_string();
    fs::write(at.join("tokenizer.json"), &tokenizer).unwrap();
    let path = at.join("manifest.toml");
    let mut manifest = Manifest::parse(&fs::read_to_string(&path).unwrap(), "tiny").unwrap();
    let sum = sha256(tokenizer.as_bytes());
    manifest.sha256.insert("tokenizer.json".to_owned(), sum);
    fs::write(&path, manifest.to_toml().unwrap()).unwrap();
    let lines = [
        json!({"id": 1, "text": "a post"}),
        json!({"id": "two", "text": "🙂"}),
        json!({"id": 3, "text": "one sentence."}),
    ];
    let input = lines.map(|l| l.to_string()).join("\n");
    let told = run_at(home, &["embed", "--jsonl"], &input).expect(2);
    let answers = told.lines();
    assert_eq!(answers.len(), 3, "{}", told.err);
    assert_eq!(
        (&answers[1]["id"], &answers[1]["error"]["line"]),
        (&json!("two"), &json!(2))
    );
    let message = answers[1]["error"]["message"].as_str().unwrap();
    assert!(message.contains("[UNK]"), "{message}");
    for (answer, text) in [(&answers[0], "a post"), (&answers[2], "one sentence.")] {
        assert_eq!(
            answer["vector"],
            run_at(home, &["embed"], text).expect(0).json()
        );
    }
}

#[test]
fn a_file_that_is_too_long_is_refused_before_it_is_read() {
    let long = |path: &Path, bytes: u64| {
        let file = fs::OpenOptions::new().write(true).open(path).unwrap();
        // Nothing is written: the length alone counts.
        file.set_len(bytes).unwrap();
    };
    let (told, _) = import_changed(|folder| long(&folder.join("model.safetensors"), 3 << 30));
    assert!(
        told.contains("model.safetensors: has 3221225472 bytes"),
        "{told}"
    );
    assert!(
        told.contains("extents in config.json has at most"),
        "{told}"
    );
    let (told, _) = import_changed(|folder| long(&folder.join("tokenizer.json"), 65 << 20));
    assert!(told.contains("has 68157440 bytes"), "{told}");
    let home = home();
    long(
        &folder(home.path(), "tiny").join("model.safetensors"),
        3 << 30,
    );
    let told = run_at(home.path(), &["models", "verify", "tiny"], "").expect(2);
    assert!(told.out.contains("has 3221225472 bytes"), "{}", told.out);
    assert!(
        told.out.contains("extents in manifest.toml"),
        "{}",
        told.out
    );
}

#[test]
fn a_plain_model_is_computed_as_it_is_and_doctor_says_so() {
    let home = home();
    run_at(home.path(), &["models", "use", "tiny"], "").expect(0);
    let told = run_at(home.path(), &["doctor"], "");
    let kernels = told.out.lines().find(|l| l.contains("kernels")).unwrap();
    assert!(
        kernels.contains("in f32; its weights are no 8-bit integers"),
        "{kernels}"
    );
    let embed = |precision| {
        let args = ["embed", "--precision", precision];
        run_at(home.path(), &args, "the post").expect(0).json()
    };
    assert_eq!(embed("auto"), embed("f32"));
    assert_ne!(embed("auto"), embed("int8"));
    let told = run(&["doctor"], "").expect(0);
    assert!(!told.out.contains("no 8-bit integers"), "{}", told.out);
}

#[cfg(not(feature = "cuda"))]
#[test]
fn a_fallback_is_a_note_and_no_error() {
    let told = run(&["embed", "--backend", "cuda"], "text").expect(0);
    assert!(
        told.err.starts_with("note: the processor computed: "),
        "{}",
        told.err
    );
}
