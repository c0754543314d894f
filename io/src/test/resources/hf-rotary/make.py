"""Makes the fixtures of this folder: small random decoders with the rotary embeddings that there are, and the logits,
losses, gradients and greedily generated tokens that Hugging Face transformers gives for them, in float32. Run with
torch 2.13 and transformers 5.18:  python3 make.py"""
import json
import pathlib

import torch
from safetensors.torch import save_file
from transformers import AutoModelForCausalLM, LlamaConfig, MistralConfig, Qwen2Config, Qwen3Config

HERE = pathlib.Path(__file__).parent
SMALL = dict(vocab_size=50, hidden_size=16, intermediate_size=24, num_hidden_layers=2, num_attention_heads=4,
             num_key_value_heads=2, bos_token_id=None, eos_token_id=None, pad_token_id=None,
             attn_implementation="eager")
PROMPT, GENERATED = 5, 12


def make(name, config, length=15, dialect=None):
    torch.manual_seed(7)
    model = AutoModelForCausalLM.from_config(config).eval()
    with torch.no_grad():
        # Norms and biases start as ones and zeros, which would hide mistakes.
        for parameter in model.parameters():
            if parameter.dim() == 1:
                parameter.add_(0.2 * torch.randn_like(parameter))
            else:
                parameter.mul_(6)
    ids = torch.randint(0, config.vocab_size, (2, length))
    mask = torch.ones_like(ids)
    mask[1, length - 4:] = 0
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
        expected["grad." + n] = p.grad.contiguous()
    with torch.no_grad():
        expected["generated"] = model.generate(
            ids[:1, :PROMPT], attention_mask=mask[:1, :PROMPT], do_sample=False, max_new_tokens=GENERATED)
    folder = HERE / name
    folder.mkdir(exist_ok=True)
    written = model.config.to_dict()
    (folder / "config.json").write_text(json.dumps(dialect(written) if dialect else written, indent=1) + "\n")
    save_file({n: p.detach().contiguous() for n, p in parameters.items()}, folder / "model.safetensors")
    save_file(expected, folder / "expected.safetensors")


def older(scaling, **more):
    """The form of config.json that transformers wrote before version 5."""

    def convert(config):
        theta = config.pop("rope_parameters")["rope_theta"]
        config.pop("dtype", None)
        return config | dict(rope_theta=theta, rope_scaling=scaling, torch_dtype="float32") | more

    return convert


def rope(kind, **more):
    return dict(rope_parameters=dict(rope_type=kind, rope_theta=200.0, **more))


if __name__ == "__main__":
    make("llama-yarn", LlamaConfig(**SMALL, head_dim=10, max_position_embeddings=64, **rope(
        "yarn", factor=4.0, original_max_position_embeddings=16, beta_fast=1.5, beta_slow=0.2)))
    make("qwen2-yarn-older-config", Qwen2Config(**SMALL, max_position_embeddings=16, **rope(
        "yarn", factor=4.0, original_max_position_embeddings=16)),
        dialect=older(dict(type="yarn", factor=4.0, original_max_position_embeddings=16)))
    make("mistral-yarn-scales", MistralConfig(**SMALL, head_dim=8, max_position_embeddings=64, **rope(
        "yarn", factor=8.0, original_max_position_embeddings=8, beta_fast=2.0, beta_slow=0.1, mscale=2.0,
        mscale_all_dim=0.5, truncate=False)))
    make("llama-dynamic", LlamaConfig(**SMALL, max_position_embeddings=10, **rope("dynamic", factor=3.0)))
    make("qwen3-dynamic-older-config", Qwen3Config(**SMALL, head_dim=8, max_position_embeddings=16, **rope(
        "dynamic", factor=2.0)), dialect=older(dict(type="dynamic", factor=2.0)))
    factors = dict(short_factor=[1.0, 1.05, 1.2, 1.4], long_factor=[1.0, 2.0, 5.0, 11.0])
    make("llama-longrope-long", LlamaConfig(**SMALL, head_dim=8, max_position_embeddings=40, **rope(
        "longrope", factor=4.0, original_max_position_embeddings=10, **factors)))
    make("mistral-longrope-older-config", MistralConfig(**SMALL, head_dim=8, max_position_embeddings=60, **rope(
        "longrope", original_max_position_embeddings=16, **factors)),
        dialect=older(dict(type="longrope", **factors), original_max_position_embeddings=16))
