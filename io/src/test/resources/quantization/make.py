"""Makes quantized weights in every layout that is read, and what PyTorch and transformers make of them.

Needs torch 2.13, safetensors 0.8 and transformers 5.18. Writes fp8/ and mxfp4/ beside itself.
"""

import json
import pathlib

import torch
from safetensors.torch import save_file
from transformers.integrations.finegrained_fp8 import Fp8Dequantize
from transformers.integrations.mxfp4 import convert_moe_packed_tensors

HERE = pathlib.Path(__file__).parent
torch.manual_seed(0)


def codes(*shape, dtype=torch.float8_e4m3fn):
    return (torch.randn(shape) * 50).to(dtype)


def scales(*shape, dtype=torch.float32):
    return (torch.rand(shape) * 0.02 + 0.001).to(dtype)


def exponents(*shape):
    return torch.randint(110, 140, shape, dtype=torch.uint8)


def times(weight, scale):
    return weight.float() * scale.float()


def by_blocks(weight, scale, size=128):
    rows, columns = weight.shape[-2:]
    spread = scale.float().repeat_interleave(size, -2)[..., :rows, :]
    return weight.float() * spread.repeat_interleave(size, -1)[..., :columns]


def reference(weight, scale):
    return Fp8Dequantize(None)._dequantize_one(weight, scale, torch.float32)


def write(name, stored, expected, config):
    folder = HERE / name
    folder.mkdir(exist_ok=True)
    save_file(stored, folder / "model.safetensors")
    save_file({k: v.contiguous() for k, v in expected.items()}, folder / "expected.safetensors")
    (folder / "config.json").write_text(json.dumps(config, indent=2) + "\n")


every = torch.arange(256, dtype=torch.uint8).reshape(16, 16)
stored, expected = {}, {}


def add(name, weight, scale, result, scale_name=None):
    stored[name] = weight
    stored[scale_name or name + "_scale"] = scale
    expected[name] = result


w, s = every.view(torch.float8_e4m3fn), scales()
add("tensor.weight", w, s, times(w, s))
w, s = every.clone().view(torch.float8_e5m2), scales(1, dtype=torch.bfloat16)
add("tensor_e5m2.weight", w, s, times(w, s))
w, s = codes(6, 10), scales(6, 1)
add("rows.weight", w, s, times(w, s))
w, s = codes(6, 10), scales(6, dtype=torch.float16)
add("rows_flat.weight", w, s, times(w, s[:, None]))
w, s = codes(130, 131), scales(2, 2)
add("blocks.weight", w, s, by_blocks(w, s), "blocks.weight_scale_inv")
w, s = codes(6, 8), scales(3, 2)
add("even_blocks.weight", w, s, reference(w, s), "even_blocks.weight_scale_inv")
w, s = codes(4, 96), exponents(4, 3)
add("mx.weight", w, s, reference(w, s), "mx.weight_scale_inv")
w, s = codes(130, 8), exponents(2, 1).view(torch.float8_e8m0fnu)
add("powers.weight", w, s, by_blocks(w, s), "powers.scale")
w, s = codes(3, 4, 6), scales(3, 1, 6)
add("experts.columns", w, s, times(w, s))
w, s = codes(3, 4, 6), scales(3)
add("experts.each", w, s, times(w, s[:, None, None]))
w, s = codes(2, 130, 8), scales(2, 2, 1)
add("experts.blocks", w, s, by_blocks(w, s), "experts.blocks_scale_inv")
w, s = codes(5, 7), scales()
add("scaled.weight", w, s, times(w, s), "scaled.scale_weight")

for name in ("rows.input_scale", "attention.k_scale", "attention.v_scale"):
    stored[name] = torch.ones(1)
stored["norm.weight"] = expected["norm.weight"] = torch.randn(8).to(torch.bfloat16)
write(
    "fp8",
    stored,
    expected,
    {
        "model_type": "llama",
        "dtype": "bfloat16",
        "quantization_config": {"quant_method": "fp8", "weight_block_size": [128, 128]},
    },
)

blocks = torch.randint(0, 256, (2, 5, 3, 16), dtype=torch.uint8)
exponent = torch.randint(0, 255, (2, 5, 3), dtype=torch.uint8)
bias = torch.randn(2, 5).to(torch.bfloat16)
write(
    "mxfp4",
    {
        "experts.gate_up_proj_blocks": blocks,
        "experts.gate_up_proj_scales": exponent,
        "experts.gate_up_proj_bias": bias,
    },
    {
        "experts.gate_up_proj": convert_moe_packed_tensors(blocks, exponent, dtype=torch.float32),
        "experts.gate_up_proj_bias": bias,
    },
    {"model_type": "gpt_oss", "quantization_config": {"quant_method": "mxfp4"}},
)
