//! Where the servers are.

use redis::io::tcp::TcpSettings;
use redis::{ConnectionAddr, ConnectionInfo, IntoConnectionInfo, ProtocolVersion};

/// Why an address cannot be used. Nothing of the address itself is told, for it may hold a
/// password.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AddressError {
    /// It asks for an encrypted connection.
    #[error(
        "asks for TLS, which this program does not speak; use a unix socket, a trusted network or \
         a local TLS tunnel"
    )]
    Tls,
    /// It begins like no address of a server.
    #[error(
        "must begin with redis://, valkey://, unix:// or redis+cluster://, as in \
         redis://127.0.0.1:6379/0"
    )]
    Scheme,
    /// It begins well, and then cannot be read.
    #[error(
        "cannot be read: {0}; write it as redis://user:password@host:6379/0, with %40 for an @ and \
         %2F for a / in the password"
    )]
    Unreadable(String),
}

/// One server, or some of a cluster's.
#[derive(Debug, Clone)]
pub(super) enum Address {
    One(Box<ConnectionInfo>),
    /// Servers that know the rest of their cluster; at least one.
    Cluster(Vec<ConnectionInfo>),
}

impl Address {
    /// Reads what [`RedisSettings::url`](super::RedisSettings::url) describes.
    pub fn parse(url: &str) -> Result<Self, AddressError> {
        let (scheme, rest) = url.trim().split_once("://").ok_or(AddressError::Scheme)?;
        match scheme {
            "redis" | "valkey" | "unix" | "redis+unix" | "valkey+unix" => {
                node(url.trim()).map(|info| Self::One(Box::new(info)))
            }
            "redis+cluster" | "valkey+cluster" => cluster(rest).map(Self::Cluster),
            "rediss" | "valkeys" | "rediss+cluster" | "valkeys+cluster" => Err(AddressError::Tls),
            _ => Err(AddressError::Scheme),
        }
    }

    /// For people, without user and password.
    pub fn name(&self) -> String {
        match self {
            Self::One(info) => match info.addr() {
                ConnectionAddr::Unix(path) => format!("unix://{}", path.display()),
                tcp => format!("redis://{}/{}", place(tcp), info.redis_settings().db()),
            },
            Self::Cluster(nodes) => {
                let places: Vec<String> = nodes.iter().map(|n| place(n.addr())).collect();
                format!("redis+cluster://{}", places.join(","))
            }
        }
    }
}

/// Host and port, with the brackets that an IPv6 address has in a URL.
fn place(address: &ConnectionAddr) -> String {
    match address {
        ConnectionAddr::Tcp(host, port) if host.contains(':') => format!("[{host}]:{port}"),
        other => other.to_string(),
    }
}

/// The servers of `[user:password@]host,host[/database]`, which share user and password.
fn cluster(rest: &str) -> Result<Vec<ConnectionInfo>, AddressError> {
    let (authority, tail) = match rest.find(['/', '?']) {
        Some(at) => rest.split_at(at),
        None => (rest, ""),
    };
    let (login, hosts) = match authority.rfind('@') {
        Some(at) => authority.split_at(at + 1),
        None => ("", authority),
    };
    hosts
        .split(',')
        .map(|host| node(&format!("redis://{login}{}{tail}", host.trim())))
        .collect()
}

fn node(url: &str) -> Result<ConnectionInfo, AddressError> {
    // The crate's errors tell what is wrong with a part, and quote only the protocol's version.
    let info = url
        .into_connection_info()
        .map_err(|error| AddressError::Unreadable(error.to_string()))?;
    let redis = info.redis_settings().clone();
    let redis = redis
        .set_lib_name("postwright", env!("CARGO_PKG_VERSION"))
        // The older one does all that is asked of it, whatever the address says.
        .set_protocol(ProtocolVersion::RESP2);
    // Without this a small request behind another may wait 40 ms for an acknowledgement.
    let tcp = TcpSettings::default().set_nodelay(true);
    Ok(info.set_redis_settings(redis).set_tcp_settings(tcp))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_shown_without_user_and_password() {
        let cases = [
            ("redis://host", "redis://host:6379/0"),
            ("valkey://me:hunter2@host:1/3", "redis://host:1/3"),
            ("redis://[::1]:7/0", "redis://[::1]:7/0"),
            (
                "unix:///run/valkey.sock?pass=hunter2",
                "unix:///run/valkey.sock",
            ),
            (
                "redis+cluster://me:hunt,er2@a,b:7001, c",
                "redis+cluster://a:6379,b:7001,c:6379",
            ),
            ("valkey+cluster://[::1]:7", "redis+cluster://[::1]:7"),
        ];
        for (url, name) in cases {
            let address = Address::parse(url).unwrap_or_else(|e| panic!("{url}: {e}"));
            assert_eq!(address.name(), name);
            assert!(!format!("{address:?}").contains("hunt"), "{address:?}");
        }
    }

    #[test]
    fn every_node_of_a_cluster_gets_the_password() {
        let Ok(Address::Cluster(nodes)) = Address::parse("redis+cluster://me:p%40w@a,b") else {
            panic!("no cluster");
        };
        let logins: Vec<_> = nodes
            .iter()
            .map(|n| (n.redis_settings().username(), n.redis_settings().password()))
            .collect();
        assert_eq!(logins, [(Some("me"), Some("p@w")); 2]);
        assert!(nodes.iter().all(|n| n.tcp_settings().nodelay()));
    }

    #[test]
    fn what_is_refused_does_not_tell_the_password() {
        let cases = [
            ("", AddressError::Scheme),
            ("me:hunter2@host", AddressError::Scheme),
            ("http://me:hunter2@host", AddressError::Scheme),
            ("rediss://me:hunter2@host", AddressError::Tls),
            ("rediss+cluster://me:hunter2@host", AddressError::Tls),
        ];
        for (url, expected) in cases {
            assert_eq!(Address::parse(url).unwrap_err(), expected, "{url}");
        }
        for url in [
            "redis://me:hunter2@host:port",
            "redis://me:hunter2@",
            "redis://me:hunter2@host/hunter2",
            "redis://me:hunter2@0.0.0.0",
            "redis+cluster://me:hunter2@a,,b",
        ] {
            let error = Address::parse(url).unwrap_err();
            assert!(
                matches!(error, AddressError::Unreadable(_)),
                "{url}: {error}"
            );
            assert!(!error.to_string().contains("hunter2"), "{error}");
        }
    }
}
