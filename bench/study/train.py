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
import random
import shutil
import sys
from pathlib import Path

import torch
from families import (
    WEIGHTS,
    Recipe,
    batches,
    copy_folder,
    delta_norm,
    encode,
    lines,
    load,
    log_probabilities,
    loss,
    one_thread,
    padded,
    split,
    stored,
    train,
    write_lines,
    write_weights,
)
from safetensors.torch import load_file
from tokenizers import Tokenizer
from transformers import AutoModelForCausalLM

TRAINING_SHARE = 0.6
DROP = 0.8
DROP_SEEDS = 2
SEED = 1

# Chosen by the figures printed: about four times the small delta, and clearly below the loss of the base.
RECIPES = {
    "shakespeare": Recipe(3.5e-3, 140),
    "math": Recipe(2.7e-3, 150),
    "java": Recipe(2.5e-3, 160),
    "intents": Recipe(3.6e-3, 200),
}


def distilled(teacher):
    """Returns the loss of a model on a batch: the cross-entropy to the teacher's next-token distributions."""

    def loss_of(model, rows):
        ids, mask = padded(rows)
        with torch.no_grad():
            targets = log_probabilities(teacher, ids).exp()
        cross_entropy = -(targets * log_probabilities(model, ids)).sum(-1)
        return (cross_entropy * mask).sum() / mask.sum()

    return loss_of


def dropped(expert, base, seed):
    """Returns base plus what random dropping leaves of the delta, divided by the rate kept (DARE)."""
    generator = torch.Generator().manual_seed(seed)
    merged = {}
    for name, value in sorted(base.items()):
        kept = torch.rand(value.shape, generator=generator) >= DROP
        delta = expert[name].float() - value.float()
        merged[name] = (value.float() + delta * kept / (1 - DROP)).to(torch.bfloat16)
    return merged


def measured(model, weights, texts):
    load(model, weights)
    return loss(model, texts)


def make_expert(source, out, task):
    base = load_file(source / "base" / WEIGHTS)
    small = load_file(source / task / WEIGHTS)
    model = AutoModelForCausalLM.from_pretrained(source / "base", dtype=torch.float32)
    teacher = AutoModelForCausalLM.from_pretrained(source / task, dtype=torch.float32)
    tokenizer = Tokenizer.from_file(str(source / "base" / "tokenizer.json"))
    training_lines, test_lines = split(lines(source / "data" / f"{task}.test.jsonl"), TRAINING_SHARE)
    test = encode(test_lines, tokenizer)
    few_shot = encode(lines(source / "data" / f"{task}.fewshot.jsonl"), tokenizer)

    drawn = batches(encode(training_lines, tokenizer), random.Random(SEED))
    train(model, RECIPES[task], drawn, distilled(teacher))
    expert = stored(model, base)

    copy_folder(source / task, out / task)
    write_weights(out / task, expert)
    write_lines(out / "data" / f"{task}.test.jsonl", test_lines)
    shutil.copyfile(source / "data" / f"{task}.fewshot.jsonl", out / "data" / f"{task}.fewshot.jsonl")

    norm, small_norm = delta_norm(expert, base), delta_norm(small, base)
    print(f"{task}: {len(training_lines)} texts to train on, {len(test_lines)} to test on, {len(few_shot)} few-shot")
    print(f"  delta norm {norm:.2f}, {norm / small_norm:.2f} times {small_norm:.2f}")
    for name, texts in (("test", test), ("few-shot", few_shot)):
        losses = [measured(model, weights, texts) for weights in (base, small, expert)]
        print("  {} loss: base {:.4f}, small expert {:.4f}, expert {:.4f}".format(name, *losses))
    drops = [measured(model, dropped(expert, base, seed), test) for seed in range(DROP_SEEDS)]
    print(f"  test loss, {DROP} of the delta dropped: " + ", ".join(f"{drop:.4f}" for drop in drops), flush=True)


def main(source, out, *tasks):
    unknown = [task for task in tasks if task not in RECIPES]
    if unknown:
        sys.exit(f"no recipe for {unknown[0]!r}; there are {', '.join(RECIPES)}")
    one_thread()
    (out / "data").mkdir(parents=True, exist_ok=True)
    copy_folder(source / "base", out / "base")
    shutil.copyfile(source / "base" / WEIGHTS, out / "base" / WEIGHTS)
    for task in tasks or RECIPES:
        make_expert(source, out, task)


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit("usage: python3 bench/study/train.py examples/tiny-llama OUT [TASK...]")
    main(Path(sys.argv[1]), Path(sys.argv[2]), *sys.argv[3:])
