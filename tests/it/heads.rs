//! The heads inside the program, and branches of the encoder.

use std::fs;

use postwright::engine::Reader;
use postwright::model::heads::{Branch, Heads};
use postwright::model::library::EMBEDDED;
use postwright::model::{Encoder, Kernels, Library, Model, Precision, Settings, Task};

use crate::model::settings;

const TEXTS: [&str; 4] = [
    "We shipped it.",
    "I can’t complain about the new office!",
    "Quarterly figures will be published on Monday, together with the notes of the meeting.",
    "🙂",
];

fn model() -> Model {
    Library::new(None).open(EMBEDDED).unwrap()
}

/// The model's own last two layers, as a branch.
fn own_top() -> Branch {
    let mut layers = model().into_checkpoint().unwrap().layers;
    Branch {
        layers: layers.split_off(4),
    }
}

#[test]
fn a_branch_of_the_models_own_layers_gives_its_own_vectors() {
    for (precision, kernels) in [
        (Precision::Int8, Kernels::Auto),
        (Precision::F32, Kernels::Auto),
        (Precision::Int8, Kernels::Portable),
        (Precision::F32, Kernels::Stock),
    ] {
        let settings = settings(precision, kernels);
        let encoder = Encoder::of_model(model(), vec![own_top()], &settings).unwrap();
        let (told, _) = encoder.embed_branches(&TEXTS, &[0]).unwrap();
        assert_eq!(told.len(), 2);
        assert_eq!(told[0], told[1], "{precision:?} {kernels:?}");
        // Nor does it change them that there is a branch.
        let plain = Encoder::of_model(model(), Vec::new(), &settings).unwrap();
        assert_eq!(told[0], plain.embed(&TEXTS).unwrap());
    }
}

#[test]
fn a_branch_that_does_not_fit_is_refused() {
    let settings = settings(Precision::Int8, Kernels::Auto);
    let refused = |branches: Vec<Branch>| {
        let loaded = Encoder::of_model(model(), branches, &settings);
        loaded.err().expect("taken").to_string()
    };
    let mut short = own_top();
    short.layers.pop();
    assert!(refused(vec![own_top(), short]).contains("different numbers of layers"));
    let all = Branch {
        layers: model().into_checkpoint().unwrap().layers,
    };
    assert!(refused(vec![all]).contains("all of 6"));
    let encoder = Encoder::of_model(model(), vec![own_top()], &settings).unwrap();
    let told = encoder
        .embed_branches(&TEXTS, &[1])
        .unwrap_err()
        .to_string();
    assert!(told.contains("no branch 1"), "{told}");
}

#[test]
fn every_head_inside_the_program_fits_its_encoder() {
    let manifest = model().manifest;
    let heads = Heads::load(&manifest, None).unwrap();
    for task in Task::ALL {
        let head = heads.get(task).unwrap();
        assert_eq!(head.card.features, postwright::analysis::features::VERSION);
        assert!(!head.card.figures.is_empty(), "{task}");
    }
}

#[test]
fn a_head_of_another_encoder_or_a_broken_one_is_no_head() {
    let folder = tempfile::tempdir().unwrap();
    let manifest = model().manifest;
    let heads = Heads::load(&manifest, None).unwrap();
    let mut head = (**heads.get(Task::Hook).unwrap()).clone();
    head.card.encoder = "another".to_owned();
    let path = folder.path().join(Task::Hook.file());
    fs::write(&path, head.to_bytes().unwrap()).unwrap();
    let loaded = Heads::load(&manifest, Some(folder.path())).unwrap();
    let reason = loaded.get(Task::Hook).unwrap_err();
    assert!(reason.contains("trained on another encoder"), "{reason}");
    assert!(loaded.get(Task::Headline).is_ok());
    head.card.encoder = manifest.hash();
    head.card.features = 99;
    fs::write(&path, head.to_bytes().unwrap()).unwrap();
    let with = Settings {
        heads: Some(folder.path().to_owned()),
        ..settings(Precision::Int8, Kernels::Auto)
    };
    let told = Reader::load(&with).err().unwrap().to_string();
    assert!(told.contains("head for hook: reads version 99"), "{told}");
    let nowhere = folder.path().join("nowhere");
    let told = Heads::load(&manifest, Some(&nowhere))
        .unwrap_err()
        .to_string();
    assert!(told.contains("nowhere: no folder with heads"), "{told}");
    fs::write(&path, b"garbage").unwrap();
    let told = Heads::load(&manifest, Some(folder.path()))
        .unwrap_err()
        .to_string();
    assert!(told.contains("hook.safetensors"), "{told}");
}

#[test]
fn a_post_reads_as_its_sentences_do_together() {
    let reader = Reader::load(&settings(Precision::Int8, Kernels::Auto))
        .unwrap()
        .unwrap();
    let (good, bad) = (
        "I love working with this wonderful team.",
        "This was a terrible, disappointing failure.",
    );
    let told = reader.sentiment(&[good, bad, ""]).unwrap();
    assert!(
        told[0][2] > told[0][0] && told[1][0] > told[1][2],
        "{told:?}"
    );
    let (sentences, identity) = reader.sentences(&[good, bad]).unwrap();
    assert_eq!(identity.precision, "int8");
    let post = format!("{good}\n\n{bad}");
    let whole = reader.sentiment(&[post]).unwrap()[0];
    let [a, b] = [0, 1].map(|i: usize| sentences[i].sentiment.unwrap());
    for (i, value) in whole.iter().enumerate() {
        // Seven words and six.
        let wanted = (7.0 * a[i] + 6.0 * b[i]) / 13.0;
        assert!((value - wanted).abs() < 1e-4, "{value} {wanted}");
    }
}
