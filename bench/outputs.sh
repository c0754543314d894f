#!/usr/bin/env bash
# Prints the SHA-256 of what Amalgam writes: merges of all example and fixture recipes (the latter with and without
# mergekit's random masks), importance at every level, an extracted adapter, logits. Two builds of the
# same arithmetic print the same list, so this is run before a change of the structure and after it:
#
#   bench/outputs.sh >before.txt; …; bench/outputs.sh | diff before.txt -
#
# AMALGAM names the launcher, where it is not the one of this checkout; QUICK=1 leaves out the merge that chooses its
# parameters itself (two minutes).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
amalgam=$(realpath "${AMALGAM:-amalgam}")
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT

# hash NAME PATH: a line for each safetensors file and config below the path.
hash() {
  (cd "$2" && find . -type f \( -name '*.safetensors' -o -name '*.json' ! -name amalgam.json \) -print0 | sort -z |
    xargs -0 sha256sum) | awk -v name="$1" '{ sub(/^\.\//, "", $2); print name "/" $2, $1 }'
}

run() {
  local name=$1
  shift
  if "$@" >"$out/stdout.txt" 2>"$out/stderr.txt"; then
    return 0
  fi
  echo "$name failed: $(grep -v '^WARNING' "$out/stderr.txt" | head -n 1)"
  return 1
}

examples=examples/tiny-llama
for recipe in "$examples"/*.yml; do
  name=$(basename "$recipe" .yml)
  [ "$name" != apl ] || [ -z "${QUICK:-}" ] || continue
  if run "examples/$name" "$amalgam" merge "$recipe" "$out/merged" --quiet --no-hashes; then
    hash "examples/$name" "$out/merged"
  fi
  rm -rf "$out/merged" "$out/merged.importance" "$out/merged.evidence"
done

# Nothing is left to choose, at levels that share rates and at single entries.
settings=("level: row, select: importance, rescale: importance" "level: element, select: sample, rescale: inverse"
  "level: tensor, select: magnitude, rescale: none" "level: module, select: random, rescale: inverse"
  "level: column, select: trim, rescale: l1" "level: element, select: importance, rescale: capped, consensus: sum"
  "level: layer, select: sample, rescale: capped, interference: true"
  "level: row, select: trim, rescale: importance, normalize: true")
for setting in "${settings[@]}"; do
  cat >"$out/apl.yml" <<YML
merge_method: apl
base_model: $PWD/$examples/base
models:
  - {model: $PWD/$examples/math, parameters: {examples: $PWD/$examples/data/math.fewshot.jsonl}}
  - {model: $PWD/$examples/java, parameters: {weight: 0.8, density: 0.4, examples: $PWD/$examples/data/java.fewshot.jsonl}}
parameters: {repair: false, lambda: 0.6, tau2: 0.5, examples_limit: 8, max_length: 64, $setting}
YML
  if run "apl $setting" "$amalgam" merge "$out/apl.yml" "$out/merged" --quiet --no-hashes; then
    hash "apl/${setting//[ :]/}" "$out/merged"
  fi
  rm -rf "$out/merged" "$out/merged.importance" "$out/merged.evidence"
done

for method in "fisher" "regmean" "regmean, weights: gain"; do
  cat >"$out/evidence.yml" <<YML
{merge_method: ${method%%,*}, base_model: $PWD/$examples/base, models: [
  {model: $PWD/$examples/math, parameters: {examples: $PWD/$examples/data/math.fewshot.jsonl}},
  {model: $PWD/$examples/java, parameters: {weight: 0.8, examples: $PWD/$examples/data/java.fewshot.jsonl}}],
 parameters: {examples_limit: 8, max_length: 64${method/"${method%%,*}"/}}}
YML
  if run "$method" "$amalgam" merge "$out/evidence.yml" "$out/merged" --quiet --no-hashes; then
    hash "${method//[ :]/}" "$out/merged"
  fi
  rm -rf "$out/merged" "$out/merged.evidence"
done

fixtures=io/src/test/resources/merge
[ -d "$fixtures" ] || fixtures=job/src/test/resources/merge
for folder in "$fixtures"/*/; do
  name=$(basename "$folder")
  [ -f "$folder/recipe.yml" ] || continue
  cp "$folder/recipe.yml" "$out/plain.yml"
  { cat "$folder/recipe.yml"; echo 'random_compatibility: mergekit'; } >"$out/compatible.yml"
  for kind in plain compatible; do
    if (cd "$fixtures" && run "merge/$name/$kind" "$amalgam" merge "$out/$kind.yml" "$out/merged" --quiet --no-hashes); then
      hash "merge/$name/$kind" "$out/merged"
    fi
    rm -rf "$out/merged"
  done
done

for level in model layer module tensor row column element; do
  if run "importance/$level" "$amalgam" importance "$examples/math" --base "$examples/base" --quiet \
    --data "$examples/data/math.fewshot.jsonl" --level "$level" --examples 8 --max-length 64 --out "$out/scores.safetensors"; then
    echo "importance/$level $(sha256sum <"$out/scores.safetensors" | cut -d' ' -f1)"
  fi
  rm -f "$out/scores.safetensors"
done
for estimator in ablation restoration; do
  if run "importance/$estimator" "$amalgam" importance "$examples/math" --base "$examples/base" --quiet --estimator "$estimator" \
    --data "$examples/data/math.fewshot.jsonl" --level tensor --examples 4 --max-length 64 --out "$out/scores.safetensors"; then
    echo "importance/$estimator $(sha256sum <"$out/scores.safetensors" | cut -d' ' -f1)"
  fi
  rm -f "$out/scores.safetensors"
done

for extra in "" --save-rest "--embeddings --energy 0.9"; do
  # shellcheck disable=SC2086
  if run "extract-lora $extra" "$amalgam" extract-lora "$examples/math" --base "$examples/base" --rank 8 --quiet --out "$out/adapter" $extra; then
    hash "extract-lora${extra// /}" "$out/adapter"
  fi
  rm -rf "$out/adapter"
done

models=io/src/test/resources/hf
[ -d "$models" ] || models=job/src/test/resources/hf
for model in "$examples/base" "$models"/*/ "$models"-more/*/ "$models"-heads/*/; do
  [ -f "$model/config.json" ] || continue
  data=$examples/data/math.fewshot.jsonl
  [ "$model" = "$examples/base" ] || data=$model/expected.safetensors
  name=eval/$(basename "$model")
  if run "$name" "$amalgam" eval "$model" --data "$data" --quiet --logits "$out/logits.safetensors"; then
    echo "$name $(sha256sum <"$out/logits.safetensors" | cut -d' ' -f1)"
  fi
  rm -f "$out/logits.safetensors"
done
if run generate "$amalgam" generate "$examples/math" --prompt 'Tom has three apples' --max-tokens 64 --quiet; then
  echo "generate $(sha256sum <"$out/stdout.txt" | cut -d' ' -f1)"
fi
