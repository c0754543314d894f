#!/usr/bin/env bash
# Times gradient importance at row level of one expert, on a Llama of 1.1 B parameters' shape cut to 6 layers and 4 x 128
# tokens, weights in float32 and streamed from disk, against PyTorch's forward and backward pass of the same model where
# python3 has torch and transformers: seconds a step (median of all but the first), peak resident memory of the whole
# process, and the ratios. Importance includes the loss of the expert, which is one more forward pass. Rounds alternate.
#
#   bench/importance.sh [FOLDER] [LAYERS] [ROUNDS] [STEPS] [ROOM_MB]
#
# FOLDER (default: bench/target/importance) needs 1.6 GB and 0.36 GB for each layer; ROOM_MB (default: 1500) is what states
# may take instead of being worked out again.
#
#   bench/importance.sh 7b
#
# runs the shape of a 7 B Llama (32 layers, hidden 4096), its weights made up as they are read, on 128 tokens, and prints
# seconds a layer and peak memory.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
[ -f bench/target/benchmarks.jar ] || ./mvnw -q -B package -DskipTests -Djava.format.skip=true
threads=$(nproc)
mapfile -t java < <(./amalgam --print-java)
java+=(-cp bench/target/benchmarks.jar)

if [ "${1:-}" = 7b ]; then
  sequences=${2:-1}
  /usr/bin/time -f 'peak %M kB' "${java[@]}" dev.amalgam.bench.ImportanceRun \
    --shape 32 4096 11008 32 32 32000 "$sequences" "$threads" 1 0 2>&1 | grep -v WARNING |
    awk '{ print } $1 == "loss" { printf "%.2f seconds a layer\n", $4 / 32 }'
  exit
fi

folder=${1:-bench/target/importance}
layers=${2:-6}
rounds=${3:-2}
steps=${4:-4}
room=${5:-1500}
models=$folder/$layers
mkdir -p "$models"
[ -f "$models/a/model.safetensors" ] || "${java[@]}" dev.amalgam.bench.RandomLlama "$models" "$layers" F32 base a 2>/dev/null

# Prints "NAME SECONDS MEGABYTES" of one run.
measure() {
  local name=$1 peak
  shift
  /usr/bin/time -o "$models/peak.txt" -f %M "$@" >"$models/run.txt" 2>"$models/errors.txt" || {
    cat "$models/errors.txt" >&2
    exit 1
  }
  peak=$(tail -n 1 "$models/peak.txt")
  awk '$1 == "loss" && n++ { print $4 }' "$models/run.txt" | sort -g |
    awk -v name="$name" -v peak="$peak" '{ s[NR] = $1 } END { print name, s[int((NR + 1) / 2)], peak / 1000 }'
}

for ((round = 1; round <= rounds; round++)); do
  cat "$models"/*/model.safetensors >/dev/null
  measure amalgam "${java[@]}" dev.amalgam.bench.ImportanceRun "$models/base" "$models/a" "$threads" "$steps" "$room"
  if python3 -c 'import torch, transformers' 2>/dev/null; then
    measure pytorch python3 bench/gradients.py "$models/base" "$threads" "$steps"
  fi
done | tee "$models/times.txt"
awk '
  { if (!($1 in best) || $2 < best[$1]) best[$1] = $2; if ($3 > peak[$1]) peak[$1] = $3 }
  END { if ("pytorch" in best) printf "ratio %.2f, memory %.2f\n", best["amalgam"] / best["pytorch"], peak["amalgam"] / peak["pytorch"] }
' "$models/times.txt"
