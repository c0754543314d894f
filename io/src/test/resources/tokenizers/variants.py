"""Writes variants.json: each component and option by itself, and what the library makes of texts.

    python3 variants.py

A variant is one of the tokenizers here with some of its sections replaced.
"""

import json
import pathlib

from tokenizers import Tokenizer

HERE = pathlib.Path(__file__).parent
TEXTS = [
    "  Hello,  wörld's \u4e16\u754c!\r\n12 345\u00bd e\u0301\u0130 \n",
    "\tThe-final--countdown ``a b'' \u00a0x\u3000 <mask>  hello_World \U0001f44d\U0001f3fd",
    "\u2581\u2581ab  aab \ufb01 \uff21 \u03a3 \u0000\u0085 \u200d do not n't",
]


def split(pattern, behavior, invert=False):
    return {"type": "Split", "pattern": pattern, "behavior": behavior, "invert": invert}


def metaspace(scheme, split=True, replacement="\u2581"):
    return {
        "type": "Metaspace", "replacement": replacement, "prepend_scheme": scheme, "split": split,
    }


def byte_level(prefix, regex):
    return {
        "type": "ByteLevel", "add_prefix_space": prefix, "trim_offsets": True, "use_regex": regex,
    }


def bert(clean, chinese, accents, lower):
    return {
        "type": "BertNormalizer", "clean_text": clean, "handle_chinese_chars": chinese,
        "strip_accents": accents, "lowercase": lower,
    }


def replace(kind, pattern, content):
    return {"type": "Replace", "pattern": {kind: pattern}, "content": content}


def token(id, content, single=False, left=False, right=False, normalized=False, special=False):
    return {
        "id": id, "content": content, "single_word": single, "lstrip": left, "rstrip": right,
        "normalized": normalized, "special": special,
    }


def template(*pieces):
    return {
        "type": "TemplateProcessing",
        "single": [
            {"Sequence": {"id": "A", "type_id": 0}} if piece == "A"
            else {"SpecialToken": {"id": piece, "type_id": 0}} for piece in pieces
        ],
        "pair": [],
        "special_tokens": {
            "X": {"id": "X", "ids": [1], "tokens": ["X!"]},
            "Y": {"id": "Y", "ids": [2, 3], "tokens": ["Y1", "Y2"]},
        },
    }


BEHAVIORS = ["Removed", "Isolated", "MergedWithPrevious", "MergedWithNext", "Contiguous"]
NORMALIZERS = [
    *({"type": name} for name in ["NFC", "NFD", "NFKC", "NFKD", "Lowercase", "StripAccents", "Nmt",
                                  "ByteLevel"]),
    *({"type": "Strip", "strip_left": left, "strip_right": right}
      for left in (False, True) for right in (False, True)),
    {"type": "Prepend", "prepend": "\u2581"},
    replace("String", " ", "_"), replace("String", "", "-"), replace("Regex", "l+|\\s", "#"),
    replace("Regex", "x*", "."),
    bert(True, False, False, False), bert(False, True, True, False), bert(True, True, None, True),
    {"type": "Sequence", "normalizers": [{"type": "NFD"}, {"type": "StripAccents"}]},
    {"type": "Sequence", "normalizers": []},
    None,
]
PRE_TOKENIZERS = [
    *({"type": name} for name in ["Whitespace", "WhitespaceSplit", "BertPreTokenizer"]),
    *({"type": "Punctuation", "behavior": behavior} for behavior in BEHAVIORS),
    *(split({"String": "-"}, behavior) for behavior in BEHAVIORS),
    *(split({"Regex": "[aeiou]+|\\s"}, behavior, True) for behavior in BEHAVIORS),
    *({"type": "Digits", "individual_digits": each} for each in (False, True)),
    {"type": "CharDelimiterSplit", "delimiter": "l"},
    *(byte_level(prefix, regex) for prefix in (False, True) for regex in (False, True)),
    *(metaspace(scheme, cut) for scheme in ("first", "always", "never") for cut in (False, True)),
    metaspace("always", True, "l"),
    {"type": "Metaspace", "replacement": "_", "add_prefix_space": True},
    {"type": "Sequence", "pretokenizers": [{"type": "WhitespaceSplit"}, metaspace("first")]},
    None,
]
DECODERS = [
    *({"type": name} for name in ["ByteFallback", "Fuse"]),
    byte_level(True, True),
    *({"type": "WordPiece", "prefix": "##", "cleanup": cleanup} for cleanup in (False, True)),
    *(metaspace(scheme) for scheme in ("first", "never")),
    {"type": "BPEDecoder", "suffix": "l"},
    replace("String", "l", "LL"), replace("Regex", "[aeiou]", ""),
    *({"type": "Strip", "content": "l", "start": start, "stop": stop}
      for start, stop in [(1, 0), (0, 1), (2, 0)]),
    {"type": "Sequence", "decoders": [
        replace("String", "\u2581", " "), {"type": "ByteFallback"}, {"type": "Fuse"},
        {"type": "Strip", "content": " ", "start": 2, "stop": 1},
    ]},
    {"type": "Sequence", "decoders": [{"type": "Fuse"}, replace("String", "ll", "-"),
                                      {"type": "WordPiece", "prefix": "H", "cleanup": False}]},
    None,
]
POST_PROCESSORS = [
    template("X", "A", "Y"), template("A", "A"), template("Y"),
    {"type": "BertProcessing", "sep": ["[S]", 5], "cls": ["[C]", 6]},
    {"type": "RobertaProcessing", "sep": ["[S]", 5], "cls": ["[C]", 6], "trim_offsets": True,
     "add_prefix_space": True},
    {"type": "Sequence", "processors": [byte_level(True, True), template("X", "A")]},
]
ADDED = [
    [token(9000, "<mask>", left=True, right=True, special=True), token(9001, "12", single=True)],
    [token(9000, "Hello", normalized=True), token(9001, "l", single=True), token(9002, "ab")],
    [token(9000, "\n", left=True), token(9001, " ", right=True), token(9002, "<mask>")],
    [token(9000, "hel", normalized=True), token(9001, "hello", normalized=True, special=True)],
]
MODELS = [
    ("llama2-style", {"fuse_unk": False}), ("llama2-style", {"byte_fallback": False}),
    ("llama2-style", {"fuse_unk": False, "byte_fallback": False}),
    ("llama2-style", {"unk_token": None, "byte_fallback": False}),
    ("gpt2-style", {"ignore_merges": True}), ("gpt2-style", {"end_of_word_suffix": "o"}),
    ("gpt2-style", {"continuing_subword_prefix": "##", "merges": []}), ("gpt2-style", {"dropout": 0}),
    ("bert-cased-style", {"max_input_chars_per_word": 4}),
    ("bert-cased-style", {"continuing_subword_prefix": ""}),
    ("bert-cased-style", {"type": "WordLevel", "continuing_subword_prefix": None,
                          "max_input_chars_per_word": None}),
    ("t5-unigram-style", {"byte_fallback": True}),
]


def variants():
    for normalizer in NORMALIZERS:
        yield "mistral-metaspace-style", {"normalizer": normalizer}
    yield "bert-uncased-style", {"normalizer": {"type": "Lowercase"}, "added_tokens": ADDED[3]}
    for pre_tokenizer in PRE_TOKENIZERS:
        yield "llama2-style", {"pre_tokenizer": pre_tokenizer, "normalizer": None}
    for decoder in DECODERS:
        yield "llama2-style", {"decoder": decoder}
    for post_processor in POST_PROCESSORS:
        yield "gpt2-style", {"post_processor": post_processor}
    for added in ADDED:
        yield "gpt2-style", {"added_tokens": added}
        yield "bert-uncased-style", {"added_tokens": added}
    for base, options in MODELS:
        yield base, {"model": options}


def changed(base, sections):
    file = json.loads((HERE / base / "tokenizer.json").read_text(encoding="utf-8"))
    for name, section in sections.items():
        file[name] = file[name] | section if name == "model" else section
    return Tokenizer.from_str(json.dumps(file))


def expected(tokenizer, text):
    encoding = tokenizer.encode(text)
    return {
        "text": text,
        "ids": encoding.ids,
        "tokens": encoding.tokens,
        "decoded": tokenizer.decode(encoding.ids, skip_special_tokens=False),
    }


entries = []
for base, sections in variants():
    tokenizer = changed(base, sections)
    entry = {"base": base, "sections": sections}
    entry["expected"] = [expected(tokenizer, text) for text in TEXTS]
    entries.append(json.dumps(entry, separators=(",", ":")))
(HERE / "variants.json").write_text("[\n" + ",\n".join(entries) + "\n]\n", encoding="ascii")
