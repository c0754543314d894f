"""Makes the fixtures of this folder: decoders with the rotary embeddings that there are. Run with torch 2.13 and
transformers 5.18:  python3 make.py"""
import pathlib

from decoders import SMALL, make, older
from transformers import LlamaConfig, MistralConfig, Qwen2Config, Qwen3Config

HERE = pathlib.Path(__file__).parent


def rope(kind, **more):
    return dict(rope_parameters=dict(rope_type=kind, rope_theta=200.0, **more))


make(HERE / "llama-yarn", LlamaConfig(**SMALL, head_dim=10, max_position_embeddings=64, **rope(
    "yarn", factor=4.0, original_max_position_embeddings=16, beta_fast=1.5, beta_slow=0.2)))
make(HERE / "qwen2-yarn-older-config", Qwen2Config(**SMALL, max_position_embeddings=16, **rope(
    "yarn", factor=4.0, original_max_position_embeddings=16)),
    dialect=older(dict(type="yarn", factor=4.0, original_max_position_embeddings=16)))
make(HERE / "mistral-yarn-scales", MistralConfig(**SMALL, head_dim=8, max_position_embeddings=64, **rope(
    "yarn", factor=8.0, original_max_position_embeddings=8, beta_fast=2.0, beta_slow=0.1, mscale=2.0,
    mscale_all_dim=0.5, truncate=False)))
make(HERE / "llama-dynamic", LlamaConfig(**SMALL, max_position_embeddings=10, **rope("dynamic", factor=3.0)))
make(HERE / "qwen3-dynamic-older-config", Qwen3Config(**SMALL, head_dim=8, max_position_embeddings=16, **rope(
    "dynamic", factor=2.0)), dialect=older(dict(type="dynamic", factor=2.0)))
factors = dict(short_factor=[1.0, 1.05, 1.2, 1.4], long_factor=[1.0, 2.0, 5.0, 11.0])
make(HERE / "llama-longrope-long", LlamaConfig(**SMALL, head_dim=8, max_position_embeddings=40, **rope(
    "longrope", factor=4.0, original_max_position_embeddings=10, **factors)))
make(HERE / "mistral-longrope-older-config", MistralConfig(**SMALL, head_dim=8, max_position_embeddings=60, **rope(
    "longrope", original_max_position_embeddings=16, **factors)),
    dialect=older(dict(type="longrope", **factors), original_max_position_embeddings=16))
