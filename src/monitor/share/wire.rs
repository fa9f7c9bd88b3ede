//! Lines of the socket.

use std::io::{self, BufRead, Read};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::monitor::snapshot::Snapshot;
use crate::telemetry::Line;

use super::finite::finite;

/// Version of the protocol.
pub const VERSION: u32 = 1;
/// Most bytes of a request.
pub(super) const LONGEST_REQUEST: u64 = 4 << 10;
/// Most bytes of a line of an answer.
pub(super) const LONGEST_ANSWER: u64 = 8 << 20;

/// What a client asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Want {
    /// Who is there. Every version answers it.
    Hello,
    /// Every snapshot from now on, and the log with them where `since` is told.
    Snapshots,
    /// One snapshot.
    Once,
    /// The metrics of one, as text.
    Prometheus,
    /// Lines of the log above number `since`.
    Log,
}

/// The line of a client.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Request {
    pub want: Want,
    #[serde(default = "first_version")]
    pub version: u32,
    #[serde(default)]
    pub since: Option<u64>,
    /// Whether snapshots of the last minutes come first.
    #[serde(default)]
    pub past: bool,
}

/// Who leaves it out means the first.
fn first_version() -> u32 {
    1
}

/// Who answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hello {
    /// The version of the protocol.
    pub version: u32,
    /// The process.
    pub pid: u32,
    /// What it is at work on, for people.
    pub title: String,
    /// When it began to listen, in milliseconds since 1970.
    pub since_ms: u64,
}

/// A line of the server, with snapshot and lines owned or borrowed.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Message<S, L> {
    Hello(Hello),
    Snapshot(S),
    Log(Vec<L>),
    /// It does not do what was asked.
    Refused {
        version: u32,
        reason: String,
    },
    /// It has nothing more to say, on purpose.
    End,
}

/// As a client reads it.
pub(super) type Received = Message<Box<Snapshot>, Line>;
/// As a server writes it.
pub(super) type Sent<'a> = Message<&'a Snapshot, &'a Line>;

impl Request {
    /// For `want` and nothing more.
    pub fn of(want: Want) -> Self {
        Self {
            want,
            version: VERSION,
            since: None,
            past: false,
        }
    }

    /// Reads a line; the error is the answer.
    pub fn parse(line: &[u8]) -> Result<Self, Sent<'static>> {
        let value: Value = serde_json::from_slice(line)
            .map_err(|error| refusal(format!("no request: {error}")))?;
        // Another version may ask in other words, but for this.
        let version = value.get("version").map_or(Some(1), Value::as_u64);
        let is_hello = value.get("want").is_some_and(|want| want == "hello");
        if version != Some(u64::from(VERSION)) && !is_hello {
            let reason = format!("this Postwright speaks version {VERSION} of the protocol");
            return Err(refusal(reason));
        }
        serde_json::from_value(value).map_err(|error| refusal(format!("no request: {error}")))
    }
}

/// Says that nothing comes, and why.
pub(super) fn refusal(reason: String) -> Sent<'static> {
    Message::Refused {
        version: VERSION,
        reason,
    }
}

/// The line of a message. One that would be too long becomes a refusal.
pub(super) fn encode(message: &Sent<'_>) -> Vec<u8> {
    let encoded = match message {
        Message::Snapshot(snapshot) => serde_json::to_vec(&Sent::Snapshot(&finite(snapshot))),
        other => serde_json::to_vec(other),
    };
    let told = match encoded {
        Ok(line) if (line.len() as u64) < LONGEST_ANSWER => Ok(line),
        Ok(line) => Err(format!(
            "{} bytes are more than a line may have, {LONGEST_ANSWER}",
            line.len()
        )),
        Err(error) => Err(error.to_string()),
    };
    let mut line = told.unwrap_or_else(|reason| {
        // Two plain fields.
        serde_json::to_vec(&refusal(reason)).unwrap_or_default()
    });
    line.push(b'\n');
    line
}

/// Reads a line without its end; `None` at the end of everything.
///
/// # Errors
/// Where it is longer than `most` bytes, or reading fails.
pub(super) fn read_line(reader: &mut impl BufRead, most: u64) -> io::Result<Option<Vec<u8>>> {
    let mut line = Vec::new();
    let read = reader.take(most + 1).read_until(b'\n', &mut line)?;
    if line.last() == Some(&b'\n') {
        line.pop();
    } else if read as u64 > most {
        let reason = format!("a line is longer than {most} bytes");
        return Err(io::Error::new(io::ErrorKind::InvalidData, reason));
    }
    Ok((read > 0).then_some(line))
}

#[cfg(test)]
mod tests {
    use super::super::testing::{numbered, wild_snapshots};
    use super::*;
    use proptest::prelude::*;

    fn reason(line: &str) -> String {
        match Request::parse(line.as_bytes()) {
            Err(Message::Refused { version, reason }) => {
                assert_eq!(version, VERSION);
                reason
            }
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn requests_are_read_and_anything_else_is_refused_with_the_reason() {
        let asked = Request::parse(b"{\"want\":\"log\",\"since\":7}").unwrap();
        let log = Request {
            want: Want::Log,
            version: 1,
            since: Some(7),
            past: false,
        };
        assert_eq!(asked, log);
        let cases = [
            ("", "no request"),
            ("GET / HTTP/1.1", "no request"),
            ("[]", "no request"),
            ("{}", "missing field `want`"),
            ("{\"want\":\"money\"}", "unknown variant `money`"),
            ("{\"want\":\"once\",\"x\":1}", "unknown field `x`"),
            (
                "{\"want\":\"later\",\"version\":2,\"x\":1}",
                "speaks version 1",
            ),
            ("{\"want\":\"once\",\"version\":\"1\"}", "speaks version 1"),
        ];
        for (line, expected) in cases {
            let reason = reason(line);
            assert!(reason.contains(expected), "{line}: {reason}");
        }
        let hello = Request::parse(b"{\"want\":\"hello\",\"version\":9}").unwrap();
        assert_eq!(hello.want, Want::Hello);
    }

    #[test]
    fn a_snapshot_that_is_too_long_is_told_as_such() {
        let long = numbered(1, 100_000);
        let line = encode(&Message::Snapshot(&long));
        assert!(line.len() < 200, "{}", line.len());
        let told: Received = serde_json::from_slice(&line).unwrap();
        assert!(matches!(told, Message::Refused { .. }), "{told:?}");
    }

    #[test]
    fn lines_are_read_up_to_their_limit() {
        let mut text: &[u8] = b"1234\n\n12345\n";
        assert_eq!(read_line(&mut text, 4).unwrap(), Some(b"1234".to_vec()));
        assert_eq!(read_line(&mut text, 4).unwrap(), Some(Vec::new()));
        let error = read_line(&mut text, 4).unwrap_err().to_string();
        assert!(error.contains("longer than 4 bytes"), "{error}");
        assert_eq!(
            read_line(&mut &b"123"[..], 4).unwrap(),
            Some(b"123".to_vec())
        );
        assert_eq!(read_line(&mut &b""[..], 4).unwrap(), None);
    }

    proptest! {
        #[test]
        fn any_snapshot_arrives_on_one_line(snapshot in wild_snapshots()) {
            let line = encode(&Message::Snapshot(&snapshot));
            prop_assert_eq!(line.iter().position(|b| *b == b'\n'), Some(line.len() - 1));
            let received: Received = serde_json::from_slice(&line).unwrap();
            let Message::Snapshot(received) = received else { panic!("{received:?}") };
            prop_assert_eq!(received.number, snapshot.number);
        }

        #[test]
        fn garbage_never_breaks_the_reader(bytes in any::<Vec<u8>>()) {
            if let Err(told) = Request::parse(&bytes) {
                prop_assert!(encode(&told).len() < 500);
            }
        }
    }
}
