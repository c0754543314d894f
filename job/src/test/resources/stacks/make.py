"""Makes configs.json: configs without lists of layers' kinds, and what a stack's config must say.

Needs transformers 5.18. Each model is built (without memory for its weights), and so is the stack by
the config that is expected of it; every layer of the stack must be of the kind of the layer that it
comes from. Where the expected config is null there is none by which that would be so.
"""

import json
import os
import warnings

import torch
import transformers
from transformers import AutoConfig, AutoModelForCausalLM, AutoModelForMaskedLM

warnings.filterwarnings("ignore")
transformers.logging.set_verbosity_error()

SIZES = dict(
    pad_token_id=0,
    bos_token_id=1,
    eos_token_id=2,
    vocab_size=64, hidden_size=32, intermediate_size=48, num_attention_heads=4, num_key_value_heads=2
)
EXPERTS = dict(
    num_experts=4, num_experts_per_tok=2, moe_intermediate_size=16, shared_expert_intermediate_size=16
)
LINEAR = dict(
    linear_conv_kernel_dim=4,
    linear_key_head_dim=8,
    linear_value_head_dim=8,
    linear_num_key_heads=2,
    linear_num_value_heads=4,
)
SLIDING = dict(use_sliding_window=True, sliding_window=8)
ROUTED = dict(
    n_routed_experts=4,
    num_experts_per_tok=2,
    n_shared_experts=1,
    moe_intermediate_size=16,
    n_group=1,
    topk_group=1,
    kv_lora_rank=8,
    q_lora_rank=8,
    qk_nope_head_dim=8,
    qk_rope_head_dim=8,
    v_head_dim=8,
)
GEMMA4 = dict(
    head_dim=8,
    global_head_dim=16,
    sliding_window=8,
    vocab_size_per_layer_input=64,
    hidden_size_per_layer_input=0,
)

# Family, its config, how many layers, which of them are stacked, and how its kinds are written: a
# list of kinds by its key, values that stand for themselves, or None if no config has them.
CASES = [
    ("gemma2", dict(head_dim=8, sliding_window=8), 4, [0, 2, 3], ["layer_types"]),
    ("gemma2", dict(head_dim=8, sliding_window=8), 4, [0, 1, 0, 1, 2, 3], []),
    ("gpt_oss", dict(head_dim=8, num_local_experts=4, num_experts_per_tok=2), 4, [1, 2, 3], ["layer_types"]),
    ("gemma3_text", dict(head_dim=8, sliding_window=8), 8, [0, 1, 5, 6, 7], ["layer_types"]),
    ("gemma3_text", dict(head_dim=8, sliding_window=8, sliding_window_pattern=2), 4, [0, 2, 3], ["layer_types"]),
    ("cohere2", dict(sliding_window=8), 5, [3, 4], ["layer_types"]),
    ("exaone4", dict(sliding_window=8), 5, [2, 3, 4], ["layer_types"]),
    ("olmo3", dict(sliding_window=8), 5, [2, 3, 4], ["layer_types"]),
    ("cwm", dict(head_dim=8, sliding_window=8), 5, [1, 4], ["layer_types"]),
    ("modernbert", dict(global_attn_every_n_layers=3, pad_token_id=0), 6, [0, 2, 3, 4], ["layer_types"]),
    ("modernbert", dict(global_attn_every_n_layers=3, pad_token_id=0), 6, [1, 2, 3], None),
    ("qwen2", dict(max_window_layers=2, **SLIDING), 4, [0, 2, 3], ["layer_types"]),
    ("qwen2", dict(max_window_layers=2, use_sliding_window=False, sliding_window=8), 4, [3, 0], []),
    ("qwen2", dict(max_window_layers=28, **SLIDING), 4, [3, 0, 1], []),
    ("qwen3", dict(head_dim=8, max_window_layers=1, **SLIDING), 3, [2, 0, 1], ["layer_types"]),
    ("qwen2_moe", dict(decoder_sparse_step=2, mlp_only_layers=[3], **EXPERTS), 4, [0, 1, 1, 3],
     dict(decoder_sparse_step=1, mlp_only_layers=[0, 3])),
    ("qwen3_moe", dict(head_dim=8, decoder_sparse_step=1, mlp_only_layers=[0], **EXPERTS), 3, [2, 0, 1],
     dict(mlp_only_layers=[1])),
    ("qwen3_next", dict(head_dim=8, full_attention_interval=3, **LINEAR, **EXPERTS), 4, [0, 2, 3], ["layer_types"]),
    ("qwen3_5_text", dict(head_dim=8, **LINEAR), 5, [2, 3, 4], ["layer_types"]),
    ("llama4_text", dict(head_dim=8, intermediate_size_mlp=48, num_local_experts=2, interleave_moe_layer_step=2,
                         moe_layers=None, no_rope_layers=[]), 5, [1, 2, 3, 4],
     ["no_rope_layers", "moe_layers"]),
    ("smollm3", dict(no_rope_layer_interval=2, use_sliding_window=False), 4, [1, 2, 3], ["no_rope_layers"]),
    ("deepseek_v3", dict(first_k_dense_replace=2, **ROUTED), 4, [1, 2, 3], dict(first_k_dense_replace=1)),
    ("deepseek_v3", dict(first_k_dense_replace=1, **ROUTED), 4, [0, 1, 2, 2, 3], []),
    ("deepseek_v3", dict(first_k_dense_replace=1, **ROUTED), 4, [1, 0, 2], None),
    ("glm4_moe", dict(head_dim=8, **ROUTED), 3, [1, 2], dict(first_k_dense_replace=0)),
    ("gpt_neo", dict(attention_types=[[["global", "local"], 2]]), 4, [0, 2, 3],
     dict(attention_types=[[["global", "global", "local"], 1]])),
    ("gemma4_text", dict(layer_types=["sliding_attention"] * 2 + ["full_attention"] * 2, **GEMMA4,
                         per_layer_config={"2": {"head_dim": 16}, "3": {"head_dim": 16}}), 4, [0, 3, 3],
     dict(layer_types=["sliding_attention", "full_attention", "full_attention"],
          per_layer_config={"1": {"head_dim": 16}, "2": {"head_dim": 16}})),
    ("gemma4_text", dict(layer_types=["sliding_attention"] * 2 + ["full_attention"] * 2, **GEMMA4), 4, [2, 3, 0], None),
    ("gemma4_text", dict(GEMMA4, hidden_size_per_layer_input=8), 4, [0, 1, 3], None),
    ("gemma4_text", dict(layer_types=["sliding_attention", "full_attention"] * 2, num_kv_shared_layers=2, **GEMMA4),
     4, [0, 1, 3], dict(layer_types=["sliding_attention", "full_attention", "full_attention"],
                        num_kv_shared_layers=1)),
    ("gemma4_text", dict(layer_types=["sliding_attention", "full_attention"] * 2, num_kv_shared_layers=2, **GEMMA4),
     4, [0, 2, 1, 3], None),
    ("gemma3n_text", dict(head_dim=8, vocab_size_per_layer_input=64, hidden_size_per_layer_input=8, laurel_rank=8,
                          num_kv_shared_layers=0), 4, [0, 1, 3], None),
    ("gpt2", dict(scale_attn_by_inverse_layer_idx=True), 3, [0, 2], None),
    ("gpt2", dict(scale_attn_by_inverse_layer_idx=True), 3, [0, 1], []),
    ("gpt2", dict(scale_attn_by_inverse_layer_idx=False), 3, [0, 2], []),
    ("diffllama", dict(), 3, [0, 2], None),
    ("jamba", dict(attn_layer_period=2, attn_layer_offset=1, expert_layer_period=2, num_experts=2,
                   use_mamba_kernels=False), 4, [0, 1, 3], None),
    ("jamba", dict(attn_layer_period=2, attn_layer_offset=1, expert_layer_period=2, num_experts=2,
                   use_mamba_kernels=False), 4, [0, 1, 2, 3, 2, 3], []),
]

NAMES = {
    "gpt2": dict(hidden_size="n_embd", num_attention_heads="n_head", layers="n_layer"),
    "gpt_neo": dict(num_attention_heads="num_heads", layers="num_layers"),
}


def config(family, values, layers):
    names = NAMES.get(family, {})
    sizes = {names.get(key, key): value for key, value in SIZES.items()}
    return {"model_type": family, **sizes, names.get("layers", "num_hidden_layers"): layers, **values}


def kinds(values):
    """What each layer of a model is, by the modules and values that decide it."""
    read = AutoConfig.for_model(**json.loads(json.dumps(values)))
    auto = AutoModelForMaskedLM if read.model_type == "modernbert" else AutoModelForCausalLM
    with torch.device("meta"):
        model = auto.from_config(read, attn_implementation="eager")
    layers = next(m for m in model.modules() if isinstance(m, torch.nn.ModuleList))
    assert len(layers) == read.num_hidden_layers
    described = []
    for i, layer in enumerate(layers):
        kind = [sorted((name, tuple(p.shape)) for name, p in layer.named_parameters())]
        kind += [getattr(layer, "attention_type", None), getattr(layer, "is_kv_shared_layer", None)]
        for key in ("layer_types", "no_rope_layers", "attention_layers"):
            kind.append(getattr(read, key, [None] * len(layers))[i])
        described.append(kind)
    return read, described


cases = []
for family, values, layers, stack, written in CASES:
    own = config(family, values, layers)
    read, described = kinds(own)
    expected = None
    if written is not None:
        expected = config(family, values, len(stack))
        for key in written:
            value = written[key] if isinstance(written, dict) else getattr(read, key)
            if key == "moe_layers":
                value = [i for i, layer in enumerate(stack) if layer in value]
            elif isinstance(written, list):
                value = [value[layer] for layer in stack]
            expected[key] = value
        assert kinds(expected)[1] == [described[layer] for layer in stack], (family, stack)
    cases.append(dict(config=own, layers=layers, stack=stack, expected=expected))
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "configs.json"), "w") as file:
    file.write("[\n  " + ",\n  ".join(json.dumps(case) for case in cases) + "\n]\n")
print(len(cases), "cases")
