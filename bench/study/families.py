"""What the scripts that train families of models for the study share: reading and splitting texts, batches of windows, learning
rates, losses, and the layout of a family's folder.

A family is a folder with base, a folder for each expert, each with config.json, model.safetensors (bfloat16), tokenizer.json
and tokenizer_config.json, and data/TASK.fewshot.jsonl and data/TASK.test.jsonl.
"""
import hashlib
import json
import shutil
from dataclasses import dataclass

import torch
from safetensors.torch import save

TOKENS = 128
BATCH = 8
WARM_UP = 10
WEIGHTS = "model.safetensors"
SMALL_FILES = ("config.json", "tokenizer.json", "tokenizer_config.json")


@dataclass(frozen=True)
class Recipe:
    """How a model is trained: the highest learning rate, the steps, and the texts of a step."""

    rate: float
    steps: int
    batch: int = BATCH


def one_thread():
    """Makes training give the same bits on the same machine."""
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)


def lines(file):
    return [line for line in file.read_text(encoding="utf-8").split("\n") if line.strip()]


def write_lines(file, some_lines):
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("\n".join(some_lines) + "\n", encoding="utf-8")


def in_order(some_lines, text=lambda line: line):
    """Returns distinct lines in an order that neither chance nor their meaning has a bearing on: by SHA-256 of their text."""
    return sorted(set(some_lines), key=lambda line: hashlib.sha256(text(line).encode()).digest())


def split(test_lines, share):
    """Returns the lines to train on, a share of all, and the rest, in their old order, to test on."""
    ordered = in_order(test_lines)
    training = ordered[: round(share * len(ordered))]
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


def cross_entropies(model, ids):
    return -log_probabilities(model, ids).gather(2, ids[:, 1:, None])[..., 0]


@torch.no_grad()
def loss(model, all_ids):
    """Returns the mean over texts of the mean over tokens, of the first 128 tokens of each text."""
    rows = [ids[:TOKENS] for ids in all_ids if len(ids) > 1]
    total = 0.0
    for start in range(0, len(rows), BATCH):
        ids, mask = padded(rows[start : start + BATCH])
        total += ((cross_entropies(model, ids) * mask).sum(1) / mask.sum(1)).sum().item()
    return total / len(rows)


def window(ids, rng):
    """Returns up to 128 tokens: of every other draw the beginning of the text, which is what figures are of."""
    last = max(0, len(ids) - TOKENS)
    start = rng.randint(0, last) if rng.random() < 0.5 else 0
    return ids[start : start + TOKENS]


def batches(training, rng, size=BATCH):
    """Yields batches of windows without end; each text once in an epoch for each 128 tokens it has."""
    while True:
        epoch = [ids for ids in training for _ in range(-(-len(ids) // TOKENS)) if len(ids) > 1]
        rng.shuffle(epoch)
        for start in range(0, len(epoch), size):
            yield [window(ids, rng) for ids in epoch[start : start + size]]


def rate(recipe, step):
    """Returns the learning rate: a linear rise, then a linear fall."""
    if step < WARM_UP:
        return recipe.rate * (step + 1) / WARM_UP
    return recipe.rate * (recipe.steps - step) / (recipe.steps - WARM_UP)


def train(model, recipe, drawn, loss_of):
    """Trains all weights of a model by the losses of what is drawn, a batch for each step."""
    optimizer = torch.optim.AdamW(model.parameters(), betas=(0.9, 0.95), weight_decay=0.0)
    for step, batch in zip(range(recipe.steps), drawn):
        for group in optimizer.param_groups:
            group["lr"] = rate(recipe, step)
        optimizer.zero_grad()
        loss_of(model, batch).backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()


def stored(model, names=None):
    """Returns a copy of the weights as they are stored: rounded to bfloat16."""
    state = model.state_dict()
    return {name: state[name].to(torch.bfloat16).clone() for name in (names or state)}


def load(model, weights):
    model.load_state_dict({name: value.float() for name, value in weights.items()}, strict=False)


def write_weights(folder, weights):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / WEIGHTS).write_bytes(save(weights, metadata={"format": "pt"}))


def delta_norm(weights, base):
    """Returns the Frobenius norm of the whole delta."""
    return sum((weights[n].double() - base[n].double()).square().sum() for n in base).sqrt().item()


def copy_folder(source, out):
    """Copies all but the weights of a checkpoint."""
    out.mkdir(parents=True, exist_ok=True)
    for name in SMALL_FILES:
        shutil.copyfile(source / name, out / name)
