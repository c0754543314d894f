"""Takes turns with dev.amalgam.bench.Products; see products.sh, which calls this."""

import statistics
import subprocess
import sys
import time

import torch

cut = sys.argv.index("--")
rounds, shapes, command = int(sys.argv[1]), sys.argv[2:cut], sys.argv[cut + 1 :]


class Amalgam:
    def __init__(self, threads):
        self.process = subprocess.Popen(
            command + [str(threads)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    def say(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        return self.process.stdout.readline()

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def product(form, tokens, out, inner):
    """The same product in float32, into memory that is there already."""
    x, dy, w = torch.randn(tokens, inner), torch.randn(tokens, out), torch.randn(out, inner)
    a, b = {"FORWARD": (x, w.t()), "BACKWARD": (dy, w), "GRADIENT": (dy.t(), x)}[form]
    c = torch.empty(a.shape[0], b.shape[1])
    return lambda: torch.mm(a, b, out=c)


def timed(run):
    """The seconds of a product: the mean over a turn as long as Amalgam's, after one that does not count."""
    run()
    start, count, seconds = time.perf_counter(), 0, 0
    while seconds < 0.06:
        run()
        count, seconds = count + 1, time.perf_counter() - start
    return seconds / count


print(f"PyTorch {torch.__version__}; median of {rounds} rounds")
print(f"{'product':32} {'threads':>8} {'PyTorch':>10} {'Amalgam':>10} {'ratio':>8}")
for threads in (1, 2):
    torch.set_num_threads(threads)
    amalgam = Amalgam(threads)
    for shape in shapes:
        form, tokens, out, inner, _ = shape.split()
        flops = 2e-9 * int(tokens) * int(out) * int(inner)
        theirs = product(form, int(tokens), int(out), int(inner))
        assert amalgam.say(shape).strip() == "ready"
        for _ in range(3):
            theirs()
            amalgam.say("run")
        pairs = [(timed(theirs), float(amalgam.say("run"))) for _ in range(rounds)]
        speed = [flops / statistics.median(t) for t in zip(*pairs)]
        ratio = statistics.median(a / b for a, b in pairs)
        print(f"{shape:32} {threads:8} {speed[0]:10.1f} {speed[1]:10.1f} {ratio:8.2f}", flush=True)
    amalgam.close()
