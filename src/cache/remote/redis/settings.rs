//! What the operator sets, and what is wrong with it.

use std::fmt;
use std::time::Duration;

use super::address::AddressError;

/// The longest time to live of an entry. Invalidations are kept a day longer, so that no entry
/// outlives the invalidation that made it stale.
pub const LONGEST_TTL: Duration = Duration::from_hours(30 * 24);

/// Where the shared cache is and how it is used. `Debug` shows no password.
#[derive(Clone, PartialEq, Eq)]
pub struct RedisSettings {
    /// `redis://[user:password@]host[:6379][/database]`, `unix:///path/to/socket`, or
    /// `redis+cluster://[user:password@]host[:port],host[:port]`; `valkey` may stand for `redis`.
    pub url: String,
    /// What every key begins with; machines share what is under the same one. Default:
    /// `postwright:1`.
    pub namespace: String,
    /// The longest that a caller waits, 1 ms to 1 s. Default: 5 ms.
    pub timeout: Duration,
    /// The longest that an entry is kept, 1 s to [`LONGEST_TTL`]. Default: 7 days.
    pub ttl: Duration,
    /// Entries that wait to be written, 1 to 65 536; the oldest gives way. Default: 4096.
    pub queue: usize,
}

impl Default for RedisSettings {
    fn default() -> Self {
        Self {
            url: "redis://127.0.0.1:6379".to_owned(),
            namespace: "postwright:1".to_owned(),
            timeout: Duration::from_millis(5),
            ttl: Duration::from_hours(7 * 24),
            queue: 4096,
        }
    }
}

impl fmt::Debug for RedisSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisSettings")
            .field("namespace", &self.namespace)
            .field("timeout", &self.timeout)
            .field("ttl", &self.ttl)
            .field("queue", &self.queue)
            .finish_non_exhaustive()
    }
}

/// Why the shared cache cannot be used as it is set. No message holds the address as it was
/// written, because that may hold a password.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RedisSettingsError {
    /// The address.
    #[error("cache.remote {0}")]
    Url(#[from] AddressError),
    /// The namespace.
    #[error(
        "cache.namespace is {namespace:?}; it must be 1 to 64 letters, digits, `:`, `-`, `_` or `.`"
    )]
    Namespace {
        /// As it was given.
        namespace: String,
    },
    /// A time.
    #[error("{key} is {value:?}; it must be {least:?} to {most:?}")]
    Time {
        /// In the configuration.
        key: &'static str,
        /// As it was given.
        value: Duration,
        /// The least allowed.
        least: Duration,
        /// The most allowed.
        most: Duration,
    },
    /// The queue.
    #[error("{queue} entries cannot wait to be written; it must be 1 to {most}")]
    Queue {
        /// As it was given.
        queue: usize,
        /// The most allowed.
        most: usize,
    },
    /// The system gave no thread or no event loop.
    #[error("the thread of the remote cache cannot be started: {0}; try without cache.remote")]
    Thread(#[source] std::io::Error),
}

const LONGEST_QUEUE: usize = 1 << 16;
const LONGEST_NAMESPACE: usize = 64;

impl RedisSettings {
    /// Checks everything but the address.
    pub(super) fn check(&self) -> Result<(), RedisSettingsError> {
        // A brace would put all keys into one slot of a cluster, a blank or a star would make the
        // keys hard to look for.
        let is_plain = |b: u8| b.is_ascii_alphanumeric() || b":-_.".contains(&b);
        let length = self.namespace.len();
        if !(1..=LONGEST_NAMESPACE).contains(&length) || !self.namespace.bytes().all(is_plain) {
            let namespace = self.namespace.clone();
            return Err(RedisSettingsError::Namespace { namespace });
        }
        let second = Duration::from_secs(1);
        let times = [
            (
                "cache.remote_timeout_ms",
                self.timeout,
                second / 1000,
                second,
            ),
            ("cache.days", self.ttl, second, LONGEST_TTL),
        ];
        for (key, value, least, most) in times {
            if !(least..=most).contains(&value) {
                return Err(RedisSettingsError::Time {
                    key,
                    value,
                    least,
                    most,
                });
            }
        }
        if !(1..=LONGEST_QUEUE).contains(&self.queue) {
            return Err(RedisSettingsError::Queue {
                queue: self.queue,
                most: LONGEST_QUEUE,
            });
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_are_allowed_and_what_is_not_is_named() {
        let good = RedisSettings::default();
        good.check().unwrap();
        let told = |change: fn(&mut RedisSettings)| {
            let mut bad = RedisSettings::default();
            change(&mut bad);
            bad.check().unwrap_err().to_string()
        };
        let cases = [
            (told(|s| s.namespace.clear()), "cache.namespace is \"\""),
            (told(|s| s.namespace = "a b".into()), "cache.namespace"),
            (told(|s| s.namespace = "{a}".into()), "cache.namespace"),
            (told(|s| s.namespace = "a".repeat(65)), "cache.namespace"),
            (
                told(|s| s.timeout = Duration::ZERO),
                "cache.remote_timeout_ms is 0ns; it must be 1ms to 1s",
            ),
            (
                told(|s| s.timeout = Duration::from_secs(2)),
                "cache.remote_timeout_ms is 2s",
            ),
            (told(|s| s.ttl = Duration::ZERO), "cache.days is 0ns"),
            (
                told(|s| s.ttl = LONGEST_TTL * 2),
                "cache.days is 5184000s; it must be 1s to 2592000s",
            ),
            (told(|s| s.queue = 0), "0 entries cannot wait"),
            (told(|s| s.queue = 1 << 17), "131072 entries cannot wait"),
        ];
        for (message, expected) in cases {
            assert!(message.starts_with(expected), "{message}");
        }
    }

    #[test]
    fn it_is_shown_without_the_password() {
        let settings = RedisSettings {
            url: "redis://me:hunter2@host".to_owned(),
            ..RedisSettings::default()
        };
        assert!(!format!("{settings:?}").contains("hunter2"));
    }
}
