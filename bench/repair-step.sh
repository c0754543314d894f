#!/usr/bin/env bash
# Times a step of a repair of three experts, 4 x 128 tokens of each, at the shape of a Llama of 1.1 B parameters cut to 6
# layers, weights in float32 and streamed from disk, against three forward and backward passes of PyTorch over as many
# tokens where python3 has torch and transformers: seconds a step (median of all but the first), peak resident memory of the
# whole process, and the ratios. Rounds alternate.
#
#   bench/repair-step.sh [FOLDER] [LAYERS] [ROUNDS] [STEPS] [ROOM_MB]
#
# FOLDER (default: bench/target/repair-step) needs 4 GB and 0.9 GB for each layer (default: 6); ROOM_MB (default: 500) is
# what states may take instead of being worked out again.
#
#   bench/repair-step.sh 7b [TEXTS]
#
# runs a step of two experts of the shape of a 7 B Llama (32 layers, hidden 4096), their weights made up as they are read,
# on one text of 128 tokens of each, and prints seconds a layer and peak memory.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
[ -f bench/target/benchmarks.jar ] || ./mvnw -q -B package -DskipTests -Djava.format.skip=true
threads=$(nproc)
mapfile -t java < <(./amalgam --print-java)
java+=(-cp bench/target/benchmarks.jar)

if [ "${1:-}" = 7b ]; then
  /usr/bin/time -f 'peak %M kB' "${java[@]}" dev.amalgam.bench.RepairStep \
    --shape 32 4096 11008 32 32 32000 "${2:-1}" 2 "$threads" 1 0 2>&1 | grep -v WARNING |
    awk '{ print } $1 == "loss" { printf "%.2f seconds a layer\n", $4 / 32 }'
  exit
fi

folder=${1:-bench/target/repair-step}
layers=${2:-6}
rounds=${3:-2}
steps=${4:-3}
room=${5:-500}
models=$folder/$layers
mkdir -p "$models"
[ -f "$models/start/model.safetensors" ] ||
  "${java[@]}" dev.amalgam.bench.RandomLlama "$models" "$layers" F32 base a b c start 2>/dev/null

# Prints "NAME SECONDS MEGABYTES" of one run whose steps are so many of what it times.
measure() {
  local name=$1 times=$2 peak
  shift 2
  /usr/bin/time -o "$models/peak.txt" -f %M "$@" >"$models/run.txt" 2>"$models/errors.txt" || {
    cat "$models/errors.txt" >&2
    exit 1
  }
  peak=$(tail -n 1 "$models/peak.txt")
  awk '$1 == "loss" && n++ { print $4 }' "$models/run.txt" | sort -g |
    awk -v name="$name" -v times="$times" -v peak="$peak" \
      '{ s[NR] = $1 } END { print name, times * s[int((NR + 1) / 2)], peak / 1000 }'
}

for ((round = 1; round <= rounds; round++)); do
  cat "$models"/*/model.safetensors >/dev/null
  measure amalgam 1 "${java[@]}" dev.amalgam.bench.RepairStep "$models" "$threads" "$steps" "$room"
  if python3 -c 'import torch, transformers' 2>/dev/null; then
    measure pytorch 3 python3 bench/gradients.py "$models/base" "$threads" "$steps"
  fi
done | tee "$models/times.txt"
awk '
  { if (!($1 in best) || $2 < best[$1]) best[$1] = $2; if ($3 > peak[$1]) peak[$1] = $3 }
  END { if ("pytorch" in best) printf "ratio %.2f, memory %.2f\n", best["amalgam"] / best["pytorch"], peak["amalgam"] / peak["pytorch"] }
' "$models/times.txt"
