"""Makes the fixtures of this folder, in PyTorch: what the methods fisher and regmean should give.

Run with torch 2.13, transformers 5.18, safetensors and tokenizers from anywhere:  python3 make.py

NAME.safetensors, for small models of ../hf: two experts are made of the model by a hash (see `moved`); each has some of
the examples of the model's fixture as its task. `fisher.TENSOR` is the Fisher diagonal at expert 0, `merged.fisher.TENSOR`
and `merged.regmean.TENSOR` are the merged models.

tiny-llama.safetensors, for the experts of examples/tiny-llama on eight few-shot texts each, cut at 64 tokens and padded:
`ids.TASK` and `mask.TASK` are the texts, `losses` those of base and experts, and `regression.TENSOR` the merged delta with
weights by gain, ridge 1e-3 and alpha 1; some tensors only, and of the embedding the first rows, to keep the file small.
"""
import json
import pathlib

import numpy
import torch
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer
from torch.nn.functional import cross_entropy
from transformers import AutoModelForCausalLM, AutoModelForSequenceClassification
from transformers.pytorch_utils import Conv1D

HERE = pathlib.Path(__file__).resolve().parent
HF = HERE.parent / "hf"
FAMILY = HERE.parents[4] / "examples" / "tiny-llama"
TASKS = ["shakespeare", "math", "java", "intents"]
KEPT = ["embed_tokens", "layers.0.self_attn.q_proj", "layers.0.self_attn.k_proj", "layers.0.self_attn.o_proj",
        "layers.0.mlp.down_proj", "layers.2.self_attn.v_proj", "layers.3.mlp.up_proj", "norm"]
EMBEDDING_ROWS = 256


def moved(name, tensor, seed):
    """The tensor with a delta that depends on its name, the seed and the place of each entry."""
    code = 0
    for letter in name:
        code = (31 * code + ord(letter)) & 0xFFFFFFFF
    code -= (code >> 31) << 32
    start = (code * 31 + (seed << 20)) & 0xFFFFFFFFFFFFFFFF
    with numpy.errstate(over="ignore"):
        h = (numpy.uint64(start) + numpy.arange(tensor.numel(), dtype=numpy.uint64)) * numpy.uint64(0x9E3779B97F4A7C15)
        h = (h ^ (h >> numpy.uint64(29))) * numpy.uint64(0xBF58476D1CE4E5B9)
    delta = 0.05 * ((h >> numpy.uint64(40)).astype(numpy.float64) * 2.0**-23 - 1)
    return tensor + torch.from_numpy(delta.astype(numpy.float32)).reshape(tensor.shape)


def tables(model):
    return {id(m.weight) for m in model.modules() if isinstance(m, torch.nn.Embedding)}


def moments(model, batch):
    """What each parameter works on, as means over attended tokens: by name a matrix, or a vector."""
    mask = batch["attention_mask"].bool()
    found, hooks, names = {}, [], {id(p): n for n, p in model.named_parameters()}

    def rows(x):
        return (x[mask] if x.dim() == 3 else x).double()

    def linear(module, args, _):
        x = rows(args[0])
        if module.bias is not None:
            x = torch.cat([x, torch.ones(len(x), 1, dtype=x.dtype)], 1)
        found[names[id(module.weight)]] = x.T @ x / len(x)

    def norm(module, args, _):
        x = rows(args[0])
        if isinstance(module, torch.nn.LayerNorm):
            x = (x - x.mean(-1, keepdim=True)) * torch.rsqrt(x.var(-1, unbiased=False, keepdim=True) + module.eps)
        else:
            x = x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + module.variance_epsilon)
        found[names[id(module.weight)]] = (x * x).mean(0)

    def lookup(module, args, _):
        index = args[0].expand(mask.shape)[mask]
        counts = torch.bincount(index, minlength=len(module.weight)).double()
        found[names[id(module.weight)]] = counts / counts.sum()

    for module in model.modules():
        if isinstance(module, (torch.nn.Linear, Conv1D)) and id(module.weight) not in tables(model):
            hooks.append(module.register_forward_hook(linear))
        elif isinstance(module, torch.nn.Embedding):
            hooks.append(module.register_forward_hook(lookup))
        elif "Norm" in type(module).__name__:
            hooks.append(module.register_forward_hook(norm))
    with torch.no_grad():
        model(**{k: v for k, v in batch.items() if k != "labels"})
    for hook in hooks:
        hook.remove()
    return found


def regressed(model, deltas, seen, v, ridge, alpha):
    """The merged delta of every parameter."""
    merged = {}
    v = torch.tensor(v, dtype=torch.float64)
    embeddings = tables(model)
    maps = {id(m.weight): m for m in model.modules() if isinstance(m, (torch.nn.Linear, Conv1D))}
    names = {id(p): n for n, p in model.named_parameters()}
    for name, parameter in model.named_parameters():
        d = [delta[name].double() for delta in deltas]
        if id(parameter) in embeddings:
            c = torch.stack([w * s[name] for w, s in zip(v, seen)]) + 1e-5
            merged[name] = sum(a[:, None] * x for a, x in zip(c, d)) / c.sum(0)[:, None]
        elif id(parameter) in maps:
            module = maps[id(parameter)]
            conv = isinstance(module, Conv1D)
            bias = names[id(module.bias)] if module.bias is not None else None
            rows = [x.T if conv else x for x in d]
            if bias:
                rows = [torch.cat([x, delta[bias].double()[:, None]], 1) for x, delta in zip(rows, deltas)]
            moments_ = [s[name] for s in seen]
            moments_ = [alpha * g + (1 - alpha) * torch.diag(g.diagonal()) for g in moments_]
            total = sum(w * g for w, g in zip(v, moments_))
            rho = ridge * total.diagonal().mean()
            right = sum(w * x @ g for w, x, g in zip(v, rows, moments_)) + rho * sum(rows) / len(rows)
            result = torch.linalg.solve(total + rho * torch.eye(len(total), dtype=total.dtype), right.T).T
            if bias:
                merged[bias] = result[:, -1]
                result = result[:, :-1]
            merged[name] = result.T if conv else result
        elif name in seen[0]:
            c = torch.stack([w * s[name] for w, s in zip(v, seen)])
            merged[name] = sum(a * x for a, x in zip(c, d)) / c.sum(0)
    for name, parameter in model.named_parameters():
        if name not in merged:
            merged[name] = sum(w * delta[name].double() for w, delta in zip(v, deltas)) / v.sum()
    return merged


def example_loss(logits, labels, shift):
    if labels.dim() == 0:
        return cross_entropy(logits, labels)
    return cross_entropy(logits[:-1], labels[1:]) if shift else cross_entropy(logits, labels)


def fisher(model, batch):
    totals = {n: torch.zeros_like(p, dtype=torch.float64) for n, p in model.named_parameters()}
    count = len(batch["input_ids"])
    for i in range(count):
        one = {k: v[i : i + 1] for k, v in batch.items() if k != "labels"}
        model.zero_grad()
        example_loss(model(**one).logits[0], batch["labels"][i], True).backward()
        for n, p in model.named_parameters():
            totals[n] += p.grad.double() ** 2
    return {n: t / count for n, t in totals.items()}


def small(name, auto):
    data = load_file(HF / name / "expected.safetensors")
    base = auto.from_pretrained(HF / name, dtype=torch.float32, attn_implementation="eager").eval()
    before = {n: p.detach().clone() for n, p in base.named_parameters()}
    keys = [k for k in ("input_ids", "attention_mask", "token_type_ids", "labels") if k in data]
    half = (len(data["input_ids"]) + 1) // 2
    batches = [{k: data[k][:half] for k in keys}, {k: data[k][half:] for k in keys}]
    weights, lam = [1.0, 2.0], 0.8
    deltas, seen, diagonals = [], [], []
    for seed, batch in enumerate(batches):
        expert = {n: moved(n, t, seed + 1) for n, t in before.items()}
        with torch.no_grad():
            for n, p in base.named_parameters():
                p.copy_(expert[n])
        deltas.append({n: expert[n] - before[n] for n in before})
        seen.append(moments(base, batch))
        diagonals.append(fisher(base, batch))
    result = {"fisher." + n: t.float() for n, t in diagonals[0].items()}
    factors = [w / sum((t**2).sum() for t in f.values()).sqrt() for w, f in zip(weights, diagonals)]
    scaled_all = [{n: a * t for n, t in f.items()} for a, f in zip(factors, diagonals)]
    elements = sum(t.numel() for t in before.values())
    floor = 1e-6 * sum(t.sum() for f in scaled_all for t in f.values()) / elements / sum(weights)
    for n, b in before.items():
        scaled = [f[n] for f in scaled_all]
        c = [f + w * floor for f, w in zip(scaled, weights)]
        merged = sum(a * d[n].double() for a, d in zip(c, deltas)) / sum(c)
        result["merged.fisher." + n] = (b.double() + lam * merged).float()
    for n, r in regressed(base, deltas, seen, weights, 1e-3, 0.9).items():
        result["merged.regmean." + n] = (before[n].double() + lam * r).float()
    save_file({k: t.contiguous() for k, t in result.items()}, HERE / f"{name}.safetensors")


def family():
    tokenizer = Tokenizer.from_file(str(FAMILY / "base" / "tokenizer.json"))

    def load(name):
        return AutoModelForCausalLM.from_pretrained(FAMILY / name, dtype=torch.float32, attn_implementation="eager").eval()

    def loss(model, batch):
        with torch.no_grad():
            rows = batch["attention_mask"][:, 1:].bool()
            logits = model(**batch).logits[:, :-1][rows]
        return cross_entropy(logits, batch["input_ids"][:, 1:][rows]).item()

    base = load("base")
    before = {n: p.detach() for n, p in base.named_parameters()}
    result, losses, deltas, seen = {}, [], [], []
    for task in TASKS:
        lines = open(FAMILY / "data" / f"{task}.fewshot.jsonl", encoding="utf-8").readlines()[:8]
        texts = [tokenizer.encode(json.loads(line)["text"]).ids[:64] for line in lines]
        ids = torch.zeros(len(texts), max(map(len, texts)), dtype=torch.long)
        mask = torch.zeros_like(ids)
        for row, text in enumerate(texts):
            ids[row, : len(text)] = torch.tensor(text)
            mask[row, : len(text)] = 1
        batch = dict(input_ids=ids, attention_mask=mask)
        expert = load(task)
        losses.append([loss(base, batch), loss(expert, batch)])
        deltas.append({n: p.detach() - before[n] for n, p in expert.named_parameters()})
        seen.append(moments(expert, batch))
        result["ids." + task], result["mask." + task] = ids, mask
    v = [1 / max(1e-3, b - e) for b, e in losses]
    for n, r in regressed(base, deltas, seen, v, 1e-3, 1.0).items():
        if any(n == f"model.{kept}.weight" for kept in KEPT):
            result["regression." + n] = r[:EMBEDDING_ROWS].float() if "embed" in n else r.float()
    result["losses"] = torch.tensor(losses)
    save_file({k: t.contiguous() for k, t in result.items()}, HERE / "tiny-llama.safetensors")


if __name__ == "__main__":
    small("llama", AutoModelForCausalLM)
    small("llama3-tied", AutoModelForCausalLM)
    small("gpt2", AutoModelForCausalLM)
    small("bert-classifier", AutoModelForSequenceClassification)
    family()
