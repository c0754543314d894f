#!/usr/bin/env bash
# Times a forward and backward pass of a Llama of 1.1 B parameters' shape over 4 x 128 tokens, weights in float32 and
# streamed from disk, against PyTorch where python3 has torch and transformers: seconds a step (median of all but the
# first), peak resident memory of the whole process, and the ratios. Rounds alternate, so that a ratio compares
# neighbours in time.
#
#   bench/gradients.sh [FOLDER] [LAYERS] [ROUNDS] [STEPS]
#
# FOLDER (default: bench/target/gradients) needs 0.8 GB and 0.18 GB for each layer (default: 6), LAYERS may be a list
# ("6 22"). The models are made on first use.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
folder=${1:-bench/target/gradients}
layers=${2:-6}
rounds=${3:-2}
steps=${4:-4}
threads=$(nproc)

[ -f bench/target/benchmarks.jar ] || ./mvnw -q -B package -DskipTests -Djava.format.skip=true
./amalgam --version
mapfile -t java < <(./amalgam --print-java)
java+=(-cp bench/target/benchmarks.jar)
peer=1
python3 -c 'import torch, transformers' 2>/dev/null || {
  peer=0
  echo 'python3 has no torch and transformers: measuring without PyTorch'
}

# Appends "NAME SECONDS MEGABYTES" of one run to the log.
measure() {
  local name=$1 peak
  shift
  /usr/bin/time -o "$folder/peak.txt" -f %M "$@" >"$folder/run.txt" 2>"$folder/errors.txt" || {
    cat "$folder/errors.txt" >&2
    exit 1
  }
  peak=$(tail -n 1 "$folder/peak.txt")
  awk -v name="$name" -v peak="$peak" '
    $1 == "loss" { if (steps++) seconds[steps - 1] = $4; loss = $2 }
    END {
      n = steps - 1
      for (i = 2; i <= n; i++) for (j = i; j > 1 && seconds[j] < seconds[j - 1]; j--) { t = seconds[j]; seconds[j] = seconds[j - 1]; seconds[j - 1] = t }
      print name, (n % 2 ? seconds[(n + 1) / 2] : (seconds[n / 2] + seconds[n / 2 + 1]) / 2), peak / 1000, loss
    }' "$folder/run.txt" | tee -a "$log"
}

for count in $layers; do
  model=$folder/$count/base
  mkdir -p "$folder/$count"
  log=$folder/$count/times.txt
  : >"$log"
  [ -f "$model/model.safetensors" ] || "${java[@]}" dev.amalgam.bench.RandomLlama "$folder/$count" "$count" F32 base 2>/dev/null
  for ((round = 1; round <= rounds; round++)); do
    cat "$model/model.safetensors" >/dev/null
    measure amalgam "${java[@]}" dev.amalgam.bench.GradientRun "$model" "$threads" "$steps"
    [ "$peer" = 0 ] || measure pytorch python3 bench/gradients.py "$model" "$threads" "$steps"
  done
  awk -v layers="$count" '
    { if (!($1 in best) || $2 < best[$1]) best[$1] = $2; if ($3 > peak[$1]) peak[$1] = $3; loss[$1] = $4 }
    END {
      printf "%-8s %-9s %12s %10s %10s\n", "layers", "engine", "seconds/step", "peak MB", "loss"
      for (name in best) printf "%-8s %-9s %12.2f %10.0f %10s\n", layers, name, best[name], peak[name], loss[name]
      if ("pytorch" in best) printf "%-8s %-9s %12.2f %10.2f\n", layers, "ratio", best["amalgam"] / best["pytorch"], peak["amalgam"] / peak["pytorch"]
    }' "$log"
done
