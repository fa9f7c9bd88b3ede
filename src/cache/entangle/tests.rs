use super::*;
use crate::cache::testing::{Text, World, key, sentence};
use crate::cache::{Kind, Lookup};
use std::time::Duration;

fn node(level: Level, name: &str) -> Node {
    Node::new(level, name)
}

/// Two paragraphs of two sentences each in one post, in a report over it.
fn document() -> (TieredCache<Text>, Entanglement<Text>) {
    let cache = World::new().open();
    let entangled = Entanglement::new(cache.clone());
    let sentences: Vec<Node> = ["a", "b", "c", "d"]
        .map(|n| node(Level::Sentence, n))
        .to_vec();
    let paragraphs = ["1", "2"].map(|n| node(Level::Paragraph, n));
    entangled.declare(&paragraphs[0], &sentences[..2]).unwrap();
    entangled.declare(&paragraphs[1], &sentences[2..]).unwrap();
    let post = node(Level::Post, "p");
    entangled.declare(&post, &paragraphs).unwrap();
    let report = node(Level::Report, "r");
    entangled.declare(&report, &[post]).unwrap();
    (cache, entangled)
}

/// Which of the nodes have a current value after `changed` changed.
fn kept(on: bool, changed: &Node) -> Vec<String> {
    let (cache, entangled) = document();
    entangled.switch(on);
    let mut nodes = ["a", "b", "c", "d"]
        .map(|n| node(Level::Sentence, n))
        .to_vec();
    nodes.extend(["1", "2"].map(|n| node(Level::Paragraph, n)));
    nodes.extend([node(Level::Post, "p"), node(Level::Report, "r")]);
    for node in &nodes {
        let key = sentence(node.tag().name());
        let tags = [node.tag().clone()];
        cache.put(key, Text::of(&key, "x"), Duration::ZERO, &tags);
    }
    entangled.changed(changed).wait().unwrap();
    let is_kept = |n: &&Node| cache.get(&sentence(n.tag().name())) != Lookup::Miss;
    let kept = nodes.iter().filter(is_kept);
    kept.map(|n| n.tag().to_string()).collect()
}

#[test]
fn a_change_hits_its_ancestors_and_spares_its_siblings() {
    let spared = ["sentence:b", "sentence:c", "sentence:d", "paragraph:2"];
    assert_eq!(kept(true, &node(Level::Sentence, "a")), spared);
    assert_eq!(kept(false, &node(Level::Sentence, "a")).len(), 0);
    // One that nobody declared is on its own.
    let unknown = node(Level::Sentence, "unknown");
    assert_eq!(kept(true, &unknown).len(), 8);
    assert_eq!(kept(false, &unknown).len(), 8);
}

#[test]
fn its_figures_say_what_it_spared() {
    let (_, entangled) = document();
    entangled.changed(&node(Level::Sentence, "a")).detach();
    let stats = entangled.stats();
    let found = (stats.nodes, stats.changes, stats.invalidated, stats.spared);
    assert_eq!(found, (8, 1, 4, 4));
    entangled.switch(false);
    entangled.changed(&node(Level::Sentence, "a")).detach();
    let stats = entangled.stats();
    let found = (stats.is_on, stats.invalidated, stats.spared);
    assert_eq!(found, (false, 12, 4));
}

#[test]
fn edges_lead_upwards_and_follow_the_document() {
    let (_, entangled) = document();
    let refused = entangled
        .declare(&node(Level::Paragraph, "1"), &[node(Level::Post, "p")])
        .unwrap_err();
    assert!(refused.to_string().starts_with("post:p cannot be part of"));
    // The first paragraph is rewritten; its sentence `b` is shared with another.
    let [b, new] = ["b", "new"].map(|n| node(Level::Sentence, n));
    let other = node(Level::Paragraph, "3");
    entangled.declare(&other, std::slice::from_ref(&b)).unwrap();
    entangled
        .declare(&node(Level::Paragraph, "1"), &[new])
        .unwrap();
    assert_eq!(
        entangled.stats().nodes,
        9,
        "`a` is gone, `b` and `new` are there"
    );
    entangled.changed(&b).detach();
    assert_eq!(
        entangled.stats().invalidated,
        2,
        "`b` and its other paragraph"
    );
    entangled.forget(&node(Level::Report, "r"));
    assert_eq!(entangled.stats().nodes, 2);
    entangled.forget(&other);
    assert_eq!(entangled.stats().nodes, 0);
}

#[test]
fn values_of_any_kind_follow_the_tags() {
    let (cache, entangled) = document();
    let post = key(Kind::Post, "p");
    let tags = [node(Level::Post, "p").tag().clone()];
    cache.put(post, Text::of(&post, "x"), Duration::ZERO, &tags);
    entangled.changed(&node(Level::Sentence, "d")).detach();
    assert_eq!(cache.get(&post), Lookup::Miss);
}
