"""Makes the fixtures of this folder, in PyTorch: importance on examples without labels, where the expert says what is right.

Run with torch 2.13, transformers 5.18 and safetensors from anywhere:  python3 make.py

NAME.safetensors, for small models of ../embedders and ../hf and an expert of each made by a hash, as in ../evidence. The loss
of an example is the mean over its targets of KL(expert || model); of an encoder without a head the mean square of the
differences of the last states. Its `ids` are padded with -1. `base_loss` [examples]; with scores -<gradient at the base,
delta>: `signed.TENSOR` [examples], and means of magnitudes `row.TENSOR` (with the entry of the bias), `column.TENSOR` and, of
one tensor, `element.TENSOR`; `ablation.N` and `restoration.N` [examples] for layer N as a whole.
"""
import importlib.util
import pathlib

import torch
from safetensors.torch import load_file, save_file
from torch.func import functional_call
from torch.nn.functional import kl_div
from transformers import AutoModelForCausalLM, AutoModelForSequenceClassification, BertModel

HERE = pathlib.Path(__file__).resolve().parent
spec = importlib.util.spec_from_file_location("evidence", HERE.parent / "evidence" / "make.py")
evidence = importlib.util.module_from_spec(spec)
spec.loader.exec_module(evidence)


def states(model, weights, ids):
    return functional_call(model, weights, (), dict(input_ids=ids[None])).last_hidden_state[0]


def next_tokens(model, weights, ids):
    return functional_call(model, weights, (), dict(input_ids=ids[None], use_cache=False)).logits[0, :-1].log_softmax(-1)


def classes(model, weights, ids):
    return functional_call(model, weights, (), dict(input_ids=ids[None])).logits.log_softmax(-1)


def divergence(made, goal):
    return kl_div(made, goal, log_target=True, reduction="batchmean")


def make(name, model, run, distance, layer, element):
    model.eval()
    base = {k: v.detach().clone() for k, v in model.named_parameters()}
    expert = {k: evidence.moved(k, v, 1) for k, v in base.items()}
    given = load_file(HERE.parent / name / "expected.safetensors")
    texts = [row[mask.bool()].long() for row, mask in zip(given["input_ids"], given["attention_mask"])]
    ids = torch.full((len(texts), max(map(len, texts))), -1)
    result = dict(ids=ids)
    scores = []

    def loss(weights, text):
        with torch.no_grad():
            goal = run(model, expert, text)
        return distance(run(model, weights, text), goal)

    for i, text in enumerate(texts):
        ids[i, :len(text)] = text
        weights = {k: v.clone().requires_grad_() for k, v in base.items()}
        lost = loss(weights, text)
        gradients = torch.autograd.grad(lost, list(weights.values()), allow_unused=True)
        scores.append({k: -g * (expert[k] - base[k]) for k, g in zip(weights, gradients) if g is not None})
        result.setdefault("base_loss", []).append(lost.item())
        with torch.no_grad():
            for n in range(2):
                own = {k for k in base if layer % n in k}
                ablated = {k: base[k] if k in own else v for k, v in expert.items()}
                restored = {k: expert[k] if k in own else v for k, v in base.items()}
                result.setdefault(f"ablation.{n}", []).append(loss(ablated, text).item())
                result.setdefault(f"restoration.{n}", []).append(lost.item() - loss(restored, text).item())
    for k, tensor in base.items():
        if k not in scores[0]:
            continue
        bias = k[:-len("weight")] + "bias"
        own = torch.stack([s[k] for s in scores])
        result["signed." + k] = own.flatten(1).sum(1)
        if tensor.dim() == 2:
            beside = torch.stack([s[bias] for s in scores]) if bias in scores[0] else 0
            result["row." + k] = (own.sum(2) + beside).abs().mean(0)
            result["column." + k] = own.sum(1).abs().mean(0)
    result["element." + element] = torch.stack([s[element] for s in scores]).abs().mean(0)
    save_file({k: torch.as_tensor(v, dtype=torch.int64 if k == "ids" else torch.float32).contiguous()
               for k, v in result.items()}, HERE / (name.split("/")[-1] + ".safetensors"))


if __name__ == "__main__":
    torch.set_num_threads(1)
    eager = dict(dtype=torch.float32, attn_implementation="eager")
    make("embedders/bert-switches", BertModel.from_pretrained(
        HERE.parent / "embedders/bert-switches", add_pooling_layer=False, **eager), states,
        lambda made, goal: (made - goal).square().mean(), "layer.%d.", "encoder.layer.0.intermediate.dense.weight")
    make("hf/llama", AutoModelForCausalLM.from_pretrained(HERE.parent / "hf/llama", **eager), next_tokens, divergence,
         "layers.%d.", "model.layers.0.mlp.up_proj.weight")
    make("hf/bert-classifier", AutoModelForSequenceClassification.from_pretrained(
        HERE.parent / "hf/bert-classifier", **eager), classes, divergence,
        "layer.%d.", "bert.encoder.layer.0.intermediate.dense.weight")
