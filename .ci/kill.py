#!/usr/bin/env python3
"""Kills the workstation with SIGKILL at random points while it is typed into, and looks at what the
next start brings back: a prefix of what was typed, and all of it up to a second before the kill.

Each round has a home of its own. A third of the rounds types, a third saves right before the kill,
a third pastes so much that the journal is written anew around it.
"""
import argparse
import fcntl
import os
import pathlib
import pty
import random
import select
import signal
import struct
import sys
import tempfile
import termios
import threading
import time

BASE = "A post that was there before.\n"
WORDS = ["typed", "näive", "🚀", "字", "words,", "and", "e\u0301", "more.", "x"]
ROTATE = 300_000


class Session:
    """The program in a pseudo-terminal."""

    def __init__(self, binary, home, path):
        self.output = bytearray()
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            folders = {f"XDG_{n}_HOME": f"{home}/{n.lower()}" for n in ("CONFIG", "STATE", "DATA", "CACHE")}
            os.execve(binary, [binary, str(path)], {"TERM": "xterm-256color", "HOME": home, **folders})
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        os.kill(self.pid, signal.SIGWINCH)
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()

    def read(self):
        while True:
            try:
                piece = os.read(self.fd, 65536)
            except OSError:
                return
            if not piece:
                return
            self.output += piece

    def send(self, data):
        """Writes without blocking for ever: a killed reader never takes the rest."""
        view = memoryview(data)
        deadline = time.monotonic() + 20
        while view and time.monotonic() < deadline:
            _, writable, _ = select.select([], [self.fd], [], 0.2)
            if writable:
                try:
                    view = view[os.write(self.fd, view[:4096]):]
                except OSError:
                    return
        assert not view, "the program takes no input"

    def waits_for(self, *texts, timeout=20.0):
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            for text in texts:
                if text.encode() in bytes(self.output):
                    return text
            time.sleep(0.005)
        raise AssertionError(f"waited in vain for {texts}: {bytes(self.output)[-2000:]!r}")

    def kill(self):
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        self.reader.join(timeout=5)
        os.close(self.fd)

    def ends(self):
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                os.close(self.fd)
                return os.waitstatus_to_exitcode(status)
            time.sleep(0.01)
        raise AssertionError(f"it does not end: {bytes(self.output)[-2000:]!r}")


def written(session, kind, rng):
    """Types for a random while. Returns (time, length of the text by then) of every piece, and the
    text."""
    session.send(b"\x1b[1;5F")
    text = BASE
    log = [(time.monotonic(), len(text))]
    stop = time.monotonic() + rng.uniform(0.05, 2.5)
    while time.monotonic() < stop:
        piece = " ".join(rng.choice(WORDS) for _ in range(rng.randrange(1, 4))) + rng.choice([" ", "\n"])
        text += piece
        # Noted before it is sent: what is on its way counts as typed.
        session.send(piece.replace("\n", "\r").encode())
        log.append((time.monotonic(), len(text)))
        time.sleep(rng.uniform(0.001, 0.03))
        if kind == "save" and rng.random() < 0.05:
            session.send(b"\x13")
    if kind == "rotate":
        # Pasted and taken back, so that the journal outgrows the text and is written anew.
        piece = "".join(rng.choice("abcdefgh \n") for _ in range(200)) * (ROTATE // 200)
        for _ in range(rng.randrange(3, 9)):
            session.send(b"\x1b[200~" + piece.replace("\n", "\r").encode() + b"\x1b[201~")
            time.sleep(rng.uniform(0, 0.05))
            session.send(b"\x1a")
        text = (text, text + piece)
    if kind == "save":
        session.send(b"\x13")
    time.sleep(rng.uniform(0, 0.05 if kind == "save" else 0.3))
    return log, text


def round_of(binary, number, rng):
    kind = ("type", "save", "rotate")[number % 3]
    with tempfile.TemporaryDirectory() as home:
        path = pathlib.Path(home) / "post.md"
        path.write_text(BASE, encoding="utf-8")
        session = Session(binary, home, path)
        session.waits_for("post.md")
        log, text = written(session, kind, rng)
        text, pasted = text if isinstance(text, tuple) else (text, text)
        killed = time.monotonic()
        session.kill()
        on_disk = path.read_text(encoding="utf-8")
        assert text.startswith(on_disk) or on_disk == pasted, f"round {number} ({kind}): the file is garbled"
        session = Session(binary, home, path)
        offered = session.waits_for("Recovered text", "keys") == "Recovered text"
        if not offered:
            # The status line may come first.
            time.sleep(0.2)
            offered = b"Recovered text" in session.output
        if offered:
            session.send(b"r")
            session.waits_for("recovered")
            session.send(b"\x13")
            session.waits_for("saved ")
        got = path.read_text(encoding="utf-8")
        session.send(b"\x11")
        assert session.ends() == 0
        left = [p.name for p in (pathlib.Path(home) / "state/postwright/drafts").glob("*.journal")]
        assert not left, f"round {number}: {left} stays after a save"
    assert text.startswith(got) or got == pasted, f"round {number} ({kind}): garbled from {common(text, got)} on: {got[-80:]!r}"
    owed = max((length for at, length in log if at <= killed - 1.0), default=len(BASE))
    assert len(got) >= owed, f"round {number} ({kind}): {len(got)} of {owed} characters owed, {len(text)} typed"
    return kind, offered, max(len(text) - len(got), 0)


def common(a, b):
    return next((i for i, (x, y) in enumerate(zip(a, b)) if x != y), min(len(a), len(b)))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("postwright")
    parser.add_argument("--points", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    rng = random.Random(args.seed)
    results = [round_of(args.postwright, number, rng) for number in range(args.points)]
    offered = sum(1 for _, offered, _ in results if offered)
    print(f"killed {args.points} times: nothing garbled, recovery offered {offered} times")
    for kind in ("type", "save", "rotate"):
        lost = sorted(lost for k, _, lost in results if k == kind)
        if lost:
            print(f"  {kind:<7} {len(lost):>4} kills; characters of the last second lost: "
                  f"median {lost[len(lost) // 2]}, most {lost[-1]}")


if __name__ == "__main__":
    sys.exit(main())
