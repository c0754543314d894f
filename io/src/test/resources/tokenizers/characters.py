"""Writes what the library takes characters for.

    python3 characters.py characters.txt characters.json

characters.txt, a resource of the module, has the sets that the library's own tables give, which are
of older versions of Unicode than Java's; its last set, unnormalized, is kept as it is: characters
that Unicode got after version 9, where the library's normalization stops, found by comparing the
digests in characters.json. Those are SHA-256 of "codepoint:result" lines, in hexadecimal, of every
code point but surrogates.
"""

import hashlib
import json
import sys
import textwrap

from tokenizers import Regex, normalizers, pre_tokenizers

CODE_POINTS = [c for c in range(0x110000) if not 0xD800 <= c <= 0xDFFF]
ALL = "".join(map(chr, CODE_POINTS))


def ranges(code_points):
    found = []
    for c in code_points:
        if found and found[-1][1] == c - 1:
            found[-1][1] = c
        else:
            found.append([c, c])
    return " ".join(f"{a:x}" if a == b else f"{a:x}-{b:x}" for a, b in found)


def removed(normalize, given=lambda c: chr(c)):
    return [c for c in CODE_POINTS if normalize(given(c)) == ""]


def bert(**options):
    chosen = dict(clean_text=False, handle_chinese_chars=False, strip_accents=False, lowercase=False)
    return normalizers.BertNormalizer(**(chosen | options)).normalize_str


def digest(result):
    lines = hashlib.sha256()
    for c in CODE_POINTS:
        lines.update(f"{c:x}:{' '.join(f'{ord(r):x}' for r in result(c))}\n".encode())
    return lines.hexdigest()


def replaced(regex):
    left = set(normalizers.Replace(Regex(regex), "").normalize_str(ALL))
    return digest(lambda c: "" if chr(c) in left else "1")


def write_sets(path):
    punctuation = pre_tokenizers.Punctuation("removed")
    sets = {
        "punctuation": [c for c in CODE_POINTS if not punctuation.pre_tokenize_str(chr(c))],
        "nonspacing": removed(bert(strip_accents=True)),
        "marks": removed(normalizers.StripAccents().normalize_str),
        "other": removed(bert(clean_text=True)),
    }
    with open(path, encoding="ascii") as old:
        kept = [line for line in old if line.startswith("unnormalized ")]
    with open(path, "w", encoding="ascii") as out:
        for name, members in sets.items():
            for line in textwrap.wrap(ranges(members), 100):
                out.write(f"{name} {line}\n")
        out.writelines(kept)


def write_digests(path):
    whitespace = pre_tokenizers.Whitespace()
    digits = pre_tokenizers.Digits(individual_digits=True)
    nfd = normalizers.NFD()
    digests = {
        name: digest(lambda c, n=normalizer: n.normalize_str(chr(c)))
        for name, normalizer in {
            "NFC": normalizers.NFC(),
            "NFD": nfd,
            "NFKC": normalizers.NFKC(),
            "NFKD": normalizers.NFKD(),
            "Lowercase": normalizers.Lowercase(),
            "StripAccents": normalizers.StripAccents(),
            "Nmt": normalizers.Nmt(),
            "BertNormalizer": normalizers.BertNormalizer(),
        }.items()
    }
    digests["NFD of marks"] = digest(
        lambda c: nfd.normalize_str("a\u0345" + chr(c) + "\u0334\u0301")
    )
    digests["word"] = digest(
        lambda c: "1" if len(whitespace.pre_tokenize_str("a" + chr(c))) == 1
        and len(whitespace.pre_tokenize_str("a" + chr(c))[0][0]) == 2 else ""
    )
    digests["numeric"] = digest(
        lambda c: "1" if len(digits.pre_tokenize_str("a" + chr(c))) == 2 else ""
    )
    categories = "L M N P S Z C Lu Ll Lt Lm Lo Mn Mc Me Nd Nl No Pc Pd Ps Pe Pi Pf Po Sm Sc Sk So Zs"
    scripts = "Han Hiragana Katakana Hangul Latin Cyrillic Greek Arabic Thai Hebrew Devanagari"
    for name in categories.split() + scripts.split():
        digests[f"\\p{{{name}}}"] = replaced(f"\\p{{{name}}}")
    for regex in [r"\s", r"\w", r"[\w]", r"\d", r"\h", r"\W", r"[^\w]", "(?i:[sk])", "(?i:[^sk])"]:
        digests[regex] = replaced(regex)
    with open(path, "w", encoding="ascii") as out:
        json.dump(digests, out, indent=1)
        out.write("\n")


write_sets(sys.argv[1])
write_digests(sys.argv[2])
