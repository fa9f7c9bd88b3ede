#!/usr/bin/env python3
"""A real burn of the processors fires a rule, and its end resolves it.

Opens `postwright monitor` in a pseudo-terminal with a rule of its own, keeps every core busy for a
while, lets them rest, and asks the program's history of alerts what happened. Needs a machine that
does little else.
"""

import argparse
import json
import os
import pty
import subprocess
import tempfile
import threading
import time
from pathlib import Path

RULE = """
[monitor]
interval_ms = 250

[[alert]]
name = "Burn"
expr = "avg_over_time(postwright_host_cpu_ratio[2s]) > 0.9"
for = "1s"
clear = "avg_over_time(postwright_host_cpu_ratio[2s]) < 0.8"
severity = "critical"
annotation = "{{ $value | humanizePercentage }} busy"
"""


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("binary")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        home = Path(name)
        config = home / "config.toml"
        config.write_text(RULE)
        env = {
            "PATH": os.environ["PATH"],
            "HOME": name,
            "TERM": "xterm-256color",
            "POSTWRIGHT_CONFIG": str(config),
        }
        ours, theirs = pty.openpty()
        process = subprocess.Popen(
            [args.binary, "monitor"], stdin=theirs, stdout=theirs, stderr=theirs, env=env,
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

        def events():
            told = subprocess.run(
                [args.binary, "monitor", "alerts", "--since", "10m", "--rule", "Burn",
                 "--format", "json"],
                env=env, capture_output=True, text=True, check=True,
            )
            return [t["event"] for t in json.loads(told.stdout)]

        def wait_for(event):
            deadline = time.monotonic() + 60
            while event not in events():
                if time.monotonic() > deadline:
                    raise SystemExit(f"waited in vain for {event}: {events()}")
                time.sleep(0.5)

        time.sleep(2)
        burners = [
            subprocess.Popen(["sh", "-c", "while :; do :; done"])
            for _ in range(2 * (os.cpu_count() or 1))
        ]
        try:
            wait_for("firing")
        finally:
            for burner in burners:
                burner.kill()
                burner.wait()
        wait_for("resolved")
        os.write(ours, b"\x11")
        process.wait(timeout=10)
        print(f"a burn fired its rule and its end resolved it: {', '.join(events())}")


if __name__ == "__main__":
    main()
