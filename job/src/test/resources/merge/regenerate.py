"""Writes the expected files of every case again, with mergekit's own command line.

Needs mergekit 0.1.4 (`pip install mergekit==0.1.4`). Usage: python regenerate.py [case ...]
"""

import pathlib
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent


def regenerate(case):
    with tempfile.TemporaryDirectory() as folder:
        out = pathlib.Path(folder) / "out"
        # Recipes name the models relative to this folder.
        subprocess.run(
            ["mergekit-yaml", str(case / "recipe.yml"), str(out), "--random-seed", "42"],
            cwd=HERE,
            check=True,
        )
        shards = sorted(out.glob("*.safetensors"))
        if len(shards) != 1:
            raise SystemExit(f"{case.name}: expected one safetensors file, found {len(shards)}")
        shutil.copyfile(shards[0], case / "expected.safetensors")
        shutil.copyfile(out / "config.json", case / "expected.config.json")


def main(names):
    cases = [recipe.parent for recipe in sorted(HERE.glob("*/recipe.yml"))]
    unknown = set(names) - {case.name for case in cases}
    if unknown:
        raise SystemExit(f"no such case: {', '.join(sorted(unknown))}")
    for case in cases:
        if not names or case.name in names:
            print(case.name)
            regenerate(case)


if __name__ == "__main__":
    main(sys.argv[1:])
