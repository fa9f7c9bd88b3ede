use std::collections::BTreeMap;

use proptest::prelude::*;

use super::super::Cause;
use super::super::open::empty;
use super::*;

const LIMITS: Limits = Limits {
    versions: 6,
    line: 2,
    bytes: u64::MAX,
    feedback: 1,
};

/// The same tree, done the simplest way.
#[derive(Debug, Default)]
struct Reference {
    documents: BTreeMap<String, (u64, Vec<Version>)>,
    last: u64,
}

impl Reference {
    fn record(&mut self, document: &str, new: &NewVersion<'_>) -> u64 {
        let tree = self.documents.entry(document.to_owned()).or_default();
        let head = tree.1.iter_mut().find(|v| v.id == tree.0);
        if let Some(head) = head
            && head.text == new.text
        {
            head.scores.extend(new.scores.clone());
            return head.id;
        }
        self.last += 1;
        tree.1.push(Version {
            id: self.last,
            parent: Some(tree.0).filter(|id| *id > 0),
            at: new.at,
            text: new.text.to_owned(),
            cause: new.cause.clone(),
            name: None,
            scores: new.scores.clone(),
        });
        tree.0 = self.last;
        while tree.1.len() as u64 > LIMITS.versions {
            let mut kept = vec![tree.0];
            for _ in 0..LIMITS.line {
                let last = tree.1.iter().find(|v| Some(&v.id) == kept.last());
                kept.extend(last.and_then(|v| v.parent));
            }
            let may_go = |v: &Version| v.name.is_none() && !kept.contains(&v.id);
            let Some(place) = tree.1.iter().position(may_go) else {
                break;
            };
            let gone = tree.1.remove(place);
            for version in &mut tree.1 {
                if version.parent == Some(gone.id) {
                    version.parent = gone.parent;
                }
            }
        }
        self.last
    }

    /// A version of the document, by its place.
    fn pick(&self, document: &str, place: usize) -> Option<u64> {
        let versions = &self.documents.get(document)?.1;
        versions.get(place % versions.len()).map(|v| v.id)
    }

    fn name(&mut self, document: &str, id: u64, name: &str) -> bool {
        let versions = &mut self.documents.get_mut(document).unwrap().1;
        let is_taken = |v: &Version| v.id != id && v.name.as_deref() == Some(name);
        if versions.iter().any(is_taken) {
            return false;
        }
        let version = versions.iter_mut().find(|v| v.id == id).unwrap();
        version.name = Some(name.to_owned()).filter(|n| !n.is_empty());
        true
    }
}

#[derive(Debug, Clone)]
enum Step {
    Record(usize, Option<f64>),
    GoBack(usize),
    Name(usize, usize),
    Rename(usize),
}

const DOCUMENTS: [&str; 3] = ["/a.md", "/a.md2", "0123"];
const NAMES: [&str; 4] = ["", "first", "second", "third"];

fn steps() -> impl Strategy<Value = Vec<(usize, Step)>> {
    let step = prop_oneof![
        6 => (0..6usize, prop::option::of(0.0..1.0)).prop_map(|(t, s)| Step::Record(t, s)),
        2 => (0..20usize).prop_map(Step::GoBack),
        2 => (0..20usize, 0..NAMES.len()).prop_map(|(v, n)| Step::Name(v, n)),
        1 => (0..DOCUMENTS.len()).prop_map(Step::Rename),
    ];
    prop::collection::vec((0..DOCUMENTS.len(), step), 1..80)
}

fn take(tree: &mut Tree<'_>, reference: &mut Reference, document: &str, at: u64, step: &Step) {
    match step {
        Step::Record(text, score) => {
            let new = NewVersion {
                at,
                text: &format!("text {text} ").repeat(1 + text * 5),
                cause: Cause::Saved,
                scores: score.iter().map(|s| (format!("s{at}"), *s)).collect(),
            };
            let (Done::Changed(id) | Done::Same(id)) = tree.record(document, &new).unwrap();
            assert_eq!(id, reference.record(document, &new));
        }
        Step::GoBack(place) => match reference.pick(document, *place) {
            Some(id) => {
                tree.go_back(document, id).unwrap();
                reference.documents.get_mut(document).unwrap().0 = id;
            }
            None => assert!(tree.go_back(document, 1).is_err()),
        },
        Step::Name(place, name) => match reference.pick(document, *place) {
            Some(id) => {
                let is_free = reference.name(document, id, NAMES[*name]);
                let named = tree.name(document, id, NAMES[*name]);
                assert_eq!(named.is_ok(), is_free, "{named:?}");
            }
            None => assert!(tree.name(document, 1, NAMES[*name]).is_err()),
        },
        Step::Rename(to) => {
            let to = DOCUMENTS[*to];
            let renamed = tree.rename(document, to);
            let can =
                reference.documents.contains_key(document) && !reference.documents.contains_key(to);
            assert_eq!(renamed.is_ok(), can, "{renamed:?}");
            if can {
                let moved = reference.documents.remove(document).unwrap();
                reference.documents.insert(to.to_owned(), moved);
            }
        }
    }
}

fn assert_same(tree: &Tree<'_>, reference: &Reference) {
    let documents = tree.documents().unwrap();
    let wanted = reference
        .documents
        .iter()
        .map(|(document, (head, versions))| DocumentInfo {
            document: document.clone(),
            head: *head,
            versions: versions.len() as u64,
        });
    assert_eq!(documents, wanted.collect::<Vec<_>>());
    for (document, (head, versions)) in &reference.documents {
        let export = tree.export(document).unwrap();
        assert_eq!((export.head, &export.versions), (*head, versions));
        assert_eq!(tree.head(document).unwrap().unwrap().id, *head);
        for (info, version) in tree.versions(document).unwrap().iter().zip(versions) {
            assert_eq!((info.id, info.bytes), (version.id, version.text.len()));
            assert_eq!(tree.version(document, info.id).unwrap(), *version);
        }
    }
    let kept: usize = reference.documents.values().map(|d| d.1.len()).sum();
    assert_eq!(tree.texts.iter().unwrap().count(), kept, "no text is left");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn the_tree_is_what_the_simplest_one_is(steps in steps()) {
        let session = empty().unwrap();
        session
            .run(|transaction| {
                let mut tree = Tree::open(transaction, LIMITS)?;
                let mut reference = Reference::default();
                for (at, (document, step)) in steps.iter().enumerate() {
                    take(&mut tree, &mut reference, DOCUMENTS[*document], at as u64, step);
                    assert_same(&tree, &reference);
                }
                Ok(())
            })
            .unwrap();
    }
}

#[test]
fn a_long_line_is_cut_at_the_limit_and_names_stay() {
    let session = empty().unwrap();
    let ids = session.run(|transaction| {
        let mut tree = Tree::open(transaction, Limits::default())?;
        for at in 0..1100 {
            let new = NewVersion {
                at,
                text: &at.to_string(),
                cause: Cause::Saved,
                scores: BTreeMap::new(),
            };
            tree.record("d", &new)?;
            if at == 4 {
                tree.name("d", 3, "keep")?;
            }
        }
        tree.versions("d")
    });
    let ids: Vec<_> = ids.unwrap().into_iter().map(|v| (v.id, v.parent)).collect();
    assert_eq!(ids.len(), 1000);
    assert_eq!(ids[0], (3, None));
    assert_eq!(ids[1], (102, Some(3)));
    assert_eq!(ids[999], (1100, Some(1099)));
}
