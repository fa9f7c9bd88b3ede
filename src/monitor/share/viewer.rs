//! One connection, as the server sees it.

use std::io::{self, BufReader, Write};
use std::os::unix::net::UnixStream;
use std::time::Duration;

use super::server::Hub;
use super::wire::{LONGEST_REQUEST, Message, Request, Sent, Want, encode, read_line, refusal};

/// How long a viewer has for its request.
const REQUEST: Duration = Duration::from_secs(5);
/// How long a line may wait for the viewer to take it. One that does not read is dropped before,
/// where snapshots come.
const PATIENCE: Duration = Duration::from_secs(30);
/// Lines of the log that go in one line of an answer.
const CHUNK: usize = 500;
/// Lines of the log that who begins to watch gets of those before.
const BEFORE: u64 = 1000;

/// Says that there is no room.
pub(super) fn turn_away(stream: &UnixStream, most: usize) -> io::Result<()> {
    stream.set_write_timeout(Some(REQUEST))?;
    send(stream, &refusal(format!("{most} viewers watch already")))
}

/// Answers the request of a viewer in `place`.
///
/// # Errors
/// Where it went away or does not read.
pub(super) fn serve(hub: &Hub, stream: &UnixStream, place: usize) -> io::Result<()> {
    stream.set_read_timeout(Some(REQUEST))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    let request = match read_line(&mut BufReader::new(stream), LONGEST_REQUEST) {
        Ok(Some(line)) => Request::parse(&line),
        // It only looked whether somebody is there.
        Ok(None) => return Ok(()),
        Err(error) => Err(refusal(error.to_string())),
    };
    let request = match request {
        Ok(request) => request,
        Err(told) => return send(stream, &told),
    };
    match request.want {
        Want::Hello => send(stream, &Message::Hello(hub.hello())),
        Want::Snapshots => watch(hub, stream, place, &request),
        Want::Once => once(hub, stream, place),
        Want::Prometheus => prometheus(hub, stream),
        Want::Log => {
            log(hub, stream, request.since.unwrap_or(0))?;
            send(stream, &Message::End)
        }
    }
}

fn send(mut stream: &UnixStream, message: &Sent<'_>) -> io::Result<()> {
    stream.write_all(&encode(message))
}

/// Everything from now on, and the last minutes before where they are asked for.
fn watch(hub: &Hub, mut stream: &UnixStream, place: usize, request: &Request) -> io::Result<()> {
    let (latest, snapshots) = hub.watch(place);
    send(stream, &Message::Hello(hub.hello()))?;
    if request.past {
        let before = latest.as_ref().map_or(u64::MAX, |latest| latest.number);
        for snapshot in (hub.offer.past)() {
            if snapshot.number < before {
                send(stream, &Message::Snapshot(&snapshot))?;
            }
        }
    }
    if let Some(latest) = latest {
        send(stream, &Message::Snapshot(&latest))?;
    }
    let oldest = hub.offer.ring.newest().saturating_sub(BEFORE);
    let mut told = request.since.map(|since| since.max(oldest));
    loop {
        if let Some(since) = told {
            told = Some(log(hub, stream, since)?);
        }
        match snapshots.recv() {
            Ok(line) => stream.write_all(&line)?,
            // The server ends, or this viewer was dropped and hears nothing any more.
            Err(_) => return send(stream, &Message::End),
        }
    }
}

fn once(hub: &Hub, mut stream: &UnixStream, place: usize) -> io::Result<()> {
    if let Some(latest) = hub.latest() {
        return send(stream, &Message::Snapshot(&latest));
    }
    let (latest, snapshots) = hub.watch(place);
    if let Some(latest) = latest {
        return send(stream, &Message::Snapshot(&latest));
    }
    match snapshots.recv_timeout(PATIENCE) {
        Ok(line) => stream.write_all(&line),
        Err(_) => send(stream, &refusal("nothing is known yet".to_owned())),
    }
}

fn prometheus(hub: &Hub, mut stream: &UnixStream) -> io::Result<()> {
    match hub.latest() {
        Some(latest) => stream.write_all((hub.offer.expose)(&latest).as_bytes()),
        None => send(stream, &refusal("nothing is known yet".to_owned())),
    }
}

/// The lines of the log above number `since`; returns the number of the last.
fn log(hub: &Hub, stream: &UnixStream, mut since: u64) -> io::Result<u64> {
    // Those that come while these are sent have to wait: they could go on for ever.
    let newest = hub.offer.ring.newest();
    while since < newest {
        let lines = hub.offer.ring.since(since, CHUNK);
        let Some(last) = lines.last() else { break };
        since = last.number;
        let lines = lines.iter().map(|line| &**line).collect();
        send(stream, &Message::Log(lines))?;
    }
    Ok(since)
}
