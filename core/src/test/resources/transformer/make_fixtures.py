"""Makes kernels.txt beside this script, with PyTorch 2.13 as the reference.

    python3 make_fixtures.py

Each line is a name and the bits of a float32 tensor in hexadecimal. x, row, dy, up, weight and bias are the
inputs; <name>.y is what PyTorch makes of x (softmax and the rest of them: of row), <name>.dx and .dup its
autograd's gradient there, given the gradient dy at y (1 at logsumexp).
"""

from pathlib import Path

import torch
import torch.nn.functional as F

COUNT = 70
EPSILON = 1e-5

torch.manual_seed(20260301)
LINES = []


def write(name, tensor):
    bits = tensor.detach().to(torch.float32).reshape(-1).view(torch.int32).tolist()
    LINES.append(name + " " + " ".join(f"{b & 0xFFFFFFFF:08x}" for b in bits))


def record(name, function, dy, **inputs):
    leaves = {key: value.clone().requires_grad_() for key, value in inputs.items()}
    y = function(**leaves)
    y.backward(dy.reshape(y.shape))
    write(name + ".y", y)
    for key, leaf in leaves.items():
        write(f"{name}.d{key}", leaf.grad)


def main():
    x = torch.cat([torch.randn(COUNT - 11) * 3, torch.tensor([0.0, 1e-6, -1e-6, 9, -9, 20, -20, 1, -1, 0.5, -0.5])])
    dy, up, weight, bias = (torch.randn(COUNT) for _ in range(4))
    row = x / 4
    for name, tensor in (("x", x), ("row", row), ("dy", dy), ("up", up), ("weight", weight), ("bias", bias)):
        write(name, tensor)
    functions = {
        "SILU": F.silu,
        "GELU": F.gelu,
        "GELU_TANH": lambda v: F.gelu(v, approximate="tanh"),
        "RELU": F.relu,
        "RELU_SQUARED": lambda v: F.relu(v).square(),
        "TANH": torch.tanh,
    }
    for name, function in functions.items():
        record(name, lambda x: function(x), dy, x=x)
    for name in ("SILU", "GELU"):
        record(name + ".gate", lambda x, up: functions[name](x) * up, dy, x=x, up=up)
    record("softmax", lambda x: F.softmax(x, dim=0), dy, x=row)
    record("logsumexp", lambda x: torch.logsumexp(x, dim=0), torch.ones(1), x=row)
    record("rms_norm", lambda x: F.rms_norm(x, (COUNT,), weight, EPSILON), dy, x=row)
    record("layer_norm", lambda x: F.layer_norm(x, (COUNT,), weight, bias, EPSILON), dy, x=row)
    Path(__file__).with_name("kernels.txt").write_text("\n".join(LINES) + "\n", encoding="ascii")


main()
