"""Makes the conversion fixtures beside this script, with PyTorch 2.13 as the reference.

    python3 make_fixtures.py

encode_inputs.f32   float32 inputs: for each narrow format a sample of its values, the midpoints between
                    neighbours, and the float32 on either side of both; every sign; specials; random bits
encode_<dtype>.bin  the same inputs after .to(dtype)
decode_<dtype>.f32  all 256 codes of an 8-bit dtype as float32
decode_f64.bin      float64 inputs around float32 rounding boundaries, and decode_f64.f32, their float32

All little-endian.
"""

import random
import struct
from pathlib import Path

import torch

HERE = Path(__file__).parent
INFINITY = 0x7F800000
NARROW = {
    "f8_e4m3": (torch.float8_e4m3fn, torch.uint8, 0x7F, 1),
    "f8_e5m2": (torch.float8_e5m2, torch.uint8, 0x7C, 1),
    "f16": (torch.float16, torch.int16, 0x7C00, 211),
    "bf16": (torch.bfloat16, torch.int16, 0x7F80, 211),
}
SPECIAL_BITS = [
    0x00000000,  # zero
    0x00000001,  # smallest subnormal
    0x007FFFFF,  # largest subnormal
    0x00800000,  # smallest normal
    0x7F7FFFFF,  # largest finite
    INFINITY,
    0x7F800001,  # signalling NaN
    0x7FC00000,  # quiet NaN
    0x7FFFFFFF,  # NaN with every payload bit
]


def write(name, tensor):
    (HERE / name).write_bytes(bytes(tensor.contiguous().view(torch.uint8).tolist()))


def floats_of_bits(bits):
    return torch.tensor(bits, dtype=torch.int64).to(torch.int32).view(torch.float32)


def magnitudes(dtype, container, codes, step):
    """Bits of sampled values and of the midpoints above them; the last midpoint is where overflow begins."""
    picked = sorted(set(range(0, codes, step)) | set(range(max(0, codes - 4), codes)) | {1, 2, 3})
    neighbours = torch.tensor([c for code in picked for c in (code, min(code + 1, codes - 1))])
    values = neighbours.to(container).view(dtype).to(torch.float64)
    bits = set()
    for low, high in values.view(-1, 2).tolist():
        step_up = high - low
        if step_up == 0:  # the largest finite value: its upper neighbour would be as far as its lower one
            below = torch.tensor([codes - 2]).to(container).view(dtype).to(torch.float64).item()
            step_up = low - below
        for value in (low, low + step_up / 2, low + step_up):
            exact = torch.tensor([value], dtype=torch.float64).to(torch.float32).view(torch.int32).item()
            bits.update(b for b in (exact - 1, exact, exact + 1) if 0 <= b <= INFINITY)
    return bits


def encode_inputs():
    bits = set(SPECIAL_BITS)
    for dtype, container, codes, step in NARROW.values():
        bits |= magnitudes(dtype, container, codes, step)
    source = random.Random(20260101)
    bits |= {source.getrandbits(31) for _ in range(2000)}
    # Random significands over the exponents where the 8-bit formats live.
    bits |= {source.randrange(100, 145) << 23 | source.getrandbits(23) for _ in range(2000)}
    ordered = sorted(bits)
    return floats_of_bits(ordered + [b - (1 << 31) for b in ordered])


def double_inputs():
    source = random.Random(20260102)
    doubles = [0.0, -0.0, float("inf"), float("-inf"), float("nan"), 1e-320, 1e300, -1e300, 3.4028235677973366e38]
    for _ in range(400):
        low = source.randrange(0, INFINITY - 1)
        a, b = (struct.unpack("<f", struct.pack("<I", bits))[0] for bits in (low, low + 1))
        middle = torch.tensor((a + b) / 2, dtype=torch.float64)
        for direction in (float("-inf"), float("inf")):
            doubles.append(torch.nextafter(middle, torch.tensor(direction, dtype=torch.float64)).item())
        doubles.append(-middle.item())
    return torch.tensor(doubles, dtype=torch.float64)


def main():
    inputs = encode_inputs()
    write("encode_inputs.f32", inputs)
    for name, (dtype, _, _, _) in NARROW.items():
        write(f"encode_{name}.bin", inputs.to(dtype))
    for name in ("f8_e4m3", "f8_e5m2"):
        codes = torch.arange(256).to(torch.uint8).view(NARROW[name][0])
        write(f"decode_{name}.f32", codes.to(torch.float32))
    doubles = double_inputs()
    write("decode_f64.bin", doubles)
    write("decode_f64.f32", doubles.to(torch.float32))


main()
