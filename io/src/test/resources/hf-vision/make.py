"""Makes the fixtures of this folder: models that see pictures, and what they make of texts. Run with torch 2.13 and
transformers 5.18:  python3 make.py"""
import pathlib
import sys

from transformers import AutoModelForImageTextToText, CLIPVisionConfig, Gemma3Config, LlavaConfig, Mistral3Config
from transformers import Qwen2_5_VLConfig, Qwen2VLConfig, Qwen3VLConfig

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "hf-rotary"))
from decoders import SMALL, make

TEXT = {key: value for key, value in SMALL.items() if key != "attn_implementation"} | dict(max_position_embeddings=40)
VISION = dict(hidden_size=8, intermediate_size=8, num_hidden_layers=1, num_attention_heads=2, image_size=8, patch_size=4)
QWEN_VISION = dict(depth=1, hidden_size=16, embed_dim=16, num_heads=2, patch_size=2, mlp_ratio=1, intermediate_size=8)
# Beyond the vocabulary, so that no text has them.
QWEN_TOKENS = dict(image_token_id=60, video_token_id=61, vision_start_token_id=62, vision_end_token_id=63)
NO_TOKENS = dict(bos_token_id=None, eos_token_id=None, pad_token_id=None)


def seeing(name, config, **how):
    config._attn_implementation = "eager"
    make(HERE / name, config, kind=AutoModelForImageTextToText, padded=0, **how)


def inside(name):
    """The names of published files of LLaVA, Gemma 3 and Mistral 3."""
    if name.startswith("model.language_model."):
        return name.replace("model.language_model.", "language_model.model.")
    return "language_model." + name if name.startswith("lm_head") else name.removeprefix("model.")


def short(config):
    """Only what differs from the defaults of the text model's class, with the keys of transformers 4."""
    text, full = config["text_config"], config["text_config"].pop("rope_parameters")
    for key in ["layer_types", "num_attention_heads", "query_pre_attn_scalar", "rms_norm_eps", "hidden_activation",
                "attn_logit_softcapping", "num_key_value_heads", "dtype", "tie_word_embeddings"]:
        text.pop(key, None)
    text["rope_scaling"] = {key: full["full_attention"][key] for key in ["rope_type", "factor"]}
    config.pop("dtype", None)
    return config | dict(torch_dtype="float32")


def flat(config):
    """The text model's values beside the others, as in published files of Qwen2-VL."""
    text = config.pop("text_config")
    rope = text.pop("rope_parameters")
    text.pop("layer_types")
    text.pop("dtype")
    config.pop("dtype")
    return text | config | dict(
        rope_theta=rope["rope_theta"], rope_scaling=dict(type="mrope", mrope_section=[1, 1]), torch_dtype="float32")


seeing("gemma3", Gemma3Config(
    text_config=TEXT | dict(num_attention_heads=8, num_key_value_heads=4, head_dim=6, sliding_window=5,
                            num_hidden_layers=3, sliding_window_pattern=2,
                            rope_scaling=dict(rope_type="linear", factor=4.0)),
    vision_config=VISION, mm_tokens_per_image=4, image_token_index=60, boi_token_index=61, eoi_token_index=62,
    **NO_TOKENS), dialect=short, renamed=inside)
seeing("llava", LlavaConfig(
    text_config=TEXT | dict(model_type="llama", head_dim=6), vision_config=CLIPVisionConfig(**VISION, projection_dim=8),
    image_token_index=60, **NO_TOKENS), renamed=inside)
seeing("mistral3", Mistral3Config(
    text_config=TEXT | dict(model_type="mistral", head_dim=6, sliding_window=None, tie_word_embeddings=False),
    vision_config=dict(model_type="pixtral", **VISION, head_dim=4), image_token_index=60, tie_word_embeddings=False,
    **NO_TOKENS))
seeing("qwen2-vl-older-config", Qwen2VLConfig(
    text_config=TEXT | dict(rope_parameters=dict(rope_type="default", rope_theta=300.0, mrope_section=[1, 1])),
    vision_config=QWEN_VISION, tie_word_embeddings=True, **QWEN_TOKENS, **NO_TOKENS), dialect=flat,
    renamed=lambda name: name.replace("model.language_model.", "model.").replace("model.visual.", "visual."))
seeing("qwen2.5-vl", Qwen2_5_VLConfig(
    text_config=TEXT | dict(rope_parameters=dict(rope_type="default", rope_theta=300.0, mrope_section=[1, 1])),
    vision_config=QWEN_VISION | dict(out_hidden_size=16), **QWEN_TOKENS, **NO_TOKENS))
seeing("qwen3-vl", Qwen3VLConfig(
    text_config=TEXT | dict(head_dim=6, rope_parameters=dict(
        rope_type="default", mrope_section=[1, 1, 1], mrope_interleaved=True)),
    vision_config=QWEN_VISION | dict(out_hidden_size=16, num_position_embeddings=16, deepstack_visual_indexes=[0]),
    **QWEN_TOKENS, **NO_TOKENS))
