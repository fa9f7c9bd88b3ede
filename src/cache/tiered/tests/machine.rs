//! Random histories against a model that has no cache at all.
//!
//! The world is a document: sentences in paragraphs in posts in reports, each with a version that
//! edits raise. The value of a node is the versions of all it consists of, so a stale value is one
//! that shows an old version. Whatever happens, a hit shows the world as it is.

use super::*;
use crate::cache::{DiskSettings, Entanglement, Level, Node};
use proptest::prelude::*;

const SENTENCES: usize = 8;

#[derive(Debug, Clone)]
enum Step {
    /// A sentence is edited.
    Edit(usize),
    /// A node's value is computed, as it is now, and put.
    Put(usize),
    /// A node's value is claimed; it is put after so many edits of a sentence.
    Claim(usize, Option<usize>),
    Get(usize),
    GetMany(Vec<usize>),
    Invalidate(usize),
    Pattern(usize),
    InvalidateAll,
    Advance(u16),
    Flush,
    Compact,
    Reopen,
    /// The disk fails, or works again.
    Fault(bool),
    Switch(bool),
}

fn step() -> impl Strategy<Value = Step> {
    let node = || 0..nodes().len();
    prop_oneof![
        6 => (0..SENTENCES).prop_map(Step::Edit),
        10 => node().prop_map(Step::Put),
        6 => (node(), prop::option::of(0..SENTENCES)).prop_map(|(n, e)| Step::Claim(n, e)),
        14 => node().prop_map(Step::Get),
        4 => prop::collection::vec(node(), 1..6).prop_map(Step::GetMany),
        2 => node().prop_map(Step::Invalidate),
        1 => (0..PATTERNS.len()).prop_map(Step::Pattern),
        1 => Just(Step::InvalidateAll),
        2 => (1..90u16).prop_map(Step::Advance),
        3 => Just(Step::Flush),
        1 => Just(Step::Compact),
        2 => Just(Step::Reopen),
        1 => any::<bool>().prop_map(Step::Fault),
        1 => any::<bool>().prop_map(Step::Switch),
    ]
}

const PATTERNS: [&str; 4] = ["sentence:*", "p*:?", "kind:post", "*"];

/// A node, and the sentences it consists of.
fn nodes() -> Vec<(Node, Vec<usize>)> {
    let of = |level, name: usize, sentences: std::ops::Range<usize>| {
        (Node::new(level, name), sentences.collect())
    };
    let mut nodes: Vec<_> = (0..SENTENCES)
        .map(|s| of(Level::Sentence, s, s..s + 1))
        .collect();
    nodes.extend((0..4).map(|p| of(Level::Paragraph, p, 2 * p..2 * p + 2)));
    nodes.extend((0..2).map(|p| of(Level::Post, p, 4 * p..4 * p + 4)));
    nodes.push(of(Level::Report, 0, 0..SENTENCES));
    nodes
}

struct Machine {
    world: World,
    cache: Option<TieredCache<Text>>,
    entangled: Entanglement<Text>,
    nodes: Vec<(Node, Vec<usize>)>,
    versions: [u32; SENTENCES],
    hits: usize,
}

fn entangle(cache: &TieredCache<Text>, nodes: &[(Node, Vec<usize>)]) -> Entanglement<Text> {
    let entangled = Entanglement::new(cache.clone());
    let part_of = |a: &[usize], b: &[usize]| a.iter().all(|s| b.contains(s));
    for (parent, sentences) in nodes {
        let children = nodes
            .iter()
            .filter(|(n, s)| n.level() < parent.level() && part_of(s, sentences));
        let children: Vec<Node> = children.map(|(n, _)| n.clone()).collect();
        entangled.declare(parent, &children).unwrap();
    }
    entangled
}

impl Machine {
    fn new(folder: &std::path::Path) -> Self {
        let mut world = World::on_disk(folder);
        // Small, so that both tiers evict.
        world.settings.memory_entries = 6;
        world.settings.lifetime = Duration::from_secs(120);
        world.settings.lifetimes = vec![(Kind::Post, Duration::from_secs(40))];
        world.settings.disk = Some(DiskSettings {
            live_capacity: 2000,
            ..DiskSettings::new(folder.join("cache.redb"))
        });
        let cache = world.open();
        let nodes = nodes();
        let entangled = entangle(&cache, &nodes);
        Self {
            world,
            cache: Some(cache),
            entangled,
            nodes,
            versions: [0; SENTENCES],
            hits: 0,
        }
    }

    fn cache(&self) -> &TieredCache<Text> {
        self.cache.as_ref().unwrap()
    }

    fn key(&self, node: usize) -> Key {
        let (node, _) = &self.nodes[node];
        let kind = match node.level() {
            Level::Sentence => Kind::Sentence,
            Level::Paragraph | Level::Report => Kind::Grammar,
            Level::Post => Kind::Post,
        };
        key(kind, node.tag().name())
    }

    /// What a node's value is now.
    fn value(&self, node: usize) -> Text {
        let versions = self.nodes[node].1.iter().map(|&s| self.versions[s]);
        let text: Vec<String> = versions.map(|v| v.to_string()).collect();
        Text::of(&self.key(node), &text.join(" "))
    }

    fn tags(&self, node: usize) -> Vec<Tag> {
        vec![self.nodes[node].0.tag().clone()]
    }

    fn edit(&mut self, sentence: usize) {
        self.versions[sentence] += 1;
        // Not waited for: it must hold at once, and later ones are durable in order.
        self.entangled.changed(&self.nodes[sentence].0).detach();
    }

    fn check(&mut self, node: usize, found: Lookup<Text>) {
        if let Some(found) = found.hit() {
            assert_eq!(found, self.value(node), "stale");
            self.hits += 1;
        }
    }

    fn reopen(&mut self) {
        // A failing disk could not save what was invalidated.
        self.world.parts.faults.rest(true);
        let is_on = self.entangled.stats().is_on;
        // A failure that was told late may open the breaker once more.
        let is_saved = [24, 3, 3, 3].into_iter().any(|seconds| {
            self.world.hand.advance(Duration::from_secs(seconds));
            self.cache().flush().is_ok()
        });
        assert!(is_saved, "a disk that works again is not used");
        self.cache().close();
        self.cache = None;
        let cache = self.world.open();
        // The last failures may open the breaker only now, with the fifth call.
        let is_ready = (0..4).any(|_| {
            let is_ready = cache.stats().disk.state == DiskState::Ready;
            if !is_ready {
                self.world.hand.advance(Duration::from_secs(3));
                let _ = cache.flush();
            }
            is_ready
        });
        assert!(is_ready, "{:?}", cache.stats().disk.state);
        self.entangled = entangle(&cache, &self.nodes);
        self.entangled.switch(is_on);
        self.cache = Some(cache);
    }

    fn step(&mut self, step: Step) {
        match step {
            Step::Edit(sentence) => self.edit(sentence),
            Step::Put(node) => {
                let (key, value, tags) = (self.key(node), self.value(node), self.tags(node));
                self.cache().put(key, value, COST, &tags);
                // A small memory may evict even what was just put.
                let peeked = self.cache().peek_memory(&key);
                assert!(peeked.is_none_or(|v| v == self.value(node)), "stale");
            }
            Step::Claim(node, edited) => {
                let key = self.key(node);
                let claim = self.cache().claim_many(&[key]).pop();
                match claim {
                    Some(Claim::Hit(found, _)) => assert_eq!(found, self.value(node), "stale"),
                    Some(Claim::Lead(lead)) => {
                        let (value, tags) = (self.value(node), self.tags(node));
                        let is_hit = edited.is_some_and(|s| self.nodes[node].1.contains(&s));
                        if let Some(sentence) = edited {
                            self.edit(sentence);
                        }
                        let kept = lead.fulfil(value, COST, &tags);
                        if is_hit {
                            assert!(!kept, "a value of an old version was kept");
                        }
                    }
                    other => panic!("{other:?}"),
                }
            }
            Step::Get(node) => {
                let found = self.cache().get(&self.key(node));
                self.check(node, found);
            }
            Step::GetMany(nodes) => {
                let keys: Vec<Key> = nodes.iter().map(|&n| self.key(n)).collect();
                let found = self.cache().get_many(&keys);
                for (node, found) in nodes.into_iter().zip(found) {
                    self.check(node, found);
                }
            }
            // Whether these can be saved depends on the disk; they hold in any case.
            Step::Invalidate(node) => {
                let tags = self.tags(node);
                let _ = self.cache().invalidate(&tags[0]);
                assert!(self.cache().get(&self.key(node)).hit().is_none());
            }
            Step::Pattern(pattern) => {
                let _ = self.cache().invalidate_pattern(PATTERNS[pattern]);
            }
            Step::InvalidateAll => {
                let _ = self.cache().invalidate_all();
                for node in 0..self.nodes.len() {
                    assert!(self.cache().get(&self.key(node)).hit().is_none());
                }
            }
            Step::Advance(seconds) => {
                self.world.hand.advance(Duration::from_secs(seconds.into()));
            }
            Step::Flush => {
                let _ = self.cache().flush();
            }
            Step::Compact => {
                let _ = self.cache().compact();
            }
            Step::Reopen => self.reopen(),
            Step::Fault(fails) => self.world.parts.faults.rest(!fails),
            Step::Switch(on) => self.entangled.switch(on),
        }
    }
}

#[test]
fn the_machine_hits() {
    let folder = tempfile::tempdir().unwrap();
    let mut machine = Machine::new(folder.path());
    for node in 0..machine.nodes.len() {
        machine.step(Step::Put(node));
    }
    machine.step(Step::Reopen);
    machine.step(Step::Edit(0));
    for node in 0..machine.nodes.len() {
        machine.step(Step::Get(node));
    }
    // All but the sentence, its paragraph, its post and the report, as far as the disk had room.
    assert!((5..=11).contains(&machine.hits), "{} hits", machine.hits);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn no_history_serves_a_stale_or_wrong_value(
        steps in prop::collection::vec(step(), 1..80),
    ) {
        let folder = tempfile::tempdir().unwrap();
        let mut machine = Machine::new(folder.path());
        for step in steps {
            machine.step(step);
        }
        machine.reopen();
        for node in 0..machine.nodes.len() {
            let found = machine.cache().get(&machine.key(node));
            machine.check(node, found);
        }
    }
}
