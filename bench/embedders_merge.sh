#!/usr/bin/env bash
# Merges two pairs of the sentence embedders of bench/embedders.sh, BGE-small-en with its version 1.5, and that with E5-small-v2:
# by linear, slerp, and apl with texts alone, the mean as base; and evaluates models and merges on the pairs of texts.
#
#   bench/embedders_merge.sh FOLDER [PARAMETERS]
#
# FOLDER holds the models, and gets the merges. PARAMETERS are apl's, 'steps: 20, texts: 8' unless given. The texts that teach are
# what users say in the few-shot examples of tiny-llama's task intents. Needs Python.
set -euo pipefail
out=$(cd "${1:?the folder of bench/embedders.sh}" && pwd)
parameters=${2:-'steps: 20, texts: 8'}
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
amalgam=${AMALGAM:-$root/amalgam}
pairs=$root/bench/embedders.jsonl
texts=$out/texts.jsonl
python3 - "$root/examples/tiny-llama/data/intents.fewshot.jsonl" 64 >"$texts" <<'PYTHON'
import json
import sys

said = []
for line in open(sys.argv[1], encoding="utf-8"):
    said += [part[6:] for part in json.loads(line)["text"].split("\n") if part.startswith("user: ")]
for text in list(dict.fromkeys(said))[:int(sys.argv[2])]:
    print(json.dumps({"text": text}))
PYTHON

evaluate() {
  printf '%-32s %s\n' "$1" "$("$amalgam" eval "$out/$1" --data "$pairs" --quiet | awk '/man|son/ { print $1, $2 }' | xargs)"
}

merge() {
  "$amalgam" merge "$out/$1.yml" "$out/$1" --force --quiet --no-hashes
  evaluate "$1"
}

for model in bge-small-en bge-small-en-v1.5 e5-small-v2; do
  evaluate "$model"
done
while read -r name first second; do
  printf 'merge_method: linear\nmodels:\n- model: %s\n- model: %s\nparameters: {weight: 1}\n' "$first" "$second" >"$out/$name-linear.yml"
  printf 'merge_method: slerp\nbase_model: %s\nmodels:\n- model: %s\nparameters: {t: 0.5}\n' "$first" "$second" >"$out/$name-slerp.yml"
  printf 'merge_method: apl\nbase_model: %s-linear\nmodels:\n' "$name" >"$out/$name-apl.yml"
  for model in "$first" "$second"; do
    printf -- '- {model: %s, parameters: {examples: texts.jsonl}}\n' "$model" >>"$out/$name-apl.yml"
  done
  printf 'parameters: {density: 1, %s}\n' "$parameters" >>"$out/$name-apl.yml"
  merge "$name-linear"
  merge "$name-slerp"
  merge "$name-apl"
done <<'MODELS'
bge    bge-small-en      bge-small-en-v1.5
bge-e5 bge-small-en-v1.5 e5-small-v2
MODELS
