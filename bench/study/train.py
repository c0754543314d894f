"""Trains four experts with large deltas from the base in examples/tiny-llama: a family on which dropping most of a delta
does harm.

    python3 bench/study/train.py examples/tiny-llama OUT [TASK...]

Needs torch, transformers, safetensors and tokenizers; takes minutes on one CPU thread. The first folder holds base, the
experts with small deltas, and data. OUT gets the same layout: base, shakespeare, math, java and intents, each with
config.json, model.safetensors (bfloat16), tokenizer.json and tokenizer_config.json, and data/TASK.fewshot.jsonl and
data/TASK.test.jsonl. With tasks named, only these are trained.

Texts to train on come only from data/TASK.test.jsonl: ordered by SHA-256, the first 60 % are for training; the rest, in
their old order, are the test texts of OUT. The few-shot file is copied and never trained on. So few texts do not teach
the base anything at a learning rate that makes a large delta: with the texts' own tokens as targets, loss on other texts
rises from the first steps. The targets are therefore the next-token distributions of the expert with the small delta
(Hinton et al., Distilling the Knowledge in a Neural Network, 2015). All weights are trained, from the base's.

Printed for each task: the Frobenius norm of the whole delta and its ratio to that of the small delta's; losses of base,
small expert and new expert, on test and few-shot texts: means over texts of means over tokens, of 128 tokens a text; and
the test loss when DARE drops 0.8 of the delta. Everything is seeded: same machine, same libraries, same files.
"""
import hashlib
import json
import random
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors.torch import load_file, save
from tokenizers import Tokenizer
from transformers import AutoModelForCausalLM

TOKENS = 128
TRAINING_SHARE = 0.6
BATCH = 8
WARM_UP = 10
DROP = 0.8
DROP_SEEDS = 2
SEED = 1
WEIGHTS = "model.safetensors"


@dataclass(frozen=True)
class Recipe:
    """How one expert is trained: the highest learning rate, which decides the delta's size, and the steps."""

    rate: float
    steps: int


# Chosen by the figures printed: about four times the small delta, and clearly below the loss of the base.
RECIPES = {
    "shakespeare": Recipe(3.5e-3, 140),
    "math": Recipe(2.7e-3, 150),
    "java": Recipe(2.5e-3, 160),
    "intents": Recipe(3.6e-3, 200),
}


def lines(file):
    return [line for line in file.read_text(encoding="utf-8").split("\n") if line.strip()]


def split(test_lines):
    """Returns the lines to train on and, in their old order, the lines to test on."""
    ordered = sorted(set(test_lines), key=lambda line: hashlib.sha256(line.encode()).digest())
    training = ordered[: round(TRAINING_SHARE * len(ordered))]
    chosen = set(training)
    return training, [line for line in test_lines if line not in chosen]


def encode(some_lines, tokenizer):
    return [tokenizer.encode(json.loads(line)["text"]).ids for line in some_lines]


def padded(rows):
    """Returns ids, padded at the right, where causal attention keeps them out of sight, and where targets are true."""
    length = max(map(len, rows))
    ids = torch.tensor([row + [0] * (length - len(row)) for row in rows])
    mask = torch.tensor([[i < len(row) for i in range(1, length)] for row in rows])
    return ids, mask


def log_probabilities(model, ids):
    """Returns those of each next token, for all tokens but the last."""
    return model(input_ids=ids, use_cache=False).logits[:, :-1].log_softmax(-1)


@torch.no_grad()
def loss(model, all_ids):
    """Returns the mean over texts of the mean over tokens, of the first 128 tokens of each text."""
    rows = [ids[:TOKENS] for ids in all_ids if len(ids) > 1]
    total = 0.0
    for start in range(0, len(rows), BATCH):
        ids, mask = padded(rows[start : start + BATCH])
        losses = -log_probabilities(model, ids).gather(2, ids[:, 1:, None])[..., 0]
        total += ((losses * mask).sum(1) / mask.sum(1)).sum().item()
    return total / len(rows)


def weights(model, names):
    """Returns a copy of the weights as they are stored: rounded to bfloat16."""
    state = model.state_dict()
    return {name: state[name].to(torch.bfloat16).clone() for name in names}


def load(model, stored):
    model.load_state_dict({name: value.float() for name, value in stored.items()}, strict=False)


def delta_norm(stored, base):
    """Returns the Frobenius norm of the whole delta."""
    return sum((stored[n].double() - base[n].double()).square().sum() for n in base).sqrt().item()


def window(ids, rng):
    """Returns up to 128 tokens: of every other draw the beginning of the text, which is what figures are of."""
    last = max(0, len(ids) - TOKENS)
    start = rng.randint(0, last) if rng.random() < 0.5 else 0
    return ids[start : start + TOKENS]


def batches(training, rng):
    """Yields batches of windows without end; each text once in an epoch for each 128 tokens it has."""
    while True:
        epoch = [ids for ids in training for _ in range(-(-len(ids) // TOKENS)) if len(ids) > 1]
        rng.shuffle(epoch)
        for start in range(0, len(epoch), BATCH):
            yield [window(ids, rng) for ids in epoch[start : start + BATCH]]


def rate(recipe, step):
    """Returns the learning rate: a linear rise, then a linear fall."""
    if step < WARM_UP:
        return recipe.rate * (step + 1) / WARM_UP
    return recipe.rate * (recipe.steps - step) / (recipe.steps - WARM_UP)


def train(model, teacher, recipe, training):
    """Trains all weights of the model towards the teacher's next-token distributions."""
    optimizer = torch.optim.AdamW(model.parameters(), betas=(0.9, 0.95), weight_decay=0.0)
    for step, rows in zip(range(recipe.steps), batches(training, random.Random(SEED))):
        for group in optimizer.param_groups:
            group["lr"] = rate(recipe, step)
        ids, mask = padded(rows)
        with torch.no_grad():
            targets = log_probabilities(teacher, ids).exp()
        cross_entropy = -(targets * log_probabilities(model, ids)).sum(-1)
        optimizer.zero_grad()
        ((cross_entropy * mask).sum() / mask.sum()).backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()


def dropped(stored, base, seed):
    """Returns base plus what random dropping leaves of the delta, divided by the rate kept (DARE)."""
    generator = torch.Generator().manual_seed(seed)
    merged = {}
    for name, value in sorted(base.items()):
        kept = torch.rand(value.shape, generator=generator) >= DROP
        delta = stored[name].float() - value.float()
        merged[name] = (value.float() + delta * kept / (1 - DROP)).to(torch.bfloat16)
    return merged


def copy_folder(source, out):
    """Copies all but the weights of a checkpoint."""
    out.mkdir(parents=True, exist_ok=True)
    for name in ("config.json", "tokenizer.json", "tokenizer_config.json"):
        shutil.copyfile(source / name, out / name)


def measured(model, stored, texts):
    load(model, stored)
    return loss(model, texts)


def make_expert(source, out, task):
    base = load_file(source / "base" / WEIGHTS)
    small = load_file(source / task / WEIGHTS)
    model = AutoModelForCausalLM.from_pretrained(source / "base", dtype=torch.float32)
    teacher = AutoModelForCausalLM.from_pretrained(source / task, dtype=torch.float32)
    tokenizer = Tokenizer.from_file(str(source / "base" / "tokenizer.json"))
    training_lines, test_lines = split(lines(source / "data" / f"{task}.test.jsonl"))
    test = encode(test_lines, tokenizer)
    few_shot = encode(lines(source / "data" / f"{task}.fewshot.jsonl"), tokenizer)

    train(model, teacher, RECIPES[task], encode(training_lines, tokenizer))
    expert = weights(model, base)

    copy_folder(source / task, out / task)
    (out / task / WEIGHTS).write_bytes(save(expert, metadata={"format": "pt"}))
    (out / "data" / f"{task}.test.jsonl").write_text("\n".join(test_lines) + "\n", encoding="utf-8")
    shutil.copyfile(source / "data" / f"{task}.fewshot.jsonl", out / "data" / f"{task}.fewshot.jsonl")

    norm, small_norm = delta_norm(expert, base), delta_norm(small, base)
    print(f"{task}: {len(training_lines)} texts to train on, {len(test_lines)} to test on, {len(few_shot)} few-shot")
    print(f"  delta norm {norm:.2f}, {norm / small_norm:.2f} times {small_norm:.2f}")
    for name, texts in (("test", test), ("few-shot", few_shot)):
        losses = [measured(model, stored, texts) for stored in (base, small, expert)]
        print("  {} loss: base {:.4f}, small expert {:.4f}, expert {:.4f}".format(name, *losses))
    drops = [measured(model, dropped(expert, base, seed), test) for seed in range(DROP_SEEDS)]
    print(f"  test loss, {DROP} of the delta dropped: " + ", ".join(f"{drop:.4f}" for drop in drops), flush=True)


def main(source, out, *tasks):
    unknown = [task for task in tasks if task not in RECIPES]
    if unknown:
        sys.exit(f"no recipe for {unknown[0]!r}; there are {', '.join(RECIPES)}")
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    (out / "data").mkdir(parents=True, exist_ok=True)
    copy_folder(source / "base", out / "base")
    shutil.copyfile(source / "base" / WEIGHTS, out / "base" / WEIGHTS)
    for task in tasks or RECIPES:
        make_expert(source, out, task)


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit("usage: python3 bench/study/train.py examples/tiny-llama OUT [TASK...]")
    main(Path(sys.argv[1]), Path(sys.argv[2]), *sys.argv[3:])
