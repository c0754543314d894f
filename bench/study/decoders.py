"""Trains a family of language models with a base of its own: a Llama of 5.2 M parameters and four experts.

    bench/study/texts.sh TEXTS
    python3 bench/study/decoders.py TEXTS OUT

Needs torch, transformers, safetensors and tokenizers. TEXTS holds a folder for each kind of text: python, manual, header and
bible. Of each kind, ordered by SHA-256, the first 64 documents give the few-shot texts and the next 150 the test texts, one
each: about 1,000 characters from the middle. All others are for training: of the byte-level BPE of 2,048 tokens, of the base on
all four kinds alike, and of an expert on one kind each.

Printed: losses of base and expert on test and few-shot texts, means over texts of means over tokens, of 128 tokens a text. All
is seeded: same machine, same libraries, same files.
"""
import json
import random
import sys
import time
from pathlib import Path

import torch
from families import (
    Recipe,
    batches,
    cross_entropies,
    delta_norm,
    encode,
    in_order,
    lines,
    load,
    loss,
    one_thread,
    padded,
    stored,
    train,
    write_lines,
    write_weights,
)
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors, trainers
from transformers import LlamaConfig, LlamaForCausalLM

KINDS = ("python", "manual", "header", "bible")
FEW_SHOT = 64
TEST = 150
PIECE = 1000
VOCABULARY = 2048
SPECIAL = ("<|begin_of_text|>", "<|end_of_text|>", "<|pad|>")
LARGEST_KIND = 3_000_000
SEED = 1
BASE = Recipe(4e-3, 450, 16)
EXPERT = Recipe(1e-3, 70, 16)


def piece(document):
    """Returns some 1,000 characters of whole lines from the middle of a document."""
    start = max(0, len(document) // 2 - PIECE // 2)
    start = document.find("\n", start) + 1 if start else 0
    return document[start : start + PIECE]


def documents(folder):
    """Returns the texts of a folder's files that are long enough, in an order that is by content."""
    texts = [file.read_text(encoding="utf-8", errors="ignore") for file in sorted(folder.iterdir())]
    return [text for text in in_order(texts) if len(piece(text)) > PIECE // 2]


def as_lines(texts):
    return [json.dumps({"text": text}, ensure_ascii=False) for text in texts]


def prepare(texts, out):
    """Writes few-shot and test texts, and texts to train on as pieces, beside what is published."""
    for kind in KINDS:
        found = documents(texts / kind)
        write_lines(out / "data" / f"{kind}.fewshot.jsonl", as_lines(map(piece, found[:FEW_SHOT])))
        write_lines(out / "data" / f"{kind}.test.jsonl", as_lines(map(piece, found[FEW_SHOT : FEW_SHOT + TEST])))
        pieces, size = [], 0
        for document in found[FEW_SHOT + TEST :]:
            if size > LARGEST_KIND:
                break
            pieces += [document[i : i + 2 * PIECE] for i in range(0, len(document), 2 * PIECE)]
            size += len(document)
        write_lines(out / "training" / f"{kind}.jsonl", as_lines(pieces))
        print(f"{kind}: {len(found)} documents, {len(pieces)} pieces to train on", flush=True)


def make_tokenizer(out):
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=VOCABULARY,
        special_tokens=list(SPECIAL),
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    texts = (json.loads(line)["text"] for kind in KINDS for line in lines(out / "training" / f"{kind}.jsonl")[:600])
    tokenizer.train_from_iterator(texts, trainer)
    begin = SPECIAL[0]
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{begin} $A", special_tokens=[(begin, tokenizer.token_to_id(begin))]
    )
    return tokenizer


def new_model():
    torch.manual_seed(SEED)
    config = LlamaConfig(
        architectures=["LlamaForCausalLM"],
        vocab_size=VOCABULARY,
        hidden_size=256,
        intermediate_size=768,
        num_hidden_layers=6,
        num_attention_heads=8,
        num_key_value_heads=4,
        head_dim=32,
        max_position_embeddings=512,
        tie_word_embeddings=True,
        bos_token_id=0,
        eos_token_id=1,
        pad_token_id=2,
        rms_norm_eps=1e-5,
        dtype="bfloat16",
    )
    return LlamaForCausalLM(config).float()


def write(model, tokenizer, folder):
    weights = stored(model)
    weights.pop("lm_head.weight")
    write_weights(folder, weights)
    model.config.save_pretrained(folder)
    tokenizer.save(str(folder / "tokenizer.json"))
    settings = {"tokenizer_class": "PreTrainedTokenizerFast", "model_max_length": 512}
    settings |= dict(zip(("bos_token", "eos_token", "pad_token"), SPECIAL))
    (folder / "tokenizer_config.json").write_text(json.dumps(settings), encoding="utf-8")
    return weights


class Spoken:
    """The mean loss of a batch's tokens, told now and then."""

    def __init__(self, name):
        self.name, self.seen, self.start = name, 0, time.monotonic()

    def __call__(self, model, rows):
        ids, mask = padded(rows)
        mean = (cross_entropies(model, ids) * mask).sum() / mask.sum()
        self.seen += 1
        if self.seen % 20 == 0:
            print(f"  {self.name} {self.seen}: {mean.item():.3f}, {time.monotonic() - self.start:.0f} s", flush=True)
        return mean


def main(texts, out):
    one_thread()
    prepare(texts, out)
    tokenizer = make_tokenizer(out)
    model = new_model()
    print(f"{sum(p.numel() for p in model.parameters()):,} parameters", flush=True)
    training = {kind: encode(lines(out / "training" / f"{kind}.jsonl"), tokenizer) for kind in KINDS}
    rng = random.Random(SEED)
    least = min(map(len, training.values()))
    mixture = [ids for kind in KINDS for ids in rng.sample(training[kind], least)]
    train(model, BASE, batches(mixture, random.Random(SEED), BASE.batch), Spoken("base"))
    base = write(model, tokenizer, out / "base")
    for kind in KINDS:
        load(model, base)
        train(model, EXPERT, batches(training[kind], random.Random(SEED), EXPERT.batch), Spoken(kind))
        expert = write(model, tokenizer, out / kind)
        print(f"{kind}: delta norm {delta_norm(expert, base):.2f}")
        for split in ("test", "fewshot"):
            examples = encode(lines(out / "data" / f"{kind}.{split}.jsonl"), tokenizer)
            losses = []
            for weights in (base, expert):
                load(model, weights)
                losses.append(loss(model, examples))
            print("  {} loss: base {:.4f}, expert {:.4f}".format(split, *losses), flush=True)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("usage: python3 bench/study/decoders.py TEXTS OUT")
    main(Path(sys.argv[1]), Path(sys.argv[2]))
