"""Makes merges.txt beside this script, with PyTorch 2.13 as the reference.

    python3 make_fixtures.py

Each line is a name and numbers: the shape of a case, <case>.<expert> the delta of an expert, and
<case>.<method> the merged delta. Deltas are float32, the reference works in float64 with torch.linalg.svd and
torch.linalg.solve. Singular values below 1e-6 of the largest count as zero, and their vectors, which are any, are
left out.
"""

from pathlib import Path

import torch

torch.manual_seed(20260401)
LINES = []


def svd(matrix):
    u, s, vt = torch.linalg.svd(matrix, full_matrices=False)
    kept = s > 1e-6 * s.max().clamp_min(1e-300)
    return u[:, kept], s[kept], vt[kept]


def orthonormal(matrix):
    u, _, vt = svd(matrix)
    return u @ vt


def tsv_m(deltas):
    rank = max(1, min(deltas[0].shape) // len(deltas))
    parts = [svd(delta) for delta in deltas]
    u = torch.cat([u[:, :rank] for u, _, _ in parts], 1)
    s = torch.cat([s[:rank] for _, s, _ in parts])
    v = torch.cat([vt[:rank].T for _, _, vt in parts], 1)
    return orthonormal(u) @ torch.diag(s) @ orthonormal(v).T if len(s) else torch.zeros_like(deltas[0])


def iso_c(deltas):
    total = sum(deltas)
    u, s, vt = svd(total)
    return s.sum() / min(total.shape) * u @ vt


def wudi(deltas):
    moving = [delta for delta in deltas if delta.any()]
    if not moving:
        return torch.zeros_like(deltas[0])
    grams = [delta.T @ delta / delta.pow(2).sum() for delta in moving]
    total = sum(grams)
    total = total + 1e-3 * total.diagonal().mean() * torch.eye(len(total), dtype=total.dtype)
    right = sum(delta @ gram for delta, gram in zip(moving, grams))
    return torch.linalg.solve(total, right.T).T


def write(name, numbers):
    LINES.append(name + " " + " ".join(f"{x:.9g}" for x in numbers))


def low_rank(rows, columns, rank):
    return torch.randn(rows, rank) @ torch.randn(rank, columns)


def main():
    cases = {
        "square": [torch.randn(6, 6) for _ in range(3)],
        "tall": [torch.randn(9, 4) for _ in range(2)],
        "wide": [torch.randn(4, 9) * 10.0 ** (i - 1) for i in range(3)],
        "many": [torch.randn(2, 5) for _ in range(3)],
        "row": [torch.randn(1, 5) for _ in range(2)],
        "column": [torch.randn(5, 1) for _ in range(2)],
        "deficient": [low_rank(7, 8, 2) for _ in range(2)],
        "one": [torch.randn(5, 7)],
        "unmoved": [torch.randn(6, 5), torch.zeros(6, 5)],
        "still": [torch.zeros(3, 4), torch.zeros(3, 4)],
    }
    twin = torch.randn(6, 8)
    cases["equal"] = [twin, twin.clone()]
    for case, deltas in cases.items():
        write(case, deltas[0].shape)
        for i, delta in enumerate(deltas):
            write(f"{case}.{i}", delta.flatten().tolist())
        exact = [delta.double() for delta in deltas]
        for method in (tsv_m, iso_c, wudi):
            write(f"{case}.{method.__name__}", method(exact).flatten().tolist())
    Path(__file__).with_name("merges.txt").write_text("\n".join(LINES) + "\n", encoding="ascii")


main()
