"""Makes the fixtures of this folder: the Gemmas. Run with torch 2.13 and transformers 5.18:  python3 make.py"""
import pathlib
import sys

from transformers import Gemma2Config, Gemma3TextConfig, GemmaConfig

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "hf-rotary"))
from decoders import LEFT_OUT, SMALL, make, older, rounded

GEMMA = SMALL | dict(hidden_size=20, head_dim=6, max_position_embeddings=40)
CAPS = dict(attn_logit_softcapping=2.0, final_logit_softcapping=3.0)

make(HERE / "gemma", GemmaConfig(**GEMMA | dict(num_key_value_heads=1), attention_bias=True, hidden_act="relu",
     rope_parameters=dict(rope_type="yarn", rope_theta=500.0, factor=2.0, original_max_position_embeddings=20)))
make(HERE / "gemma-older-config", GemmaConfig(**GEMMA, tie_word_embeddings=False), dialect=older(
     None, hidden_act="gelu", hidden_activation=None))
make(HERE / "gemma2", Gemma2Config(**GEMMA | dict(num_hidden_layers=3), **CAPS, sliding_window=5,
     query_pre_attn_scalar=10, layer_types=["full_attention", "sliding_attention", "sliding_attention"]))
make(HERE / "gemma2-older-config", Gemma2Config(**GEMMA, **CAPS | dict(attn_logit_softcapping=None), sliding_window=5),
     dialect=older(None, hidden_act="gelu_pytorch_tanh", layer_types=LEFT_OUT, torch_dtype="bfloat16",
                   cache_implementation="hybrid", sliding_window_size=4096), prepare=rounded)
make(HERE / "gemma3", Gemma3TextConfig(**GEMMA, sliding_window=5, query_pre_attn_scalar=10,
     layer_types=["full_attention", "sliding_attention"], final_logit_softcapping=3.0, rope_parameters=dict(
         full_attention=dict(rope_type="yarn", rope_theta=900.0, factor=2.0, original_max_position_embeddings=20),
         sliding_attention=dict(rope_type="default", rope_theta=50.0))))
make(HERE / "gemma3-older-config", Gemma3TextConfig(**GEMMA | dict(num_hidden_layers=3), sliding_window=5,
     sliding_window_pattern=2, rope_theta=700.0, rope_local_base_freq=30.0,
     rope_scaling=dict(rope_type="linear", factor=4.0)),
     dialect=older(dict(rope_type="linear", factor=4.0), rope_theta=700.0, rope_local_base_freq=30.0,
                   layer_types=LEFT_OUT, sliding_window_pattern=2, cache_implementation="hybrid",
                   _sliding_window_pattern=LEFT_OUT))
