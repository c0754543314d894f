"""Makes the fixtures of this folder: decoders without experts. Run with torch 2.13 and transformers 5.18:
python3 make.py [NAME ...]"""
import pathlib
import sys

import torch
import transformers as tf

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "hf-rotary"))
from decoders import LEFT_OUT, SMALL, make, older

ODD = SMALL | dict(hidden_size=24, num_attention_heads=6, num_key_value_heads=3, intermediate_size=20)
FIXTURES = {}
torch.set_num_threads(1)


def fixture(name, kind, values, dialect=None, length=15, without=(), **more):
    """Adds a fixture; of the values those named by `without` are no keys of its family."""
    values = {key: value for key, value in (values | more).items() if key not in without}
    FIXTURES[name] = lambda: make(HERE / name, getattr(tf, kind + "Config")(**values), length=length, dialect=dialect)


def rope(theta, kind="default", **more):
    return dict(rope_type=kind, rope_theta=theta, **more)


fixture("olmo", "Olmo", ODD, clip_qkv=0.4, rope_parameters=rope(300.0))
fixture("olmo-older-config", "Olmo", SMALL, older(None, clip_qkv=None), attention_bias=True)
fixture("olmo2", "Olmo2", ODD, rope_parameters=rope(300.0), rms_norm_eps=1e-3)
fixture("olmo2-older-config", "Olmo2", SMALL, older(None), attention_bias=True)
fixture("olmo3", "Olmo3", ODD | dict(num_hidden_layers=3), sliding_window=5, max_position_embeddings=64,
        layer_types=["sliding_attention", "full_attention", "sliding_attention"], rope_parameters=dict(
            full_attention=rope(300.0, "yarn", factor=4.0, original_max_position_embeddings=16),
            sliding_attention=rope(40.0)))
YARN = dict(rope_type="yarn", factor=2.0, original_max_position_embeddings=16, attention_factor=1.2, beta_fast=32.0,
            beta_slow=1.0)
fixture("olmo3-older-config", "Olmo3", SMALL | dict(num_hidden_layers=4),
        lambda config: older(YARN, rope_theta=500000.0, layer_types=LEFT_OUT)(config), sliding_window=5,
        max_position_embeddings=32, rope_scaling=YARN)
fixture("granite", "Granite", ODD, embedding_multiplier=12.0, logits_scaling=8.0, residual_multiplier=0.22,
        attention_multiplier=0.3, attention_bias=True, mlp_bias=True, tie_word_embeddings=True)
fixture("granite-older-config", "Granite", SMALL, older(None), logits_scaling=0.5)
fixture("smollm3", "SmolLM3", ODD | dict(num_hidden_layers=3), no_rope_layers=[1, 0, 1], use_sliding_window=True,
        sliding_window=5, mlp_bias=True)
fixture("smollm3-older-config", "SmolLM3", SMALL | dict(num_hidden_layers=4), older(None, layer_types=LEFT_OUT),
        tie_word_embeddings=False, attention_bias=True)
fixture("arcee", "Arcee", ODD, rope_parameters=rope(500.0, "yarn", factor=2.0, original_max_position_embeddings=16),
        max_position_embeddings=32, mlp_bias=True, head_dim=6)
fixture("seed-oss", "SeedOss", ODD, head_dim=6, attention_out_bias=True)
fixture("seed-oss-older-config", "SeedOss", SMALL, older(dict(rope_type="default")), head_dim=8)
fixture("apertus", "Apertus", ODD, rope_parameters=rope(
    9000.0, "llama3", factor=4.0, low_freq_factor=1.0, high_freq_factor=4.0, original_max_position_embeddings=32))
fixture("ministral", "Ministral", ODD, head_dim=6, sliding_window=5, layer_types=["full_attention", "sliding_attention"])
fixture("ministral3", "Ministral3", ODD, head_dim=6, max_position_embeddings=64, rope_parameters=rope(
    900.0, "yarn", factor=16.0, original_max_position_embeddings=4, max_position_embeddings=64, beta_fast=32.0,
    beta_slow=1.0, mscale=1.0, mscale_all_dim=1.0, llama_4_scaling_beta=0.3))
fixture("opt", "OPT", ODD, without=["intermediate_size", "num_key_value_heads"], ffn_dim=40, max_position_embeddings=40,
        activation_function="gelu")
fixture("opt-untied", "OPT", SMALL, without=["intermediate_size", "num_key_value_heads"], ffn_dim=30, enable_bias=False,
        layer_norm_elementwise_affine=False, tie_word_embeddings=False, max_position_embeddings=40)
fixture("starcoder2", "Starcoder2", ODD, sliding_window=6)
fixture("starcoder2-older-config", "Starcoder2", SMALL, older(None, sliding_window=None), use_bias=False,
        hidden_act="gelu", tie_word_embeddings=False)
fixture("exaone4", "Exaone4", ODD | dict(num_hidden_layers=3), sliding_window=5, sliding_window_pattern=2)
fixture("exaone4-all-rotated", "Exaone4", SMALL, older(
    dict(rope_type="llama3", factor=16.0, low_freq_factor=1.0, high_freq_factor=4.0,
         original_max_position_embeddings=8), sliding_window_pattern="LLLG"), sliding_window=None,
        layer_types=["full_attention"] * 2, rope_parameters=rope(
            10000.0, "llama3", factor=16.0, low_freq_factor=1.0, high_freq_factor=4.0,
            original_max_position_embeddings=8))
fixture("hunyuan", "HunYuanDenseV1", ODD, head_dim=6, attention_bias=True, rope_parameters=rope(
    10000.0, "dynamic", alpha=50.0, factor=1.0, beta_fast=32, beta_slow=1, mscale=1.0, mscale_all_dim=1.0))
fixture("hunyuan-older-config", "HunYuanDenseV1", SMALL, older(
    dict(type="dynamic", alpha=1000.0, factor=1.0, beta_fast=32, beta_slow=1, mscale=1.0, mscale_all_dim=1.0)),
        head_dim=6, tie_word_embeddings=True, rope_parameters=rope(10000.0, "dynamic", alpha=1000.0, factor=1.0))
fixture("ernie4_5", "Ernie4_5", ODD, head_dim=6, use_bias=True)
fixture("ernie4_5-older-config", "Ernie4_5", SMALL, older(None), head_dim=8, tie_word_embeddings=False)

fixture("phi3", "Phi3", ODD, sliding_window=6, tie_word_embeddings=True)
LONG = dict(short_factor=[1.0, 1.1, 1.3], long_factor=[1.0, 3.0, 8.0])
fixture("phi3-longrope", "Phi3", SMALL | dict(hidden_size=32), max_position_embeddings=64,
        original_max_position_embeddings=20, rope_parameters=rope(
            10000.0, "longrope", partial_rotary_factor=0.75, **LONG))
fixture("phi3-longrope-older-config", "Phi3", SMALL | dict(hidden_size=32), older(
    dict(type="longrope", **LONG), partial_rotary_factor=0.75, original_max_position_embeddings=4, lm_head_bias=False,
    full_attn_mod=1, interpolate_factor=1, mlp_bias=False, attention_bias=False),
        max_position_embeddings=32, original_max_position_embeddings=4, rope_parameters=rope(
            10000.0, "longrope", partial_rotary_factor=0.75, **LONG))
fixture("phi", "Phi", SMALL | dict(hidden_size=32), hidden_act="gelu_new")
fixture("phi-older-config", "Phi", SMALL | dict(num_key_value_heads=4, hidden_size=32), older(
    None, partial_rotary_factor=0.5), rope_parameters=rope(10000.0, partial_rotary_factor=0.5))
fixture("glm", "Glm", SMALL, head_dim=8)
fixture("glm4", "Glm4", ODD, head_dim=8, attention_bias=False)
fixture("glm4-older-config", "Glm4", SMALL, older(None, partial_rotary_factor=0.5, rope_theta=10000.0), head_dim=8)
fixture("cohere", "Cohere", ODD, attention_bias=True, logit_scale=0.25)
fixture("cohere-older-config", "Cohere", SMALL, older(None, logit_scale=0.0625), tie_word_embeddings=True)
fixture("cohere2", "Cohere2", ODD | dict(num_hidden_layers=3), sliding_window=5, logit_scale=0.25,
        layer_types=["sliding_attention", "full_attention", "sliding_attention"])
fixture("cohere2-older-config", "Cohere2", SMALL | dict(num_hidden_layers=3), older(
    None, layer_types=LEFT_OUT, sliding_window_pattern=2, rope_theta=50000.0, position_embedding_type="rope_gptj",
    cache_implementation="hybrid", layer_switch=2, order_of_interleaved_layers="local_attn_first", rotary_pct=1.0,
    use_embedding_sharing=True, use_gated_activation=True, use_parallel_block=True, use_parallel_embedding=True),
        sliding_window=5, sliding_window_pattern=2, rope_parameters=rope(50000.0))
fixture("stablelm", "StableLm", SMALL | dict(hidden_size=32), use_qkv_bias=True, use_parallel_residual=True)
fixture("stablelm-older-config", "StableLm", SMALL | dict(hidden_size=32), older(None, partial_rotary_factor=0.25))
NEOX = dict(SMALL, hidden_size=32)
fixture("gpt-neox", "GPTNeoX", NEOX, without=["num_key_value_heads"], max_position_embeddings=40)
fixture("gpt-neox-older-config", "GPTNeoX", NEOX, lambda config: older(
    None, rotary_pct=0.5, rotary_emb_base=3000, rope_theta=LEFT_OUT, rope_scaling=LEFT_OUT)(config),
        without=["num_key_value_heads"], max_position_embeddings=40, use_parallel_residual=False, attention_bias=False,
        hidden_act="gelu_fast", tie_word_embeddings=True, rope_parameters=rope(3000.0, partial_rotary_factor=0.5))
GPTJ = dict(vocab_size=50, n_embd=24, n_layer=2, n_head=3, n_positions=40, bos_token_id=None, eos_token_id=None,
            attn_implementation="eager")
fixture("gptj", "GPTJ", GPTJ, rotary_dim=4, n_inner=30)
FALCON = dict(SMALL, hidden_size=24)
fixture("falcon", "Falcon", FALCON, without=["num_key_value_heads", "intermediate_size"], max_position_embeddings=40)
fixture("falcon-new-architecture", "Falcon", FALCON | dict(num_attention_heads=6), without=[
    "num_key_value_heads", "intermediate_size"], num_kv_heads=3, new_decoder_architecture=True, bias=True,
        ffn_hidden_size=30, max_position_embeddings=40, tie_word_embeddings=False)
fixture("falcon-serial", "Falcon", FALCON, lambda config: older(None)(config), without=[
    "num_key_value_heads", "intermediate_size"], multi_query=False, parallel_attn=False, bias=True,
        max_position_embeddings=40, activation="gelu")
fixture("falcon-one-norm", "Falcon", FALCON, without=["num_key_value_heads", "intermediate_size"], num_kv_heads=2,
        new_decoder_architecture=True, num_ln_in_parallel_attn=1, max_position_embeddings=40)

for made in sys.argv[1:] or FIXTURES:
    FIXTURES[made]()
