"""Makes the fixtures of this folder: small random mixtures of experts, and the logits, losses, gradients and greedily
generated tokens that Hugging Face transformers gives for them, in float32. A name's last word says in which layout the
experts are stored: "apart", as published and as save_pretrained writes them, or "stacked", as transformers 5 holds
them. Run with torch 2.13 and transformers 5.18:  python3 make.py [NAME…]"""
import json
import pathlib
import sys
import tempfile

import torch
from safetensors.torch import load_file, save_file
from transformers import AutoModelForCausalLM
from transformers import GraniteMoeConfig, MixtralConfig, OlmoeConfig, PhimoeConfig, Qwen2MoeConfig, Qwen3MoeConfig

HERE = pathlib.Path(__file__).parent
SMALL = dict(vocab_size=50, hidden_size=24, intermediate_size=20, num_hidden_layers=2, num_attention_heads=4,
             num_key_value_heads=2, pad_token_id=0, bos_token_id=None, eos_token_id=None, max_position_embeddings=64)
GENERATED = 12


def saved(model):
    """The tensors as save_pretrained writes them."""
    with tempfile.TemporaryDirectory() as folder:
        model.save_pretrained(folder)
        return load_file(pathlib.Path(folder) / "model.safetensors")


def apart(name, tensor, names):
    """The parts of a tensor of the model, by the names under which save_pretrained writes them."""
    if name in names:
        return {name: tensor}
    block, kind = name.rsplit(".experts.", 1) if ".experts." in name else (name, "")
    old = block.replace(".mlp", ".block_sparse_moe")
    if kind == "gate_up_proj" and f"{old}.input_linear.weight" in names:
        return {f"{old}.input_linear.weight": tensor}
    if kind == "down_proj" and f"{old}.output_linear.weight" in names:
        return {f"{old}.output_linear.weight": tensor}
    if kind:
        wide = tensor.shape[1] // 2
        mixtral = f"{old}.experts.0.w1.weight" in names
        gate, up, down = ("w1", "w3", "w2") if mixtral else ("gate_proj", "up_proj", "down_proj")
        block = old if mixtral else block
        parts = {}
        for i, one in enumerate(tensor):
            if kind == "down_proj":
                parts[f"{block}.experts.{i}.{down}.weight"] = one
            else:
                parts[f"{block}.experts.{i}.{gate}.weight"] = one[:wide]
                parts[f"{block}.experts.{i}.{up}.weight"] = one[wide:]
        return parts
    for router in (old, old.replace(".router.", ".gate."), old.replace(".router.", ".router.layer.")):
        if router in names:
            return {router: tensor}
    raise ValueError(name)


def example_losses(logits, labels):
    return torch.stack([torch.nn.functional.cross_entropy(rows[:-1], own[1:]) for rows, own in zip(logits, labels)])


def make(name, config, dialect=None, length=15):
    if len(sys.argv) > 1 and name not in sys.argv[1:]:
        return
    config._attn_implementation = "eager"
    config._experts_implementation = "eager"
    torch.manual_seed(7)
    model = AutoModelForCausalLM.from_config(config)
    model.train(False)
    ids = torch.randint(1, config.vocab_size, (2, length))
    mask = torch.ones_like(ids)
    mask[1, length - 4:] = 0
    labels = ids.masked_fill(mask == 0, -100)
    with torch.no_grad():
        # Norms and biases start as ones and zeros, which would hide mistakes; and what a router weights equally, too.
        for parameter in model.parameters():
            if parameter.dim() == 1:
                parameter.add_(0.2 * torch.randn_like(parameter))
            elif parameter.abs().max() == 0:
                parameter.add_(0.2 * torch.randn_like(parameter))
            else:
                parameter.mul_(6)
    out = model(input_ids=ids, attention_mask=mask, labels=labels)
    out.loss.backward()
    folder = HERE / name
    folder.mkdir(exist_ok=True)
    values = model.config.to_dict()
    (folder / "config.json").write_text(json.dumps(dialect(values) if dialect else values, indent=1) + "\n")
    parameters = dict(model.named_parameters())
    stored = saved(model)
    gradients = {n: p.grad for n, p in parameters.items() if p.grad is not None}
    if name.endswith("-stacked"):
        stored = {n: p.detach() for n, p in parameters.items()}
    else:
        parts = {}
        for n, p in gradients.items():
            parts |= apart(n, p, stored)
        assert set(parts) == set(stored), set(parts) ^ set(stored)
        # An expert that no token chooses has none.
        gradients = {n: g for n, g in parts.items() if g.abs().max() > 0}
    save_file({n: t.contiguous() for n, t in stored.items()}, folder / "model.safetensors")
    expected = dict(input_ids=ids, attention_mask=mask, labels=labels)
    expected = {k: v.to(torch.int64).contiguous() for k, v in expected.items()}
    expected["logits"] = out.logits.detach().contiguous()
    expected["loss"] = out.loss.detach().reshape(1)
    expected["example_loss"] = example_losses(out.logits.detach(), labels)
    with torch.no_grad():
        text = ids[:1, :5]
        expected["generated"] = model.generate(text, max_new_tokens=GENERATED, do_sample=False)[0].contiguous()
    for n, g in gradients.items():
        expected["grad." + n] = g.contiguous()
    save_file(expected, folder / "expected.safetensors")
    print(name, sum(t.numel() for t in stored.values()), float(out.loss))


def older(**values):
    """The form of config.json that transformers wrote before version 5."""

    def convert(config):
        config.pop("rope_parameters", None)
        config.pop("dtype", None)
        config.pop("layer_types", None)
        if "num_local_experts" in config and config["model_type"] == "qwen3_moe":
            config["num_experts"] = config.pop("num_local_experts")
        return config | dict(rope_theta=5000.0, rope_scaling=None, torch_dtype="float32") | values

    return convert


ROPE = dict(rope_parameters=dict(rope_type="default", rope_theta=5000.0))
if __name__ == "__main__":
    torch.set_num_threads(1)
    mixtral = MixtralConfig(**SMALL, num_local_experts=5, num_experts_per_tok=2, head_dim=10, sliding_window=6, **ROPE)
    make("mixtral-apart", mixtral, dialect=older())
    make("mixtral-stacked", mixtral)
    qwen2 = Qwen2MoeConfig(**SMALL | dict(num_hidden_layers=4), num_experts=5, num_experts_per_tok=2,
                           moe_intermediate_size=10, shared_expert_intermediate_size=14, decoder_sparse_step=2,
                           use_sliding_window=True, sliding_window=6, max_window_layers=3, **ROPE)
    make("qwen2-moe-apart", qwen2, dialect=older(norm_topk_prob=False))
    make("qwen2-moe-stacked", qwen2)
    qwen3 = Qwen3MoeConfig(**SMALL | dict(num_hidden_layers=3), num_experts=6, num_experts_per_tok=3, head_dim=8,
                           moe_intermediate_size=10, norm_topk_prob=True, mlp_only_layers=[1], attention_bias=True,
                           tie_word_embeddings=True, **ROPE)
    make("qwen3-moe-apart", qwen3, dialect=older())
    make("qwen3-moe-stacked", qwen3)
    make("olmoe-apart", OlmoeConfig(**SMALL, num_experts=6, num_experts_per_tok=3, **ROPE), dialect=older())
    make("olmoe-stacked", OlmoeConfig(**SMALL, num_experts=6, num_experts_per_tok=3, norm_topk_prob=True, **ROPE))
    phi = dict(**SMALL, num_local_experts=5, router_jitter_noise=0.3, attention_bias=True, lm_head_bias=True)
    longrope = dict(type="longrope", short_factor=[1.0, 1.5, 2.0], long_factor=[2.0, 3.0, 4.0], short_mscale=1.2,
                    long_mscale=1.2, original_max_position_embeddings=32)
    make("phimoe-apart", PhimoeConfig(
        **phi, sliding_window=7, rope_parameters=longrope | dict(rope_type="longrope", rope_theta=5000.0)),
        dialect=older(rope_scaling=longrope, original_max_position_embeddings=32))
    make("phimoe-stacked", PhimoeConfig(**phi, **ROPE))
    granite = GraniteMoeConfig(**SMALL, num_local_experts=5, num_experts_per_tok=2, embedding_multiplier=3.0,
                               logits_scaling=1.5, residual_multiplier=0.7, attention_multiplier=0.3, **ROPE)
    make("granitemoe-apart", granite, dialect=older())
    make("granitemoe-stacked", granite)
