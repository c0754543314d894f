"""Writes random causal language models of several families, all of one size, for bench/families.sh.

    python3 bench/families.py OUT [FAMILY...]

Hidden size 1024, 16 heads of 64, 4 layers, a network of 2816, mixtures of 16 experts of 704 of which a token goes to 4, 8,192
tokens; weights in float32, seeded. What a family's config does not name stays as it is in transformers. Prints the families.
"""
import sys
from pathlib import Path

import torch
import transformers

HIDDEN, HEADS, KEY_VALUE, LAYERS, WIDTH, TOKENS = 1024, 16, 4, 4, 2816, 8192
EXPERTS, CHOSEN, EXPERT_WIDTH = 16, 4, 704

COMMON = dict(
    hidden_size=HIDDEN,
    num_attention_heads=HEADS,
    num_key_value_heads=KEY_VALUE,
    num_hidden_layers=LAYERS,
    intermediate_size=WIDTH,
    vocab_size=TOKENS,
    max_position_embeddings=512,
    pad_token_id=None,
    bos_token_id=1,
    eos_token_id=2,
)
HEAD = dict(head_dim=HIDDEN // HEADS)
MIXTURE = dict(num_experts=EXPERTS, num_experts_per_tok=CHOSEN, moe_intermediate_size=EXPERT_WIDTH)
LOCAL = dict(num_local_experts=EXPERTS, num_experts_per_tok=CHOSEN, intermediate_size=EXPERT_WIDTH)
LATENT = dict(
    q_lora_rank=384,
    kv_lora_rank=256,
    qk_nope_head_dim=64,
    qk_rope_head_dim=32,
    v_head_dim=64,
    n_routed_experts=EXPERTS,
    num_experts_per_tok=CHOSEN,
    moe_intermediate_size=EXPERT_WIDTH,
    n_shared_experts=1,
    n_group=4,
    topk_group=2,
    first_k_dense_replace=1,
)
OLD = dict(n_embd=HIDDEN, n_head=HEADS, n_layer=LAYERS, n_positions=512, n_inner=WIDTH, vocab_size=TOKENS)

FAMILIES = {
    "llama": ("LlamaConfig", COMMON),
    "gemma2": ("Gemma2Config", COMMON | HEAD | dict(sliding_window=256)),
    "gemma3": ("Gemma3TextConfig", COMMON | HEAD | dict(sliding_window=256)),
    "phi3": ("Phi3Config", COMMON),
    "olmo2": ("Olmo2Config", COMMON),
    "cohere2": ("Cohere2Config", COMMON | HEAD),
    "falcon": ("FalconConfig", COMMON | dict(ffn_hidden_size=WIDTH)),
    "gpt_neox": ("GPTNeoXConfig", COMMON),
    "gpt2": ("GPT2Config", OLD),
    "opt": ("OPTConfig", COMMON | dict(ffn_dim=WIDTH, word_embed_proj_dim=HIDDEN)),
    "mixtral": ("MixtralConfig", COMMON | LOCAL),
    "qwen3_moe": ("Qwen3MoeConfig", COMMON | HEAD | MIXTURE),
    "granitemoe": ("GraniteMoeConfig", COMMON | LOCAL),
    "gpt_oss": ("GptOssConfig", COMMON | HEAD | LOCAL),
    "qwen3_next": (
        "Qwen3NextConfig",
        COMMON
        | HEAD
        | MIXTURE
        | dict(
            shared_expert_intermediate_size=EXPERT_WIDTH,
            linear_num_key_heads=8,
            linear_num_value_heads=16,
            linear_key_head_dim=64,
            linear_value_head_dim=64,
        ),
    ),
    "deepseek_v3": ("DeepseekV3Config", COMMON | LATENT),
}


def write(family, folder):
    name, values = FAMILIES[family]
    torch.manual_seed(1)
    config = getattr(transformers, name)(**values)
    model = transformers.AutoModelForCausalLM.from_config(config, dtype=torch.float32)
    model.save_pretrained(folder)


if __name__ == "__main__":
    torch.set_num_threads(1)
    for chosen in sys.argv[2:] or FAMILIES:
        target = Path(sys.argv[1], chosen)
        if not (target / "model.safetensors").exists():
            write(chosen, target)
        print(chosen)
