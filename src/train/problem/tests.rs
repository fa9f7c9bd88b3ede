use super::*;
use crate::train::trainer::{Keep, Log, Plan, run};
use indicatif::ProgressBar;

/// Texts of two parts, of which the one with more weight says the class.
fn texts() -> (Texts, Vec<Lesson>) {
    let mut texts = Texts::default();
    let mut lessons = Vec::new();
    for i in 0..60usize {
        let class = i % 3;
        let unit = |class: usize| Unit {
            tokens: Vec::new(),
            dense: vec![(i % 7) as f32, f32::from(u8::from(class == 0))],
            sparse: vec![(100 + class as u32, 1.0)],
        };
        let item = texts.push([(unit(class), 0.8), (unit((i / 3) % 3), 0.2)]);
        lessons.push(Lesson::Class {
            item,
            class,
            excluded: None,
            weight: 1.0,
        });
    }
    (texts, lessons)
}

/// Share of the texts whose class has the highest output.
fn share_right(outputs: &[f32]) -> f64 {
    let rows = outputs.as_chunks::<3>().0.iter().enumerate();
    let right = rows.filter(|(i, o)| o.iter().all(|x| *x <= o[i % 3]));
    right.count() as f64 / 60.0
}

fn problem<'a>(texts: &'a Texts, lessons: &[Lesson]) -> Problem<'a> {
    Problem {
        texts,
        lessons: lessons.to_vec(),
        batch: 8,
        standard: texts.standard(),
        buckets: 16,
        outputs: 3,
        lower: None,
        device: Device::flex().autodiff(),
        held_out: (0..60).collect(),
        score: &share_right,
    }
}

fn plan() -> Plan {
    Plan {
        epochs: 6,
        patience: 6,
        rate: 0.1,
        upper_rate: 0.0,
        warm_up: 0.1,
        decay: 0.0,
        seed: 5,
    }
}

fn learner() -> Learner {
    let extents = Extents {
        inputs: 2,
        hidden: 0,
        outputs: 3,
        buckets: 16,
    };
    Learner::new(None, extents, &Device::flex().autodiff())
}

/// Fails at its `left`-th loss, as a process does that is killed.
struct Killed<'a> {
    problem: Problem<'a>,
    left: usize,
}

impl Objective for Killed<'_> {
    type Module = Learner;
    fn batches(&self, rng: &mut ChaCha8Rng) -> Vec<Vec<usize>> {
        self.problem.batches(rng)
    }
    fn loss(&mut self, module: &Learner, batch: &[usize]) -> Result<Tensor<1>, TrainError> {
        if self.left == 0 {
            return Err(TrainError::Request("killed".to_owned()));
        }
        self.left -= 1;
        self.problem.loss(module, batch)
    }
    fn score(&mut self, module: &Learner) -> Result<f64, TrainError> {
        self.problem.score(module)
    }
}

fn weights(learner: Learner) -> Vec<f32> {
    let (_, net) = learner.into_parts();
    let network = net.to_network(Vec::new(), Vec::new()).unwrap();
    [network.output.weight, network.output.bias, network.table].concat()
}

#[test]
fn classes_are_learned_from_numbers_and_words() {
    let (texts, lessons) = texts();
    let mut problem = problem(&texts, &lessons);
    let bar = ProgressBar::hidden();
    let (_, Log { losses, scores }) = run(learner(), &mut problem, &plan(), None, &bar).unwrap();
    assert!(losses[5] < 0.5 * losses[0], "{losses:?}");
    assert!(scores.last().unwrap() > &0.95, "{scores:?}");
}

#[test]
fn a_run_that_was_interrupted_ends_as_one_that_was_not() {
    let (texts, lessons) = texts();
    let bar = ProgressBar::hidden();
    let folder = tempfile::tempdir().unwrap();
    let keep = |name: &str| Keep {
        folder: folder.path().join(name),
        subject: "a test".to_owned(),
    };
    let whole = keep("whole");
    let mut problem_of = problem(&texts, &lessons);
    let (told, log) = run(learner(), &mut problem_of, &plan(), Some(&whole), &bar).unwrap();
    let wanted = weights(told);
    // In an epoch, at its end, and before the first step.
    for left in [0, 3, 8, 21] {
        let kept = keep(&format!("killed-{left}"));
        let mut killed = Killed {
            problem: problem(&texts, &lessons),
            left,
        };
        let failed = run(learner(), &mut killed, &plan(), Some(&kept), &bar);
        assert!(failed.err().unwrap().to_string().contains("killed"));
        killed.left = usize::MAX;
        let (told, again) = run(learner(), &mut killed, &plan(), Some(&kept), &bar).unwrap();
        assert_eq!(weights(told), wanted, "killed after {left}");
        assert_eq!(again, log);
    }
    let other = Plan { seed: 6, ..plan() };
    let error = run(learner(), &mut problem_of, &other, Some(&whole), &bar);
    let told = error.err().unwrap().to_string();
    assert!(
        told.contains("another plan") && told.contains("remove the folder"),
        "{told}"
    );
}

#[test]
fn a_pair_is_the_difference_of_its_texts() {
    let device = Device::flex();
    let lessons = [Lesson::Pair {
        first: 0,
        second: 1,
        target: 1.0,
        weight: 2.0,
    }];
    let outputs = Tensor::<2>::from_data([[1.5], [0.5]], &device);
    let told: f32 = loss(outputs, &lessons, &device).into_scalar();
    assert!((told - (1.0 + (-1.0f32).exp()).ln()).abs() < 1e-6);
}

#[test]
fn a_class_that_was_no_choice_takes_no_share() {
    let device = Device::flex();
    let lesson = |excluded| Lesson::Class {
        item: 0,
        class: 0,
        excluded,
        weight: 1.0,
    };
    let told = |excluded| -> f32 {
        let outputs = Tensor::<2>::from_data([[0.0, 5.0, 0.0]], &device);
        loss(outputs, &[lesson(excluded)], &device).into_scalar()
    };
    assert!((told(Some(1)) - 2f32.ln()).abs() < 1e-6);
    assert!(told(None) > 4.0);
}
