//! The sample configuration.

use postwright::config::{Config, Loaded};

#[test]
fn the_sample_equals_the_defaults_and_names_every_key() {
    let text = include_str!("../../config.example.toml");
    let sample: toml::Table = toml::from_str(text).unwrap();
    let mut defaults = toml::Table::try_from(Config::default()).unwrap();
    // Rules of one's own are tables, of which there are none.
    let alerts = defaults.remove("alert").unwrap();
    assert!(alerts.as_array().unwrap().is_empty() && text.contains("# [[alert]]"));
    assert_eq!(sample, defaults);
}

#[test]
fn the_sample_loads() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("config.toml");
    std::fs::write(&path, include_str!("../../config.example.toml")).unwrap();
    let loaded = Loaded::load(Some(&path), [], Vec::new()).unwrap();
    assert_eq!(loaded.config, Config::default());
}
