"""Makes the fixtures of this folder, in PyTorch: losses, gradients and steps of the repair of a merged model.

Run with torch 2.13, transformers 5.18, safetensors and tokenizers from anywhere:  python3 make.py

tiny-llama.safetensors, for the experts of examples/tiny-llama on the texts of ../evidence/tiny-llama.safetensors (eight
few-shot texts each, cut at 64 tokens). The start is the base plus 0.2 times the sum of the deltas. `divergence` is each
task's mean over predicted tokens of KL(expert || merged) there, `gradient.row.TENSOR` [experts, rows] and
`gradient.column.TENSOR` [experts, columns] are gradients of the weighted mean of these, weights 1/gain; `row.TENSOR` and
`column.TENSOR` are coefficients after three steps of Adam, all texts in each.

bert-classifier.safetensors, for two experts of ../hf/bert-classifier made by a hash, as in ../evidence. The start is the
base plus 0.5 times the sum of the deltas. `loss` is each task's divergence plus the mean squares of the differences of
last states and of pooled states, relative to the variances of the expert's; `gradient.row.TENSOR` are those of the mean.
"""
import importlib.util
import pathlib

import torch
from safetensors.torch import load_file, save_file
from torch.func import functional_call
from torch.nn.functional import cross_entropy, kl_div
from transformers import AutoModelForCausalLM, AutoModelForSequenceClassification

HERE = pathlib.Path(__file__).resolve().parent
FAMILY = HERE.parents[4] / "examples" / "tiny-llama"
TASKS = ["shakespeare", "math", "java", "intents"]

spec = importlib.util.spec_from_file_location("evidence", HERE.parent / "evidence" / "make.py")
evidence = importlib.util.module_from_spec(spec)
spec.loader.exec_module(evidence)


def combined(start, row, column, deltas):
    """The merged weights."""
    merged = {}
    for name, tensor in start.items():
        merged[name] = tensor
        for i, delta in enumerate(deltas):
            c = row[name][i]
            if tensor.dim() == 2:
                c = c[:, None] + (column[name][i][None] if name in column else 0)
            merged[name] = merged[name] + c * delta[name]
    return merged


def coefficients(start, experts, columns):
    row = {k: torch.zeros(experts, v.shape[0], requires_grad=True) for k, v in start.items()}
    column = {k: torch.zeros(experts, v.shape[1], requires_grad=True) for k, v in start.items() if v.dim() == 2}
    return row, column if columns else {}


def language_model():
    load = lambda name: AutoModelForCausalLM.from_pretrained(
        FAMILY / name, dtype=torch.float32, attn_implementation="eager").eval()
    weights = lambda model: {k: v.clone() for k, v in model.named_parameters()}
    model = load("base")
    base = {k: v.detach() for k, v in weights(model).items()}
    experts = [{k: v.detach() for k, v in weights(load(t)).items()} for t in TASKS]
    deltas = [{k: e[k] - base[k] for k in base} for e in experts]
    texts = load_file(HERE.parent / "evidence" / "tiny-llama.safetensors")

    def logits(parameters, task):
        ids, mask = texts["ids." + task].long(), texts["mask." + task].long()
        out = functional_call(model, parameters, (), dict(input_ids=ids, attention_mask=mask, use_cache=False)).logits
        predicted = mask[:, 1:].bool()
        return out[:, :-1][predicted], ids[:, 1:][predicted]

    with torch.no_grad():
        gain = [cross_entropy(*logits(base, t)).item() - cross_entropy(*logits(e, t)).item()
                for t, e in zip(TASKS, experts)]
        goals = [logits(e, t)[0].log_softmax(-1) for t, e in zip(TASKS, experts)]
    start = {k: base[k] + 0.2 * sum(d[k] for d in deltas) for k in base}
    row, column = coefficients(start, len(TASKS), True)
    adam = torch.optim.Adam([*row.values(), *column.values()], lr=0.03, betas=(0.9, 0.99), eps=1e-8)
    result = {}
    for step in range(3):
        adam.zero_grad()
        merged = combined(start, row, column, deltas)
        divergence = []
        for i, task in enumerate(TASKS):
            loss = kl_div(logits(merged, task)[0].log_softmax(-1), goals[i], log_target=True, reduction="batchmean")
            divergence.append(loss.item())
            (loss / max(1e-3, gain[i]) / len(TASKS)).backward(retain_graph=True)
        if step == 0:
            result["gain"] = torch.tensor(gain)
            result["divergence"] = torch.tensor(divergence)
            result |= {"gradient.row." + k: v.grad.clone() for k, v in row.items()}
            result |= {"gradient.column." + k: v.grad.clone() for k, v in column.items()}
        adam.step()
    result |= {"row." + k: v.detach().clone() for k, v in row.items()}
    result |= {"column." + k: v.detach().clone() for k, v in column.items()}
    save_file(result, HERE / "tiny-llama.safetensors")


def classifier():
    folder = HERE.parent / "hf" / "bert-classifier"
    model = AutoModelForSequenceClassification.from_pretrained(
        folder, dtype=torch.float32, attn_implementation="eager").eval()
    base = {k: v.detach().clone() for k, v in model.named_parameters()}
    experts = [{k: evidence.moved(k, v, seed) for k, v in base.items()} for seed in (1, 2)]
    deltas = [{k: e[k] - base[k] for k in base} for e in experts]
    given = load_file(folder / "expected.safetensors")
    half = (len(given["input_ids"]) + 1) // 2
    parts = [slice(0, half), slice(half, None)]

    def run(parameters, part):
        mask = given["attention_mask"][part].long()
        out = functional_call(model, parameters, (), dict(
            input_ids=given["input_ids"][part].long(), attention_mask=mask,
            token_type_ids=given["token_type_ids"][part].long(), output_hidden_states=True))
        last = out.hidden_states[-1]
        dense = parameters["bert.pooler.dense.weight"], parameters["bert.pooler.dense.bias"]
        pooled = torch.tanh(last[:, 0] @ dense[0].T + dense[1])
        return out.logits, last[mask.bool()], pooled

    start = {k: base[k] + 0.5 * sum(d[k] for d in deltas) for k in base}
    row, column = coefficients(start, 2, False)
    merged = combined(start, row, column, deltas)
    losses = []
    for expert, part in zip(experts, parts):
        with torch.no_grad():
            goal, last, pooled = run(expert, part)
        out, states, own = run(merged, part)
        loss = kl_div(out.log_softmax(-1), goal.log_softmax(-1), log_target=True, reduction="batchmean")
        loss = loss + ((states - last) ** 2).mean() / last.var(correction=0)
        loss = loss + ((own - pooled) ** 2).mean() / pooled.var(correction=0)
        losses.append(loss.item())
        (loss / 2).backward(retain_graph=True)
    result = {"gradient.row." + k: v.grad.clone() for k, v in row.items() if v.grad is not None}
    result["loss"] = torch.tensor(losses)
    save_file(result, HERE / "bert-classifier.safetensors")


if __name__ == "__main__":
    language_model()
    classifier()
