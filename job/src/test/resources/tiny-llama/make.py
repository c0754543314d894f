"""Writes expected.json: what transformers (float32, eager attention) makes of examples/tiny-llama.

Run from the root of the project: python3 io/src/test/resources/tiny-llama/make.py
"""

import json
import pathlib

import tokenizers
import torch
import transformers

ROOT = pathlib.Path("examples/tiny-llama")
HERE = pathlib.Path("io/src/test/resources/tiny-llama")
DATA = HERE / "examples.jsonl"
MODELS = ["base", "math", "shakespeare"]
TASKS = ["math", "shakespeare", "java", "intents"]
LINES = 3
LENGTH = 96
PROMPTS = ["ROMEO:\n", "Q: There are 3 apples and", "    public static boolean "]
CONTINUATION = 40


def examples():
    """Texts of each kind; those of math as prompt and completion."""
    for task in TASKS:
        with open(ROOT / "data" / f"{task}.test.jsonl", encoding="utf-8") as file:
            for line in [next(file) for _ in range(LINES)]:
                text = json.loads(line)["text"]
                if task == "math":
                    question, answer = text.split("\nA:", 1)
                    yield {"prompt": question + "\nA:", "completion": answer}
                else:
                    yield {"text": text}


def tokens(tokenizer, example):
    if "text" in example:
        ids = tokenizer.encode(example["text"]).ids[:LENGTH]
        return ids, list(ids)
    prompt = tokenizer.encode(example["prompt"]).ids
    completion = tokenizer.encode(example["completion"], add_special_tokens=False).ids
    ids = (prompt + completion)[:LENGTH]
    return ids, ([-100] * len(prompt) + completion)[:LENGTH]


def main():
    lines = list(examples())
    with open(DATA, "w", encoding="utf-8") as file:
        for line in lines:
            file.write(json.dumps(line) + "\n")
    expected = {"max_length": LENGTH, "models": {}}
    for name in MODELS:
        model = transformers.AutoModelForCausalLM.from_pretrained(
            ROOT / name, dtype=torch.float32, attn_implementation="eager"
        ).eval()
        tokenizer = tokenizers.Tokenizer.from_file(str(ROOT / name / "tokenizer.json"))
        results = []
        total = []
        with torch.no_grad():
            for line in lines:
                ids, labels = tokens(tokenizer, line)
                logits = model(torch.tensor([ids])).logits[0, :-1].double()
                targets = torch.tensor(labels[1:])
                losses = torch.nn.functional.cross_entropy(
                    logits, targets, reduction="none", ignore_index=-100
                )[targets != -100]
                right = (logits.argmax(-1) == targets).sum().item()
                total.append((losses, right))
                results.append({"loss": losses.mean().item(), "tokens": len(losses)})
            continuations = []
            for prompt in PROMPTS:
                ids = tokenizer.encode(prompt).ids
                made = model.generate(
                    torch.tensor([ids]), max_new_tokens=CONTINUATION, do_sample=False
                )[0].tolist()[len(ids):]
                continuations.append(
                    {"prompt": prompt, "ids": made, "text": tokenizer.decode(made)}
                )
        losses = torch.cat([losses for losses, _ in total])
        expected["models"][name] = {
            "loss": losses.mean().item(),
            "accuracy": sum(right for _, right in total) / len(losses),
            "per_example": results,
            "greedy": continuations,
        }
    with open(HERE / "expected.json", "w", encoding="utf-8") as file:
        json.dump(expected, file, indent=1)
        file.write("\n")


main()
