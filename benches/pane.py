#!/usr/bin/env python3
"""What an open pane costs: CPU time of the program with the pane beside the editor and without.

    python3 benches/pane.py PROGRAM --pane cache --seconds 30 --rounds 5

Types into the program in a pseudo-terminal, five keys a second, by turns with the pane seen and with
the editor alone on the screen, and reads the CPU time of the process, all threads, from /proc.
"""

import argparse
import fcntl
import os
import pty
import statistics
import struct
import subprocess
import tempfile
import termios
import threading
import time
from pathlib import Path

KEYS = {"results": b"\x1b2", "cache": b"\x1b3", "monitor": b"\x1b4"}
TEXT = "We wrote down what we learned. The team was slow at first. Then it went well. "


def cpu_seconds(pid):
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def run(program, pane, seconds, typing, size):
    with tempfile.TemporaryDirectory() as home:
        ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", size[1], size[0], 0, 0))
        env = {"PATH": os.environ["PATH"], "HOME": home, "TERM": "xterm-256color"}
        process = subprocess.Popen(
            [program], stdin=theirs, stdout=theirs, stderr=theirs, env=env, start_new_session=True
        )
        os.close(theirs)
        sent = [0]

        def drain():
            while True:
                try:
                    data = os.read(ours, 65536)
                except OSError:
                    return
                if not data:
                    return
                sent[0] += len(data)

        threading.Thread(target=drain, daemon=True).start()
        time.sleep(2)
        if pane is None:
            os.write(ours, b"\x1bz")
        else:
            os.write(ours, KEYS[pane] + b"\x1b1")
        # Until models and checkers are there.
        os.write(ours, b"Hello. ")
        time.sleep(4)
        began, bytes_before = cpu_seconds(process.pid), sent[0]
        start = time.monotonic()
        number = 0
        while time.monotonic() - start < seconds:
            if typing:
                os.write(ours, TEXT[number % len(TEXT)].encode())
                number += 1
            time.sleep(0.2)
        took = time.monotonic() - start
        used = cpu_seconds(process.pid) - began
        rate = (sent[0] - bytes_before) / took
        process.kill()
        process.wait()
        os.close(ours)
        return used / took, rate


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program")
    parser.add_argument("--pane", choices=KEYS, default="cache")
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--idle", action="store_true", help="types nothing")
    parser.add_argument("--size", default="200x50")
    args = parser.parse_args()
    size = tuple(int(n) for n in args.size.split("x"))
    rounds = []
    for _ in range(args.rounds):
        shown = run(args.program, args.pane, args.seconds, not args.idle, size)
        alone = run(args.program, None, args.seconds, not args.idle, size)
        rounds.append((shown, alone))
    for index, (what, factor, unit) in enumerate(
        [("CPU", 100, "% of a core"), ("to the terminal", 1e-3, "kB/s")]
    ):
        shown = statistics.median(s[index] for s, _ in rounds) * factor
        alone = statistics.median(a[index] for _, a in rounds) * factor
        apart = statistics.median(s[index] - a[index] for s, a in rounds) * factor
        print(f"{what}: shown {shown:.2f}, editor alone {alone:.2f}, apart {apart:.2f} {unit}")


if __name__ == "__main__":
    main()
