//! The encoder against PyTorch, against burn's own operations, and against itself.

use std::path::PathBuf;
use std::sync::LazyLock;

use postwright::model::kernels::Level;
use postwright::model::library::EMBEDDED;
use postwright::model::{
    Architecture, Backend, Checkpoint, Encoder, Kernels, Library, Precision, Settings, Vector,
    import,
};
use proptest::prelude::*;
use serde::Deserialize;

use crate::tiny;

const VECTORS: &[u8] = include_bytes!("../data/golden/embeddings.f32");
const TEXTS: &str = include_str!("../data/golden/embeddings.jsonl");
const WIDTH: usize = 384;

#[derive(Deserialize)]
struct Golden {
    text: String,
    ids: Vec<u32>,
}

/// Texts with the token ids and vectors that PyTorch gave; see `embeddings.py` beside them.
static GOLDEN: LazyLock<(Vec<Golden>, Vec<Vec<f32>>)> = LazyLock::new(|| {
    let texts: Vec<Golden> = TEXTS
        .lines()
        .map(|l| serde_json::from_str(l).unwrap())
        .collect();
    let (numbers, rest) = VECTORS.as_chunks();
    assert!(rest.is_empty());
    let numbers: Vec<f32> = numbers.iter().map(|b| f32::from_le_bytes(*b)).collect();
    let vectors: Vec<Vec<f32>> = numbers.chunks(WIDTH).map(<[f32]>::to_vec).collect();
    assert_eq!(texts.len(), vectors.len());
    (texts, vectors)
});

fn texts() -> Vec<&'static str> {
    GOLDEN.0.iter().map(|g| g.text.as_str()).collect()
}

pub fn settings(precision: Precision, kernels: Kernels) -> Settings {
    Settings {
        backend: Backend::Cpu,
        precision,
        kernels,
        ..Settings::default()
    }
}

fn encoder(precision: Precision, kernels: Kernels) -> Encoder {
    Encoder::load(&settings(precision, kernels), None)
        .unwrap()
        .unwrap()
}

/// Every path that this processor has, by its name in the configuration.
fn kernels() -> Vec<Kernels> {
    let all = [
        Kernels::Portable,
        Kernels::Avx2,
        Kernels::Avx512,
        Kernels::Avx512Vnni,
    ];
    all[..Level::available().len()].to_vec()
}

fn cosine(a: &[f32], b: &[f32]) -> f64 {
    a.iter().zip(b).map(|(x, y)| f64::from(x * y)).sum()
}

fn difference(a: &[f32], b: &[f32]) -> f32 {
    assert_eq!(a.len(), b.len());
    a.iter()
        .zip(b)
        .fold(0.0, |most, (x, y)| most.max((x - y).abs()))
}

/// The least cosine with PyTorch's vectors, and the text that has it.
fn least_cosine(vectors: &[Vector]) -> (f64, &'static str) {
    let cosines = vectors.iter().zip(&GOLDEN.1).map(|(a, b)| cosine(a, b));
    cosines
        .zip(texts())
        .min_by(|a, b| a.0.total_cmp(&b.0))
        .unwrap()
}

#[test]
fn tokens_are_those_of_transformers() {
    let model = Library::new(None).open(EMBEDDED).unwrap();
    let tokenizer = model.tokenizer().unwrap();
    for golden in &GOLDEN.0 {
        assert_eq!(
            tokenizer.encode(&golden.text).unwrap(),
            golden.ids,
            "{:?}",
            golden.text
        );
    }
}

#[test]
fn the_shipped_weights_stay_near_the_original() {
    for (precision, bound) in [(Precision::F32, 0.999), (Precision::Int8, 0.995)] {
        let vectors = encoder(precision, Kernels::Auto).embed(&texts()).unwrap();
        let (least, text) = least_cosine(&vectors);
        assert!(least >= bound, "{precision:?}: {least} for {text:?}");
        for vector in &vectors {
            let length = cosine(vector, vector);
            assert!((length - 1.0).abs() < 1e-5, "length {length}");
        }
    }
}

#[test]
fn a_vector_does_not_depend_on_its_batch() {
    for kernels in kernels() {
        for precision in [Precision::F32, Precision::Int8] {
            let encoder = encoder(precision, kernels);
            let together = encoder.embed(&texts()).unwrap();
            for (text, vector) in texts().iter().zip(&together).step_by(7) {
                let alone = &encoder.embed(&[text]).unwrap()[0];
                assert_eq!(alone, vector, "{kernels:?} {precision:?} {text:?}");
            }
        }
    }
}

#[test]
fn kernels_equal_the_stock_operations() {
    let some: Vec<&str> = texts().into_iter().step_by(5).collect();
    let stock = encoder(Precision::F32, Kernels::Stock)
        .embed(&some)
        .unwrap();
    for kernels in kernels() {
        let ours = encoder(Precision::F32, kernels).embed(&some).unwrap();
        for (text, (ours, stock)) in some.iter().zip(ours.iter().zip(&stock)) {
            let off = difference(ours, stock);
            assert!(off < 1e-5, "{kernels:?}: {off} for {text:?}");
        }
    }
}

#[test]
fn eight_bit_paths_give_the_same_vectors() {
    let some: Vec<&str> = texts().into_iter().step_by(5).collect();
    let all: Vec<_> = kernels()
        .into_iter()
        .map(|k| encoder(Precision::Int8, k).embed(&some).unwrap())
        .collect();
    for other in &all[1..] {
        for (a, b) in all[0].iter().zip(other) {
            assert_eq!(a, b);
        }
    }
}

#[test]
fn an_encoder_of_no_texts_gives_no_vectors() {
    let none: [&str; 0] = [];
    let encoder = encoder(Precision::Int8, Kernels::Auto);
    assert!(encoder.embed(&none).unwrap().is_empty());
}

/// The weights as published, 91 MB, which are not in the repository.
#[test]
#[ignore = "needs MINILM_FOLDER, a folder with the published weights; .ci/run fetches them"]
fn imported_weights_give_the_vectors_of_pytorch() {
    let folder = PathBuf::from(std::env::var_os("MINILM_FOLDER").expect("MINILM_FOLDER is set"));
    let home = tempfile::tempdir().unwrap();
    let library = Library::new(Some(home.path().to_owned()));
    let model = import::read_hugging_face(&folder, "original").unwrap();
    library.add(&model).unwrap();
    library.set_active("original").unwrap();
    let load = |precision, kernels| {
        let mut settings = settings(precision, kernels);
        settings.folder = Some(home.path().to_owned());
        Encoder::load(&settings, None).unwrap().unwrap()
    };
    let stock = std::iter::once(Kernels::Stock);
    for kernels in kernels().into_iter().chain(stock) {
        let vectors = load(Precision::F32, kernels).embed(&texts()).unwrap();
        for (text, (ours, theirs)) in texts().iter().zip(vectors.iter().zip(&GOLDEN.1)) {
            let off = difference(ours, theirs);
            assert!(off < 1e-5, "{kernels:?}: {off} for {text:?}");
        }
    }
    let usual = load(Precision::Auto, Kernels::Auto);
    assert_eq!(usual.identity().precision, Precision::F32.name());
    let vectors = load(Precision::Int8, Kernels::Auto)
        .embed(&texts())
        .unwrap();
    let (least, text) = least_cosine(&vectors);
    assert!(least >= 0.995, "{least} for {text:?}");
    let cosines = vectors.iter().zip(&GOLDEN.1).map(|(a, b)| cosine(a, b));
    let mean = cosines.sum::<f64>() / vectors.len() as f64;
    assert!(mean >= 0.998, "{mean}");
}

fn tiny_architecture() -> Architecture {
    Architecture::from_hugging_face(tiny::config().to_string().as_bytes(), "config.json", 16)
        .unwrap()
}

#[test]
fn a_checkpoint_reads_back_as_written() {
    let plain = tiny::checkpoint(1);
    for checkpoint in [plain.clone(), plain.quantised(None).unwrap()] {
        let bytes = checkpoint.to_safetensors().unwrap();
        let back = Checkpoint::read(&bytes, &tiny_architecture(), "model").unwrap();
        assert_eq!(back, checkpoint);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever is done to the bytes, reading them ends with weights of the right extents or an
    /// error.
    #[test]
    fn broken_checkpoints_are_read_or_refused(
        seed in any::<u64>(),
        quantised in any::<bool>(),
        flips in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
        in_header in any::<bool>(),
        cut in prop::option::of(any::<prop::sample::Index>()),
    ) {
        let mut checkpoint = tiny::checkpoint(seed);
        if quantised {
            checkpoint = checkpoint.quantised(None).unwrap();
        }
        let mut bytes = checkpoint.to_safetensors().unwrap();
        let header = 8 + u64::from_le_bytes(bytes[..8].try_into().unwrap()) as usize;
        for (at, value) in flips {
            let end = if in_header { header } else { bytes.len() };
            let at = at.index(end);
            bytes[at] = value;
        }
        if let Some(cut) = cut {
            bytes.truncate(cut.index(bytes.len()));
        }
        match Checkpoint::read(&bytes, &tiny_architecture(), "model") {
            Ok(read) => prop_assert_eq!(read.layers.len(), checkpoint.layers.len()),
            Err(error) => prop_assert!(error.to_string().starts_with("model: ")),
        }
    }
}

#[test]
fn the_embedded_model_is_what_its_manifest_says() {
    let model = Library::new(None).open(EMBEDDED).unwrap();
    assert!(model.bytes() < 27_000_000);
    assert_eq!(model.manifest.name, EMBEDDED);
    assert!(!model.manifest.training_data.is_empty());
}
