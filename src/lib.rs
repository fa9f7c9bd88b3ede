//! Postwright: a workstation for people who write posts for LinkedIn.

pub mod analysis;
pub mod post;
