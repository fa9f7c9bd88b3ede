#!/usr/bin/env python3
"""What a server costs who types: without one, with one that answers, with one that hangs.

    python3 benches/remote.py PROGRAM TRACE --rounds 5

Replays a typing history by turns with and without a Valkey or Redis server of its own, which is
stopped (SIGSTOP) once it has accepted a connection for the runs in which it hangs. Prints the 95th
percentiles of the time to a fresh result, and their ratios to those without a server.
"""

import argparse
import json
import os
import shutil
import signal
import socket
import statistics
import subprocess
import tempfile
import time
from pathlib import Path


def server(folder):
    program = shutil.which("valkey-server") or shutil.which("redis-server")
    if program is None:
        raise SystemExit("neither valkey-server nor redis-server is in the PATH")
    path = folder / "server"
    process = subprocess.Popen(
        [program, "--port", "0", "--save", "", "--unixsocket", str(path)],
        cwd=folder,
        stdout=subprocess.DEVNULL,
    )
    deadline = time.monotonic() + 30
    while True:
        try:
            with socket.socket(socket.AF_UNIX) as probe:
                probe.connect(str(path))
            return process, f"unix://{path}"
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.01)


def replay(program, trace, address, env, more):
    remote = ["--set", f"cache.remote={address}"] if address else []
    done = subprocess.run(
        [program, "bench", "replay", trace, "--format", "json", *remote, *more],
        env=env,
        capture_output=True,
        text=True,
        check=True,
    )
    fresh = json.loads(done.stdout)["freshness_ms"]
    return fresh["lexical"]["p95"], fresh["neural"]["p95"]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program")
    parser.add_argument("trace")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--keystrokes", type=int)
    args = parser.parse_args()
    more = ["--keystrokes", str(args.keystrokes)] if args.keystrokes else []
    told = {"none": [], "alive": [], "hung": []}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        env = {"PATH": os.environ["PATH"], "HOME": name}
        process, address = server(folder)
        try:
            for _ in range(args.rounds):
                told["none"].append(replay(args.program, args.trace, None, env, more))
                told["alive"].append(replay(args.program, args.trace, address, env, more))
                process.send_signal(signal.SIGSTOP)
                told["hung"].append(replay(args.program, args.trace, address, env, more))
                process.send_signal(signal.SIGCONT)
        finally:
            process.kill()
            process.wait()
    for index, what in enumerate(["rules and lexicons", "grammar and models"]):
        medians = {n: statistics.median(run[index] for run in runs) for n, runs in told.items()}
        for name, p95 in medians.items():
            ratio = p95 / medians["none"]
            print(f"{what}, server {name:<5}  p95 {p95:6.2f} ms  {ratio:5.2f}x")


if __name__ == "__main__":
    main()
