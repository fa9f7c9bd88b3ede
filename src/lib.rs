//! Postwright: a workstation for people who write posts for LinkedIn.

pub mod analysis;
pub mod cache;
pub mod cli;
pub mod config;
mod database;
pub mod engine;
pub mod history;
pub mod learning;
pub mod mistake;
pub mod model;
pub mod monitor;
pub mod post;
pub mod resilience;
pub mod rewrite;
pub mod store;
pub mod telemetry;
pub mod templates;
pub mod train;
pub mod tui;
