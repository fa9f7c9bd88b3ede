//! Names under which things are kept on the server.

use std::time::Duration;

use redis::{Cmd, cmd};

use crate::cache::key::Key;

use super::settings::LONGEST_TTL;

/// Longest value that is stored or taken, in bytes. Many times what the cache holds of a post.
pub(super) const LARGEST: usize = 1 << 20;

/// How long a tag's generation is kept: longer than any entry that it makes stale, by a day for
/// clocks that differ.
const GENERATIONS_TTL: Duration = LONGEST_TTL.saturating_add(Duration::from_hours(24));

/// The names of one namespace, and the commands on them.
#[derive(Debug, Clone)]
pub(super) struct Keys {
    namespace: String,
    generations: String,
}

impl Keys {
    pub fn new(namespace: &str) -> Self {
        Self {
            namespace: namespace.to_owned(),
            generations: format!("{namespace}:generations"),
        }
    }

    fn entry(&self, key: &Key) -> String {
        format!("{}:{key}", self.namespace)
    }

    /// Asks for an entry. `GETRANGE` in place of `MGET`: it takes no more of a value than could be
    /// ours, and tells which keys hold something else than bytes. It gives nothing for both a
    /// missing key and an empty value, and no value of ours is empty.
    pub fn read(&self, key: &Key) -> Cmd {
        let mut command = cmd("GETRANGE");
        command.arg(self.entry(key)).arg(0).arg(LARGEST);
        command
    }

    /// Stores `bytes` for `ttl`, which has at least a millisecond.
    pub fn write(&self, key: &Key, bytes: &[u8], ttl: Duration) -> Cmd {
        let mut command = cmd("SET");
        command.arg(self.entry(key)).arg(bytes);
        command.arg("PX").arg(milliseconds(ttl));
        command
    }

    /// Raises the generations of tags, in microseconds since 1970, and forgets those that no entry
    /// is old enough for. A sorted set scored by generation; scores are doubles, which hold
    /// whole numbers up to 2^53.
    pub fn raise(&self, generations: &[(String, u64)]) -> Vec<Cmd> {
        let Some(newest) = generations.iter().map(|(_, generation)| *generation).max() else {
            return Vec::new();
        };
        let mut add = cmd("ZADD");
        add.arg(&self.generations).arg("GT");
        for (tag, generation) in generations {
            add.arg(*generation).arg(tag);
        }
        let kept = u64::try_from(GENERATIONS_TTL.as_micros()).unwrap_or(u64::MAX);
        let mut trim = cmd("ZREMRANGEBYSCORE");
        trim.arg(&self.generations).arg("-inf");
        trim.arg(newest.saturating_sub(kept));
        let mut expire = cmd("PEXPIRE");
        expire.arg(&self.generations);
        expire.arg(milliseconds(GENERATIONS_TTL));
        vec![add, trim, expire]
    }

    /// Asks for the tags with a generation above `since`.
    pub fn raised_since(&self, since: u64) -> Cmd {
        let mut command = cmd("ZRANGEBYSCORE");
        command.arg(&self.generations);
        command.arg(format!("({since}")).arg("+inf");
        command.arg("WITHSCORES");
        command
    }
}

fn milliseconds(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}
