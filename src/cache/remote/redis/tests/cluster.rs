//! The tier on a cluster of two servers.

use super::server::free_port;
use super::*;

/// A server of a cluster.
struct Node {
    server: Server,
    port: u16,
    /// Where the servers of the cluster talk to one another.
    bus: u16,
}

impl Node {
    /// `None` where the machine has no server.
    fn start() -> Option<Self> {
        let (port, bus) = (free_port(), free_port());
        let arguments = format!(
            "--bind 127.0.0.1 --port {port} --cluster-enabled yes --cluster-port {bus} \
             --requirepass hunter2"
        );
        let arguments: Vec<&str> = arguments.split(' ').collect();
        let server = Server::start(&arguments)?;
        Some(Self { server, port, bus })
    }

    /// What it answers to `CLUSTER` with these arguments.
    fn cluster<T: redis::FromRedisValue>(&self, arguments: &[&str]) -> T {
        let url = format!("{}?pass=hunter2", self.server.url());
        let client = redis::Client::open(url).unwrap();
        let mut connection = client.get_connection().unwrap();
        let mut command = redis::cmd("CLUSTER");
        command.arg(arguments).query(&mut connection).unwrap()
    }

    fn is_whole(&self) -> bool {
        let info: String = self.cluster(&["INFO"]);
        info.contains("cluster_state:ok") && info.contains("cluster_known_nodes:2")
    }
}

#[test]
fn one_question_reaches_all_servers_of_a_cluster() {
    let (Some(a), Some(mut b)) = (Node::start(), Node::start()) else {
        return;
    };
    let () = a.cluster(&["ADDSLOTSRANGE", "0", "8191"]);
    let () = b.cluster(&["ADDSLOTSRANGE", "8192", "16383"]);
    let (port, bus) = (b.port.to_string(), b.bus.to_string());
    let () = a.cluster(&["MEET", "127.0.0.1", &port, &bus]);
    until("the cluster", || a.is_whole() && b.is_whole());

    let url = format!("redis+cluster://:hunter2@127.0.0.1:{}", a.port);
    let (tier, hand) = tier_of(&settings(&url));
    until("the connection", || tier.is_up());
    assert_eq!(tier.name(), format!("redis+cluster://127.0.0.1:{}", a.port));
    put(&tier, (0..100).map(entry).collect());
    let keys: Vec<Key> = (0..101).map(key).collect();
    let found = |tier: &RedisTier| -> Vec<usize> {
        let answers = tier.get(&keys).into_iter().enumerate();
        answers
            .filter_map(|(n, answer)| (answer == Ok(entry(n).1)).then_some(n))
            .collect()
    };
    assert_eq!(found(&tier), (0..100).collect::<Vec<_>>());
    assert_eq!(one(&tier, 100), Err(RemoteError::Miss));
    // Both hold some of them.
    let held = |node: &Node| -> usize {
        let slots = if node.port == a.port {
            0..8192
        } else {
            8192..16384
        };
        slots
            .filter(|slot: &i32| node.cluster::<usize>(&["COUNTKEYSINSLOT", &slot.to_string()]) > 0)
            .take(1)
            .count()
    };
    assert_eq!((held(&a), held(&b)), (1, 1));
    tier.invalidate(&[Tag::new("t")], 5);
    until("the invalidation", || {
        tier.invalidated_since(4) == Ok(vec![(Tag::new("t"), 5)])
    });

    b.server.kill();
    until("the loss", || {
        tier.get(&keys).iter().any(Result::is_err) && !tier.is_up()
    });
    b.server.run();
    until("the recovery", || {
        hand.advance(HOUR);
        // What the killed one held is gone.
        let found = found(&tier).len();
        0 < found && found < 100
    });
}
