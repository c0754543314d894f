#!/usr/bin/env bash
# Makes a report of the four experts in examples/tiny-llama and their apl merge, and, with Chromium, docs/report.png; and a
# comparison of that merge with TIES. Both pages are left in target/report.
set -euo pipefail

here=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.." && pwd)
examples=$here/examples/tiny-llama
out=$here/target/report
tasks=(math java intents shakespeare)
lines=16

rm -rf "$out"
mkdir -p "$out"

sidecars=()
score() { # EXPERT NAME OPTION…
  local expert=$1 sidecar=$out/$2.safetensors
  shift 2
  "$here/amalgam" importance "$examples/$expert" --base "$examples/base" \
    --data "$examples/data/$expert.fewshot.jsonl" --examples 8 --out "$sidecar" --quiet "$@" >/dev/null
  sidecars+=("$sidecar")
}

experts=()
data=()
for task in "${tasks[@]}"; do
  score "$task" "$task"
  experts+=("$examples/$task")
  head -n "$lines" "$examples/data/$task.test.jsonl" >"$out/$task.jsonl"
  data+=("$out/$task.jsonl")
done
score math math-ablation --level tensor --estimator ablation
score math math-element --level element

"$here/amalgam" merge "$examples/apl.yml" "$out/merged" --quiet
"$here/amalgam" merge "$examples/ties.yml" "$out/ties" --quiet
(cd "$out" && "$here/amalgam" report "${sidecars[@]##*/}" --out report.html --base "$examples/base" \
  --expert "${experts[@]}" --merge merged --data "${data[@]}" --max-length 256 --quiet
"$here/amalgam" compare merged ties --out compare.html --base "$examples/base" \
  --expert "${experts[@]}" --data "${data[@]}" --max-length 256 --quiet)

for browser in chromium chromium-browser google-chrome; do
  if command -v "$browser" >/dev/null; then
    "$browser" --headless=new --no-sandbox --disable-gpu --hide-scrollbars --no-first-run --user-data-dir="$out/profile" \
      --virtual-time-budget=10000 --window-size=1280,3720 --screenshot="$here/docs/report.png" \
      "file://$out/report.html" >/dev/null 2>&1
    rm -rf "$out/profile"
    echo "written $here/docs/report.png"
    exit
  fi
done
echo "no Chromium was found, so there is no picture; the report is $out/report.html" >&2
