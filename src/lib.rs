//! Postwright: a terminal workstation for people who write posts for LinkedIn.

pub mod analysis;
