"""Writes the files beside this script with Hugging Face's own library (safetensors 0.8.0).

Byte i of a tensor's data is (31 * i + length of its name in UTF-8) mod 251, but mod 2 for booleans.
F6 tensors are missing: the Python library cannot write them.
"""

import ctypes
import pathlib

from safetensors import TensorSpec, serialize_file

HERE = pathlib.Path(__file__).parent
# In bits. The library doubles the last dimension of float4_e2m1fn_x2, a pair of elements.
TYPES = {
    "bool": 8, "float4_e2m1fn_x2": 8, "uint8": 8, "int8": 8, "float8_e5m2": 8, "float8_e4m3fn": 8,
    "float8_e8m0fnu": 8, "float8_e4m3fnuz": 8, "float8_e5m2fnuz": 8, "int16": 16, "uint16": 16,
    "float16": 16, "bfloat16": 16, "int32": 32, "uint32": 32, "float32": 32, "complex64": 64,
    "float64": 64, "int64": 64, "uint64": 64,
}


def write(file, tensors, metadata=None):
    """tensors: list of (name, dtype, shape)."""
    specs, keep = {}, []
    for name, dtype, shape in tensors:
        length = TYPES[dtype] // 8
        for dimension in shape:
            length *= dimension
        modulus = 2 if dtype == "bool" else 251
        data = bytes((31 * i + len(name.encode())) % modulus for i in range(length))
        keep.append(ctypes.create_string_buffer(data, max(length, 1)))
        specs[name] = TensorSpec(
            dtype=dtype, shape=shape, data_ptr=ctypes.addressof(keep[-1]), data_len=length
        )
    serialize_file(specs, HERE / file, metadata)


write("every-type.safetensors", [(f"a.{t}", t, [3, 5]) for t in TYPES], {"format": "pt"})
write(
    "odd-shapes.safetensors",
    [("scalar", "float32", []), ("empty", "bfloat16", [0, 7]), ("also-empty", "bfloat16", [7, 0]),
     ("ones", "int8", [1, 1, 1, 1, 1]), ("z", "bfloat16", [2]), ("a", "int8", [3])],
)
write(
    "odd-names.safetensors",
    [(name, "float16", [2]) for name in [
        "", " ", "plain.weight", "quo\"te", "back\\slash", "sla/sh", "tab\tnew\nline\rfeed\fbell\b",
        "\x00\x01\x1f", "del\x7fete", "\u00e9", "e\u0301", "日本語", "\u2028", "\ufeff", "\ue000",
        "\uffff", "😀", "😀\ue000", "\U0010ffff", "<&>'",
    ]],
    {"for\"mat": "pt\n\u0007 é 😀"},
)
write("nothing.safetensors", [])
write("only-metadata.safetensors", [], {"framework": "pt"})
