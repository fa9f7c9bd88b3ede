//! A connection, and what is sent over it.

use std::time::Duration;

use futures_util::future::join_all;
use redis::aio::{ConnectionLike, MultiplexedConnection};
use redis::cluster::ClusterClientBuilder;
use redis::cluster_async::ClusterConnection;
use redis::io::tcp::TcpSettings;
use redis::{AsyncConnectionConfig, Client, Cmd, Pipeline, RedisResult, Value};

use super::address::Address;

/// The longest that a connection may take to be made, names and login included.
pub(super) const CONNECT: Duration = Duration::from_secs(2);
/// The longest that the server may take to confirm a batch of writes, which nobody waits for.
pub(super) const WRITE: Duration = Duration::from_secs(1);

/// A connection that any number of requests share. Clones are the same connection.
///
/// Not the crate's `ConnectionManager`: that one keeps a connection whose peer went silent, and
/// does not connect again after a refused login.
#[derive(Clone)]
pub(super) enum Link {
    One(MultiplexedConnection),
    Cluster(ClusterConnection),
}

impl Link {
    /// Connects. It may take for ever; see [`CONNECT`].
    pub async fn connect(address: &Address) -> RedisResult<Self> {
        match address {
            Address::One(info) => {
                let config = AsyncConnectionConfig::new()
                    // The caller of this function has a watch of its own.
                    .set_connection_timeout(None)
                    .set_response_timeout(Some(WRITE));
                let client = Client::open(info.as_ref().clone())?;
                let connected = client.get_multiplexed_async_connection_with_config(&config);
                Ok(Self::One(connected.await?))
            }
            Address::Cluster(nodes) => {
                let client = ClusterClientBuilder::new(nodes.iter().cloned())
                    .tcp_settings(TcpSettings::default().set_nodelay(true))
                    .connection_timeout(CONNECT)
                    .response_timeout(WRITE)
                    // The breaker decides when to ask again; a redirection is no retry.
                    .retries(1)
                    .build()?;
                Ok(Self::Cluster(client.get_async_connection().await?))
            }
        }
    }

    /// Sends all `commands` in one round trip, one to each server of a cluster. The answers come
    /// in the order of the commands, and a command that the server refused fails alone.
    ///
    /// # Errors
    /// When the connection fails.
    pub async fn send(&mut self, commands: Vec<Cmd>) -> RedisResult<Vec<RedisResult<Value>>> {
        match self {
            Self::One(connection) => {
                let count = commands.len();
                let mut pipeline = Pipeline::with_capacity(count);
                for command in commands {
                    pipeline.add_command(command);
                }
                let answers = connection.req_packed_commands(&pipeline, 0, count).await?;
                Ok(answers.into_iter().map(refused).collect())
            }
            Self::Cluster(connection) => {
                // A pipeline of the crate must stay within one slot; single commands are gathered
                // on the connection of their server.
                let sent = commands.into_iter().map(|command| {
                    let mut connection = connection.clone();
                    async move { connection.req_packed_command(&command).await }
                });
                let mut answers = join_all(sent).await;
                let broken =
                    |a: &RedisResult<Value>| a.as_ref().is_err_and(|error| error.code().is_none());
                match answers.iter().position(broken) {
                    Some(at) => answers.swap_remove(at).map(|_| Vec::new()),
                    None => Ok(answers.into_iter().map(|a| a.and_then(refused)).collect()),
                }
            }
        }
    }

    /// Asks for a sign of life.
    pub async fn ping(&mut self) -> RedisResult<()> {
        for answer in self.send(vec![redis::cmd("PING")]).await? {
            answer?;
        }
        Ok(())
    }
}

/// An answer that is an error, as one.
fn refused(answer: Value) -> RedisResult<Value> {
    match answer {
        Value::ServerError(error) => Err(error.into()),
        other => Ok(other),
    }
}
