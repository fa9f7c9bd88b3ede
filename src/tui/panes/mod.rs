//! The panes. Each has its state, an update and a render, and knows no other pane.

pub mod editor;
pub mod results;
