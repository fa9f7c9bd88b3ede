#!/usr/bin/env python3
"""What rewrites do to real posts: facts, reading grade, first line, length, grammar, rest.

Takes English posts from a file of JSON objects a line (plain or .zst, keys `text`, `lang`,
`newlines_kept`), looks for variants of each with `postwright optimize --jsonl`, once for clarity and
once for length, and again for the best variants. Facts are checked by other means than the
program's: numbers, links, mentions, quotations and capitalised names within sentences are looked for
in the text afterwards. Prints figures; no text of a post.
"""

import argparse
import json
import random
import re
import statistics
import subprocess
import time

LINK = re.compile(r"https?://[^\s)>\]]+")
PARTS = [
    LINK,
    re.compile(r"(?<!\w)@\w[\w.-]*"),
    re.compile(r"\d+(?:[.,]\d+)*"),
    re.compile(r"“[^”\n]+”"),
    re.compile(r"(?<=[a-z,] )[A-Z][a-z]{2,}"),
]
NEGATION = re.compile(r"\b(?:not|never|nobody|nothing|cannot|without|\w+n['’]t)\b", re.I)


def posts(path, count, seed):
    read = ["zstd", "-dc", path] if path.endswith(".zst") else ["cat", path]
    lines = subprocess.run(read, capture_output=True, check=True, text=True).stdout.splitlines()
    rows = [json.loads(line) for line in lines]
    texts = [
        row["text"]
        for row in rows
        if row.get("lang") == "en" and row.get("newlines_kept") and len(row["text"]) >= 300
    ]
    texts = sorted(set(texts))
    random.Random(seed).shuffle(texts)
    return texts[:count]


def facts(text):
    found = set()
    rest = text
    for part in PARTS:
        for match in part.findall(rest):
            found.add(match.rstrip(".,").lower())
        rest = part.sub(" ", rest)
    return found


def lost(before, after):
    """Facts that are gone; case and blanks do not count."""
    flat = re.sub(r"\s+", " ", after.lower())
    gone = {fact for fact in facts(before) if re.sub(r"\s+", " ", fact) not in flat}
    came = {n for n in re.findall(r"\d+(?:[.,]\d+)*", after) if n not in before}
    negations = len(NEGATION.findall(before)) - len(NEGATION.findall(after))
    return gone, came, negations


def optimise(binary, texts, *flags):
    lines = "\n".join(json.dumps({"id": i, "text": t}) for i, t in enumerate(texts))
    began = time.monotonic()
    ran = subprocess.run(
        [binary, "optimize", "--jsonl", *flags], input=lines, capture_output=True, text=True
    )
    took = time.monotonic() - began
    out = [json.loads(line) for line in ran.stdout.splitlines()]
    bad = [o for o in out if "error" in o]
    if bad or len(out) != len(texts):
        raise SystemExit(f"{len(bad)} errors, {len(out)} of {len(texts)}: {bad[:1]} {ran.stderr[-500:]}")
    return out, took


def check(name, texts, found, took):
    gone = came = negations = grown = errors = variants = 0
    for text, answer in zip(texts, found):
        before = answer["original"]
        for variant in answer["variants"]:
            variants += 1
            g, c, n = lost(text, variant["text"])
            gone += bool(g)
            came += bool(c)
            negations += n > 0
            grown += variant["scores"]["utf16_units"] > max(3000, before["utf16_units"])
            errors += variant["scores"]["errors"] > before["errors"]
    better = sum(bool(a["variants"]) for a in found)
    gains = [a["variants"][0]["gain"] for a in found if a["variants"]]
    print(
        f"{name}: {better} of {len(texts)} posts improved, {variants} variants, median gain "
        f"{statistics.median(gains) if gains else 0:.1f}, {took / len(texts) * 1000:.0f} ms a post"
    )
    print(
        f"  with a fact gone {gone}, a number come {came}, a negation gone {negations}, grown over "
        f"3,000 {grown}, more grammar findings {errors}; incomplete "
        f"{sum(not a['receipt']['is_complete'] for a in found)}"
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("binary")
    parser.add_argument("posts")
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--budget", default="60000")
    args = parser.parse_args()
    texts = posts(args.posts, args.count, args.seed)
    flags = ["--time-budget", args.budget, "--max-edits", "40"]

    clear, took = optimise(args.binary, texts, "--goal", "clarity", *flags)
    check("clarity", texts, clear, took)
    hard = [a for a in clear if (a["original"]["grade"] or 0) > 10]
    eased = 0
    for answer in hard:
        best = answer["variants"][0]["scores"] if answer["variants"] else answer["original"]
        eased += best["grade"] <= 10 or answer["original"]["grade"] - best["grade"] >= 2
    print(f"  over grade 10: {len(hard)}; at 10 or two grades lower: {eased}")

    short, took = optimise(args.binary, texts, "--goal", "length", *flags)
    check("length", texts, short, took)
    long_first = [a for a in short if not a["original"]["first_line_fits"]]
    fits = sum(bool(a["variants"]) and a["variants"][0]["scores"]["first_line_fits"] for a in long_first)
    print(f"  first line over the fold: {len(long_first)}; above it afterwards: {fits}")

    for name, found in [("clarity", clear), ("length", short)]:
        best = [a["variants"][0]["text"] if a["variants"] else t for t, a in zip(texts, found)]
        again, took = optimise(args.binary, best, "--goal", name, *flags)
        moved = [a["variants"][0]["gain"] for a in again if a["variants"]]
        print(
            f"{name} again: {len(moved)} of {len(best)} change once more"
            + (f", by {statistics.median(moved):.1f} at the median" if moved else "")
        )


if __name__ == "__main__":
    main()
