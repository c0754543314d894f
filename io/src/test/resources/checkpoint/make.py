"""Writes splits.txt and odd-names.index.json beside this script with huggingface_hub and Python.

splits.txt: one case a line: the tensors' sizes in bytes, the maximal shard size, and the shards that
huggingface_hub 1.33.0 makes of them, as numbers of tensors counted from 0.
"""

import json
import pathlib
import random

from huggingface_hub.serialization import split_state_dict_into_shards_factory

HERE = pathlib.Path(__file__).parent


def split(sizes, limit):
    parts = split_state_dict_into_shards_factory(
        {str(i): size for i, size in enumerate(sizes)},
        get_storage_size=lambda size: size,
        filename_pattern="model{suffix}.safetensors",
        max_shard_size=limit,
    ).filename_to_tensors
    shards = "|".join(f"{file}:{','.join(names)}" for file, names in parts.items())
    return f"{','.join(map(str, sizes))} {limit} {shards}"


draw = random.Random(7)
cases = [
    ([5], 5), ([6], 5), ([5, 5], 5), ([5, 5], 10), ([6, 6, 2, 6, 2, 2], 10), ([1, 20, 1], 10),
    ([1, 20], 10), ([20, 1], 10), ([20, 30], 10), ([0, 0], 1), ([1, 0, 20, 0], 10), ([3, 3, 4, 1], 10),
]
cases += [
    ([draw.randrange(13) for _ in range(draw.randrange(1, 20))], draw.randrange(1, 20))
    for _ in range(25)
]
(HERE / "splits.txt").write_text("".join(split(*case) + "\n" for case in cases))

names = ["é", "\ue000", "😀", "quo\"te", "back\\slash", "tab\tnew\nline", "\x00", "del\x7f", "sla/sh", "a"]
shards = ["model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors"]
index = {
    "metadata": {"total_size": 4 * len(names)},
    "weight_map": {name: shards[i // 5] for i, name in enumerate(names)},
}
(HERE / "odd-names.index.json").write_text(json.dumps(index, indent=2, sort_keys=True) + "\n")
