#!/usr/bin/env python3
"""The workstation under typing and monitoring for a while: memory flat, no descriptor leaked.

Types into the program at 200x50 with all panes seen, undoes, moves, switches pages of the monitor,
freezes and goes on, and looks at its resident memory and descriptors once a second. Prints the slope
of memory by quarters, by least squares; the last must be flat.
"""

import argparse
import fcntl
import os
import pty
import random
import struct
import subprocess
import tempfile
import termios
import threading
import time
from pathlib import Path

TEXT = "We wrote down what we learned. The team was slow at first; then it went well. "
KEYS = [b"\x1b[D", b"\x1b[C", b"\x1b[A", b"\x1b[B", b"\x7f", b"\x1a", b"\r"]
MONITOR = [b"1", b"2", b"3", b"4", b"5", b"6", b"7", b" ", b"+", b"-", b"\x1b[C", b"\x1b[D"]


def resident(pid):
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise SystemExit("the program has ended")


def slope(points):
    n = len(points)
    mean_x = sum(x for x, _ in points) / n
    mean_y = sum(y for _, y in points) / n
    over = sum((x - mean_x) * (y - mean_y) for x, y in points)
    return over / sum((x - mean_x) ** 2 for x, _ in points)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("binary")
    parser.add_argument("--seconds", type=float, default=2400)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    rng = random.Random(args.seed)
    with tempfile.TemporaryDirectory() as home:
        ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 50, 200, 0, 0))
        env = {"PATH": os.environ["PATH"], "HOME": home, "TERM": "xterm-256color"}
        process = subprocess.Popen(
            # Tiers that fill soon, pages of the file among them, and one checker: what comes once is
            # no leak. With the usual sizes it goes on to come for half an hour.
            [args.binary, "--set", "cache.memory_bytes=4194304", "--set", "max_workers=1"]
            + ["--set", "cache.disk_bytes=4194304"],
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            env=env,
            start_new_session=True,
        )
        os.close(theirs)

        def drain():
            try:
                while os.read(ours, 65536):
                    pass
            except OSError:
                pass

        threading.Thread(target=drain, daemon=True).start()
        time.sleep(2)
        start = time.monotonic()
        next_look, points, descriptors, typed = start, [], [], 0
        while (now := time.monotonic()) - start < args.seconds:
            if process.poll() is not None:
                raise SystemExit(f"the program ended with {process.returncode}")
            draw = rng.random()
            if draw < 0.85:
                os.write(ours, TEXT[typed % len(TEXT)].encode())
                typed += 1
            elif draw < 0.97:
                os.write(ours, rng.choice(KEYS))
            else:
                os.write(ours, b"\x1b4" + rng.choice(MONITOR) + b"\x1b1")
            # The text begins anew, so that it stays as long.
            if typed % 1500 == 1499:
                os.write(ours, b"\x01\x7f")
                typed += 1
            if now >= next_look:
                next_look += 1
                points.append((now - start, resident(process.pid)))
                descriptors.append(len(os.listdir(f"/proc/{process.pid}/fd")))
            time.sleep(0.05)
        process.kill()
        process.wait()
    for k in range(4):
        part = points[k * len(points) // 4 : (k + 1) * len(points) // 4]
        print(
            f"{part[0][0]:.0f} to {part[-1][0]:.0f} s: {part[0][1]:.1f} to {part[-1][1]:.1f} MiB, "
            f"{slope(part) * 60:+.3f} MiB a minute"
        )
    growth = slope(part) * 60
    print(
        f"{args.seconds:.0f} s, {typed} letters; descriptors {min(descriptors[3:])} to "
        f"{max(descriptors[3:])}"
    )
    # Caches, histories and what the checker's patterns learn of the text fill for half an hour.
    if args.seconds >= 2400 and growth > 0.5:
        raise SystemExit("memory grows")
    if max(descriptors[len(descriptors) // 2 :]) > max(descriptors[3 : len(descriptors) // 2]) + 2:
        raise SystemExit("descriptors leak")


if __name__ == "__main__":
    main()
