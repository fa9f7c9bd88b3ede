#!/usr/bin/env python3
"""A long stream through `analyze --jsonl`: results come while the input is still open, and peak
memory does not grow with the stream."""
import argparse
import json
import os
import subprocess
import sys
import threading


def peak(args, posts):
    """Peak resident memory in MiB for `posts` posts of three sentences."""
    command = [args.postwright, "analyze", "--jsonl", "--only", "sentiment,readability"]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    line = "We shipped release {} today, and the team is proud. It took long. Was it worth it?"

    def feed():
        with process.stdin as pipe:
            for index in range(posts):
                pipe.write((json.dumps({"id": index, "text": line.format(index)}) + "\n").encode())
                if index == 0:
                    pipe.flush()
                    first.wait(timeout=60)

    first = threading.Event()
    feeder = threading.Thread(target=feed)
    feeder.start()
    # The second post is only sent once the first has been answered.
    assert json.loads(process.stdout.readline())["id"] == 0
    first.set()
    for index in range(1, posts):
        assert json.loads(process.stdout.readline())["id"] == index
    feeder.join()
    _, status, usage = os.wait4(process.pid, 0)
    assert os.waitstatus_to_exitcode(status) == 0
    return usage.ru_maxrss / 1024


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("postwright")
    parser.add_argument("--posts", type=int, default=100_000)
    args = parser.parse_args()
    few, many = peak(args, max(args.posts // 20, 50)), peak(args, args.posts)
    print(f"peak memory: {few:.0f} MiB for {max(args.posts // 20, 50)} posts, {many:.0f} MiB for {args.posts}")
    assert many < few + 40, "memory grows with the stream"


if __name__ == "__main__":
    sys.exit(main())
