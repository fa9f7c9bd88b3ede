//! The panes. Each has its state, an update and a render, and knows no other pane.

pub mod cache;
pub mod editor;
pub mod monitor;
pub mod results;
