#!/usr/bin/env python3
"""Broken models through `models import`, `models verify` and `embed`, under a limit of memory: no
panic, no signal, exit 0 or 2, and a vector a line or the reason why there is none."""
import argparse
import hashlib
import json
import os
import pathlib
import random
import resource
import shutil
import struct
import subprocess
import sys
import tempfile

# The program takes less than 200 MiB of addresses with the encoder inside it; a file of some
# kilobytes must not make it ask for more than this.
MOST = 384 << 20
# Bytes of a file that holds nothing and is longer than any model of these extents.
LONG = 3 << 30
HIDDEN, INNER, PLACES, LAYERS = 32, 64, 16, 2
WORDS = "[PAD] [UNK] [CLS] [SEP] a b c the post ##s reads well".split()
NUMBERS = ["0", "-1", "7", "65536", "4294967296", "9223372036854775807", "18446744073709551615", "1e300", "1" * 400]


def shapes():
    yield "embeddings.word_embeddings.weight", [len(WORDS), HIDDEN]
    yield "embeddings.position_embeddings.weight", [PLACES, HIDDEN]
    yield "embeddings.token_type_embeddings.weight", [2, HIDDEN]
    norms = ["embeddings.LayerNorm"]
    for at in (f"encoder.layer.{i}" for i in range(LAYERS)):
        norms += [f"{at}.attention.output.LayerNorm", f"{at}.output.LayerNorm"]
        inner = [f"attention.self.{p}" for p in ("query", "key", "value")] + ["attention.output.dense"]
        for name, rows, columns in [(n, HIDDEN, HIDDEN) for n in inner] + [
            ("intermediate.dense", INNER, HIDDEN), ("output.dense", HIDDEN, INNER)]:
            yield f"{at}.{name}.weight", [rows, columns]
            yield f"{at}.{name}.bias", [rows]
    for norm in norms:
        yield f"{norm}.weight", [HIDDEN]
        yield f"{norm}.bias", [HIDDEN]


def weights(rng):
    header, data = {}, b""
    for name, shape in shapes():
        count = shape[0] * (shape[1] if len(shape) > 1 else 1)
        raw = struct.pack(f"<{count}f", *(rng.uniform(-0.5, 0.5) for _ in range(count)))
        header[name] = {"dtype": "F32", "shape": shape, "data_offsets": [len(data), len(data) + len(raw)]}
        data += raw
    text = json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + data


def sound(rng):
    config = {"model_type": "bert", "hidden_size": HIDDEN, "num_hidden_layers": LAYERS, "num_attention_heads": 1,
              "intermediate_size": INNER, "vocab_size": len(WORDS), "max_position_embeddings": PLACES}
    tokenizer = {
        "version": "1.0",
        "normalizer": {"type": "BertNormalizer", "clean_text": True, "handle_chinese_chars": True,
                       "strip_accents": None, "lowercase": True},
        "pre_tokenizer": {"type": "BertPreTokenizer"},
        "post_processor": {"type": "BertProcessing", "sep": ["[SEP]", 3], "cls": ["[CLS]", 2]},
        "decoder": None,
        "model": {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##",
                  "max_input_chars_per_word": 100, "vocab": {word: i for i, word in enumerate(WORDS)}},
    }
    return {"config.json": json.dumps(config).encode(), "tokenizer.json": json.dumps(tokenizer).encode(),
            "model.safetensors": weights(rng)}


def broken(rng, raw, is_weights):
    """Bits flipped, the end cut, parts copied elsewhere, numbers made huge."""
    for _ in range(rng.randrange(1, 4)):
        head = min(len(raw), 8 + struct.unpack("<Q", raw[:8])[0]) if is_weights and len(raw) >= 8 else len(raw)
        where = rng.randrange(head if rng.random() < 0.7 else len(raw)) if raw else 0
        way = rng.randrange(5)
        if not raw:
            return raw
        if way == 0:
            raw = raw[:where] + bytes([raw[where] ^ 1 << rng.randrange(8)]) + raw[where + 1:]
        elif way == 1:
            raw = raw[:where]
        elif way == 2:
            at = rng.randrange(len(raw))
            raw = raw[:where] + raw[at:at + rng.randrange(1, 300)] + raw[where:]
        else:
            digits = [i for i in range(where, min(head, where + 400)) if raw[i:i + 1].isdigit()]
            if digits:
                end = digits[0]
                while raw[end:end + 1].isdigit():
                    end += 1
                raw = raw[:digits[0]] + rng.choice(NUMBERS).encode() + raw[end:]
            elif is_weights:
                # A header of any length.
                raw = struct.pack("<Q", rng.choice([0, 1, 1 << 20, 1 << 31, 1 << 62, (1 << 64) - 1])) + raw[8:]
    return raw


class Program:
    def __init__(self, path, home):
        self.path = path
        self.env = dict(os.environ, HOME=home, XDG_DATA_HOME=home, XDG_CONFIG_HOME=home, XDG_STATE_HOME=home,
                        RAYON_NUM_THREADS="2", MALLOC_ARENA_MAX="2", NO_COLOR="1")

    def run(self, *args, stdin=b""):
        limit = lambda: resource.setrlimit(resource.RLIMIT_AS, (MOST, MOST))
        done = subprocess.run([self.path, *args], input=stdin, capture_output=True, timeout=120, env=self.env,
                              preexec_fn=limit)
        assert done.returncode in (0, 2), (args, done.returncode, done.stderr[-2000:])
        assert b"panicked" not in done.stderr, (args, done.stderr[-2000:])
        return done


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("postwright")
    parser.add_argument("--runs", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    rng = random.Random(args.seed)
    stream = "".join(json.dumps({"id": i, "text": t}) + "\n" for i, t in enumerate(["a post", "🙂 𠮷", ""])).encode()
    taken = 0
    with tempfile.TemporaryDirectory() as home:
        program = Program(args.postwright, home)
        source, models = pathlib.Path(home, "source"), pathlib.Path(home, "postwright/models")
        source.mkdir()
        files = sound(rng)

        def write(folder, contents):
            for name, raw in contents.items():
                (folder / name).write_bytes(raw)

        write(source, files)
        assert program.run("models", "import", str(source), "--as", "sound").returncode == 0
        assert program.run("models", "use", "sound").returncode == 0
        installed = {f.name: f.read_bytes() for f in (models / "sound").iterdir()}
        for index in range(args.runs):
            if index % 2:
                name = rng.choice(list(files))
                write(source, dict(files, **{name: broken(rng, files[name], name.endswith("tensors"))}))
                done = program.run("models", "import", str(source), "--as", "other")
                taken += done.returncode == 0
                assert done.returncode == 0 or b"help: " in done.stderr, done.stderr
                shutil.rmtree(models / "other", ignore_errors=True)
            elif index % 50 == 0:
                write(models / "sound", installed)
                os.truncate(models / "sound/model.safetensors", LONG)
                done = program.run("embed", stdin=b"text")
                assert f"has {LONG} bytes".encode() in done.stderr, done.stderr
            else:
                name = rng.choice(list(installed))
                raw = broken(rng, installed[name], name.endswith("tensors"))
                changed = dict(installed, **{name: raw})
                if name != "manifest.toml" and rng.random() < 0.8:
                    # The sum is made to fit, so that what is behind it is reached.
                    old, new = (hashlib.sha256(b).hexdigest().encode() for b in (installed[name], raw))
                    changed["manifest.toml"] = installed["manifest.toml"].replace(old, new)
                write(models / "sound", changed)
                verified = program.run("models", "verify", "sound")
                assert verified.returncode == 0 or b"FAIL" in verified.stdout, verified.stdout
                done = program.run("embed", "--jsonl", stdin=stream)
                answers = [json.loads(line) for line in done.stdout.splitlines()]
                taken += bool(answers)
                assert not answers or [a["id"] for a in answers] == [0, 1, 2], done.stdout
                assert all(("vector" in a) != ("error" in a) for a in answers), done.stdout
                assert answers or done.stderr, "refused without a word"
    print(f"{args.runs} broken models within {MOST >> 20} MiB: {taken} could be run all the same, the others were refused")


if __name__ == "__main__":
    sys.exit(main())
