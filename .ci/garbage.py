#!/usr/bin/env python3
"""Random bytes and hostile Unicode through `analyze`: no panic, no hang, exit 0 or 2, spans on
character boundaries, and every line answered once and in order."""
import argparse
import json
import random
import subprocess
import sys

PIECES = [
    "The team shipped it. ", "I'm humbled to announce ", "\n", "\n\n", "\r\n", "\r", "\t", "👩‍💻", "🇳🇴", "1️⃣",
    "#tag", "@someone", "https://x.io/a(b)c", "www.", "…", "“quote”", "don’t ", "𝗯𝗼𝗹𝗱", "\u200b", "\u202e",
    "\u2066", "\ufeff", "\x1b[31m", "\x1b]0;x\x07", "\x1b", "\x9b", "\0", "\x85", "e\u0301", "\u0301" * 9, "字",
    "नमस्ते", "السلام", "(" * 7, ")" * 7, "." * 9, "!" * 9, "?!", "a" * 300, "No. 5. ", "e.g. ", "U.S.A. ", "- item\n",
    "→ item\n", "<!-- postwright: off style -->\n", "<!-- postwright: ignore -->\n", "ＦＵＬＬ", "½", "²", "İ", "ſ", "ﬁ",
    "\ud7ff", "\ue000", "\U0010ffff", "never so good ", "but ", "NOT GOOD ", ":)", "<3", "12,000 ", "\u2028",
]


def text(rng):
    if rng.random() < 0.2:
        return "".join(chr(rng.choice([rng.randrange(0xD800), rng.randrange(0xE000, 0x110000)])) for _ in range(rng.randrange(80)))
    return "".join(rng.choice(PIECES) for _ in range(rng.randrange(60)))


def check(texts, lines):
    assert len(texts) == len(lines), f"{len(texts)} in, {len(lines)} out"
    for index, (given, line) in enumerate(zip(texts, lines)):
        report = json.loads(line)
        assert report["id"] == index, line[:200]
        assert "error" not in report, line[:300]
        raw = given.encode()

        def at(span):
            assert 0 <= span["start"] <= span["end"] <= len(raw), (span, given)
            return raw[span["start"]:span["end"]].decode()

        for finding in report["findings"] or []:
            at(finding["span"])
        for keyword in report["keywords"] or []:
            for span in keyword["spans"]:
                at(span)
        for sentence in (report["sentiment"] or {"sentences": []})["sentences"]:
            assert at(sentence).strip(), given
        for fold in report["text"]["fold"].values():
            raw[: fold["cut_at"]].decode()
        for name, score in report["scores"].items():
            assert score is None or 0 <= score <= 100, (name, score)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("postwright")
    parser.add_argument("--runs", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    rng = random.Random(args.seed)
    texts = [text(rng) for _ in range(args.runs)]
    for mode in ("post", "parity"):
        stream = "".join(json.dumps({"id": i, "text": t}) + "\n" for i, t in enumerate(texts))
        command = [args.postwright, "analyze", "--jsonl", "--mode", mode, "--explain"]
        done = subprocess.run(command, input=stream.encode(), capture_output=True, timeout=1200)
        assert done.returncode == 0, (done.returncode, done.stderr[-2000:])
        assert b"panicked" not in done.stderr, done.stderr[-2000:]
        check(texts, done.stdout.decode().split("\n")[:-1])
    for index in range(max(args.runs // 40, 5)):
        raw = rng.randbytes(rng.randrange(4000))
        if index % 2:
            raw = bytes(rng.choice(b"{}[]\":,a\\u0d8\n\xff\xc3 ") for _ in range(rng.randrange(2000)))
        for flags in (["--jsonl"], ["--format", "json"], ["--format", "sarif"]):
            done = subprocess.run([args.postwright, "analyze", *flags, "-"], input=raw, capture_output=True, timeout=60)
            assert done.returncode in (0, 2), (done.returncode, done.stderr[-2000:])
            assert b"panicked" not in done.stderr, (done.stderr[-2000:], raw)
    print(f"{args.runs} garbled posts in two modes and {max(args.runs // 40, 5)} garbled files: fine")


if __name__ == "__main__":
    sys.exit(main())
