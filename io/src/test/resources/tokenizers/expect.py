"""Writes what the library makes of texts, as the tests expect it.

    python3 expect.py FOLDER...

Each FOLDER has a tokenizer.json. Its expected.json is made anew from the texts in it, and its
hard.json from those in hard.txt beside this script: one Python string literal a line.
"""

import ast
import json
import pathlib
import sys

from tokenizers import Tokenizer

HARD = pathlib.Path(__file__).with_name("hard.txt")


def expected(tokenizer, text):
    special = tokenizer.encode(text)
    plain = tokenizer.encode(text, add_special_tokens=False)
    return {
        "text": text,
        "ids": special.ids,
        "ids_no_special": plain.ids,
        "tokens": plain.tokens,
        "decoded": tokenizer.decode(plain.ids, skip_special_tokens=False),
        "decoded_skip_special": tokenizer.decode(special.ids, skip_special_tokens=True),
    }


def hard(tokenizer, text):
    ids = tokenizer.encode(text).ids
    return {"text": text, "ids": ids, "decoded": tokenizer.decode(ids, skip_special_tokens=False)}


def write(path, entries):
    lines = ",\n".join(json.dumps(entry, separators=(",", ":")) for entry in entries)
    path.write_text(f"[\n{lines}\n]\n", encoding="ascii")


for folder in map(pathlib.Path, sys.argv[1:]):
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    old = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    write(folder / "expected.json", [expected(tokenizer, entry["text"]) for entry in old])
    lines = HARD.read_text(encoding="ascii").splitlines()
    write(folder / "hard.json", [hard(tokenizer, ast.literal_eval(line)) for line in lines])
