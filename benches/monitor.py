#!/usr/bin/env python3
"""The operator's view beside btop: CPU time and bytes to the terminal, and what the monitor costs a
replay.

    python3 benches/monitor.py PROGRAM [--seconds 30] [--rounds 3] [--trace TRACE --pairs 9]

Both run in pseudo-terminals of the same size, by turns, at the same interval; CPU time is that of the
process with all its threads, from /proc. With a trace, `bench replay` runs with and without
`--monitor`, by turns, and the median difference of their CPU time is told as a share of a core.
"""

import argparse
import fcntl
import os
import pty
import resource
import statistics
import struct
import subprocess
import tempfile
import termios
import threading
import time
from pathlib import Path

SIZES = [(200, 50), (80, 24)]


def cpu_seconds(pid):
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def run(command, size, seconds, home):
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", size[1], size[0], 0, 0))
    env = {
        "PATH": os.environ["PATH"], "HOME": home, "TERM": "xterm-256color", "LANG": "C.UTF-8",
        "COLORTERM": "truecolor",
    }
    process = subprocess.Popen(
        command, stdin=theirs, stdout=theirs, stderr=theirs, env=env, start_new_session=True
    )
    os.close(theirs)
    sent = [0]

    def drain():
        try:
            while data := os.read(ours, 65536):
                sent[0] += len(data)
        except OSError:
            pass

    threading.Thread(target=drain, daemon=True).start()
    # Until the first paint is over.
    time.sleep(5)
    if process.poll() is not None:
        raise SystemExit(f"{command[0]} ended with {process.returncode}")
    began, bytes_before, start = cpu_seconds(process.pid), sent[0], time.monotonic()
    time.sleep(seconds)
    took = time.monotonic() - start
    used, rate = cpu_seconds(process.pid) - began, (sent[0] - bytes_before) / took
    process.kill()
    process.wait()
    os.close(ours)
    return 100 * used / took, rate / 1000


def replayed(program, trace, more, home):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.monotonic()
    subprocess.run(
        [program, "bench", "replay", trace, "--keystrokes", "1200", *more],
        env={"PATH": os.environ["PATH"], "HOME": home},
        stdout=subprocess.DEVNULL,
        check=True,
    )
    took = time.monotonic() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, took


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program")
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--trace")
    parser.add_argument("--pairs", type=int, default=9)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        btop = Path(home) / ".config/btop"
        btop.mkdir(parents=True)
        (btop / "btop.conf").write_text("update_ms = 2000\n")
        own = [args.program, "monitor"]
        commands = {
            "postwright, 1 s": [*own, "--set", "monitor.interval_ms=1000"],
            "postwright, 2 s": [*own, "--set", "monitor.interval_ms=2000"],
            "btop, 2 s": ["btop"],
        }
        for size in SIZES if args.rounds else []:
            told = {name: [] for name in commands}
            for _ in range(args.rounds):
                for name, command in commands.items():
                    told[name].append(run(command, size, args.seconds, home))
            for name, runs in told.items():
                cpu, rate = (statistics.median(r[i] for r in runs) for i in range(2))
                print(f"{size[0]}x{size[1]}  {name:<16} {cpu:5.2f} % of a core  {rate:6.2f} kB/s")
        if args.trace:
            apart = []
            for pair in range(args.pairs):
                order = [["--monitor"], []] if pair % 2 else [[], ["--monitor"]]
                took = {len(more): replayed(args.program, args.trace, more, home) for more in order}
                apart.append((took[1][0] - took[0][0]) / took[0][1])
            middle = 100 * statistics.median(apart)
            print(f"replay with the monitor on: {middle:+.2f} % of a core, {args.pairs} pairs")


if __name__ == "__main__":
    main()
