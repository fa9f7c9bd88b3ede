#!/usr/bin/env python3
"""Kills the program with SIGKILL in the middle of cache writes, and looks at what it left.

After each kill the file must open, hold no damaged value, and give the reports that a program
without a cache gives. In between, an invalidation that was confirmed must hold after a kill.
"""

import argparse
import json
import os
import random
import signal
import subprocess
import tempfile
import time
from pathlib import Path

WORDS = (
    "we our team ship hire launch plan meet learn build the a of to in for and with without "
    "quickly slowly on Monday Friday customer contract budget model checklist onboarding was were "
    "very really great bad utilize leverage stratgy definately"
).split()


def post(rng):
    lines = []
    for _ in range(rng.randint(3, 8)):
        sentences = []
        for _ in range(rng.randint(1, 4)):
            words = [rng.choice(WORDS) for _ in range(rng.randint(3, 14))]
            sentences.append(" ".join(words).capitalize() + rng.choice(".!?"))
        lines.append(" ".join(sentences))
    return "\n\n".join(lines) + "\n"


class Program:
    def __init__(self, binary, home):
        self.binary = binary
        self.env = {
            "PATH": os.environ["PATH"],
            "HOME": str(home),
            "XDG_RUNTIME_DIR": str(home / "run"),
        }
        (home / "run").mkdir(mode=0o700)

    def start(self, *args):
        return subprocess.Popen(
            [self.binary, *args],
            env=self.env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def run(self, *args, may=(0,)):
        done = subprocess.run(
            [self.binary, *args], env=self.env, capture_output=True, text=True, timeout=120
        )
        if done.returncode not in may:
            raise SystemExit(f"{args}: exit {done.returncode}\n{done.stdout}{done.stderr}")
        return done.stdout

    def report(self, path, *more):
        told = json.loads(self.run("analyze", "--format", "json", *more, str(path)))
        told.pop("receipt")
        return told


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("binary")
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    rng = random.Random(args.seed)
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        program = Program(args.binary, home)
        files = []
        for i in range(40):
            path = home / f"post-{i}.md"
            path.write_text(post(rng), encoding="utf-8")
            files.append(path)
        off = ("--set", "cache.disk=false")
        expected = {path: program.report(path, *off) for path in files[:6]}
        values = 0
        for kill in range(args.kills):
            some = rng.sample(files, len(files))
            child = program.start("analyze", *map(str, some))
            time.sleep(rng.uniform(0.02, 1.5))
            child.send_signal(signal.SIGKILL)
            child.wait()
            told = program.run("cache", "verify")
            figures = {k.strip(): v for k, v in (line.rsplit(None, 1) for line in told.splitlines())}
            if figures["corrupt"] != "0":
                raise SystemExit(f"kill {kill}: {told}")
            aside = list((home / ".cache/postwright").glob("*.damaged*")) + list(
                (home / ".cache/postwright").glob("*aside*")
            )
            if aside:
                raise SystemExit(f"kill {kill}: the file was set aside: {aside}")
            path = rng.choice(list(expected))
            if program.report(path) != expected[path]:
                raise SystemExit(f"kill {kill}: another report of {path.name} than without a cache")
            stats = json.loads(program.run("cache", "stats", "--format", "json"))
            held = stats["tiers"][1]["total"]["entries"]
            values = max(values, held)
            if kill % 10 == 9:
                program.run("cache", "invalidate", "--tag", "kind:grammar")
                left = json.loads(program.run("cache", "stats", "--format", "json"))
                grammar = dict((k, c) for k, c in left["tiers"][1]["kinds"])["grammar"]
                print(f"{kill + 1} kills, {held} values, {grammar['entries']} of grammar left")
        print(f"{args.kills} kills: the file opened each time, up to {values} values, none damaged")


if __name__ == "__main__":
    main()
