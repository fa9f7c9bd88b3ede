#!/usr/bin/env python3
"""Refuses a dependency whose licence is not on the list: every crate that `cargo metadata`
resolves for the normal and development graph, for this machine's target."""
import json
import re
import subprocess
import sys

ALLOWED = {
    "0BSD", "Apache-2.0", "Apache-2.0 WITH LLVM-exception", "BSD-2-Clause", "BSD-3-Clause",
    "BSL-1.0", "CC0-1.0", "CDLA-Permissive-2.0", "ISC", "MIT", "MIT-0", "MPL-2.0", "Unicode-3.0",
    "Unicode-DFS-2016",
    "Unlicense", "WTFPL", "Zlib", "bzip2-1.0.6",
}

# Crates that name a file in place of an expression; read by hand.
BY_HAND = {("cfg_block", "0.1.1"): "Apache-2.0"}


def acceptable(expression: str) -> bool:
    """Whether an SPDX expression can be met with allowed licences alone."""
    tokens = re.findall(r"\(|\)|[^\s()/]+(?:\s+WITH\s+[^\s()/]+)?|/", expression)
    python = []
    for token in tokens:
        if token in "()":
            python.append(token)
        elif token in ("OR", "/"):
            python.append("or")
        elif token == "AND":
            python.append("and")
        else:
            python.append(str(" ".join(token.split()) in ALLOWED))
    return bool(eval(" ".join(python)))  # only names of our own making and brackets get here


def main() -> int:
    host = re.search(r"host: (\S+)", subprocess.check_output(["rustc", "-vV"], text=True)).group(1)
    command = ["cargo", "metadata", "--format-version", "1", "--locked", "--all-features", "--filter-platform", host]
    metadata = json.loads(subprocess.check_output(command))
    used = {node["id"] for node in metadata["resolve"]["nodes"]}
    bad = []
    for package in metadata["packages"]:
        if package["id"] not in used or package["source"] is None:
            continue
        by_hand = BY_HAND.get((package["name"], package["version"]))
        licence = package["license"] or by_hand
        if licence is None or not acceptable(licence):
            bad.append(f"{package['name']} {package['version']}: {licence}")
    print(f"licences: {len(used) - 1} crates looked at, {len(bad)} refused")
    for line in sorted(bad):
        print(f"  {line}")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
