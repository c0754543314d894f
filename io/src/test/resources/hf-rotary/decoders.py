"""Makes a fixture: a small random decoder, and the logits, losses, gradients and greedily generated tokens that Hugging
Face transformers gives for it, in float32."""
import json

import torch
from safetensors.torch import save_file
from transformers import AutoModelForCausalLM

SMALL = dict(vocab_size=50, hidden_size=16, intermediate_size=24, num_hidden_layers=2, num_attention_heads=4,
             num_key_value_heads=2, bos_token_id=None, eos_token_id=None, pad_token_id=None,
             attn_implementation="eager")
PROMPT, GENERATED = 5, 12
LEFT_OUT = object()


def make(folder, config, length=15, dialect=None, prepare=None, kind=AutoModelForCausalLM, padded=4,
         renamed=lambda name: name):
    torch.manual_seed(7)
    model = kind.from_config(config).eval()
    with torch.no_grad():
        # Norms and biases start as ones and zeros, which would hide mistakes.
        for parameter in model.parameters():
            if parameter.dim() == 1:
                parameter.add_(0.2 * torch.randn_like(parameter))
            else:
                parameter.mul_(6)
    if prepare:
        prepare(model)
    ids = torch.randint(0, SMALL["vocab_size"], (2, length))
    mask = torch.ones_like(ids)
    mask[1, length - padded:] = 0
    batch = dict(input_ids=ids, attention_mask=mask, labels=ids.masked_fill(mask == 0, -100))
    out = model(**batch)
    out.loss.backward()
    parameters = dict(model.named_parameters())
    expected = {k: v.to(torch.int64).contiguous() for k, v in batch.items()}
    expected["logits"] = out.logits.detach().contiguous()
    expected["loss"] = out.loss.detach().reshape(1)
    expected["example_loss"] = torch.stack([
        torch.nn.functional.cross_entropy(logits[:-1], labels[1:])
        for logits, labels in zip(out.logits.detach(), batch["labels"])])
    for n, p in parameters.items():
        if p.grad is not None:
            expected["grad." + renamed(n)] = p.grad.contiguous()
    with torch.no_grad():
        expected["generated"] = model.generate(
            ids[:1, :PROMPT], attention_mask=mask[:1, :PROMPT], do_sample=False, max_new_tokens=GENERATED)
    folder.mkdir(exist_ok=True)
    written = model.config.to_dict()
    (folder / "config.json").write_text(json.dumps(dialect(written) if dialect else written, indent=1) + "\n")
    dtype = torch.bfloat16 if prepare is rounded else torch.float32
    save_file({renamed(n): p.detach().to(dtype).contiguous() for n, p in parameters.items()}, folder / "model.safetensors")
    save_file(expected, folder / "expected.safetensors")


def rounded(model):
    """Rounds weights to bfloat16, and what a Gemma multiplies its embeddings by."""
    with torch.no_grad():
        for tensor in [*model.parameters(), *model.buffers()]:
            if tensor.dim() != 1 or tensor.requires_grad:
                tensor.copy_(tensor.to(torch.bfloat16))


def older(scaling, **more):
    """The form of config.json that transformers wrote before version 5."""

    def convert(config):
        theta = config.pop("rope_parameters", {}).get("rope_theta")
        config.pop("dtype", None)
        merged = config | dict(rope_theta=theta, rope_scaling=scaling, torch_dtype="float32") | more
        return {key: value for key, value in merged.items() if value is not LEFT_OUT}

    return convert
