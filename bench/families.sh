#!/usr/bin/env bash
# Times a forward and backward pass over 4 x 128 tokens of random models of several families, all of one size, against
# PyTorch: seconds a step (median of all but the first), peak resident memory of the whole process, and the ratios. Needs
# python3 with torch and transformers, which also make the models (bench/families.py).
#
#   bench/families.sh [FOLDER] [STEPS] [FAMILY...]
#
# FOLDER (default: bench/target/families) needs about 0.4 GB a family.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
folder=${1:-bench/target/families}
steps=${2:-4}
shift $(($# < 2 ? $# : 2))
threads=$(nproc)
[ -f bench/target/benchmarks.jar ] || ./mvnw -q -B package -DskipTests -Djava.format.skip=true
mapfile -t java < <(./amalgam --print-java)
java+=(-cp bench/target/benchmarks.jar)
mkdir -p "$folder"

# Prints the seconds of a step and the peak in MB of one run.
measure() {
  local peak
  /usr/bin/time -o "$folder/peak.txt" -f %M "$@" >"$folder/run.txt" 2>"$folder/errors.txt" || {
    cat "$folder/errors.txt" >&2
    exit 1
  }
  peak=$(tail -n 1 "$folder/peak.txt")
  awk '$1 == "loss" && n++ { print $4 }' "$folder/run.txt" | sort -g |
    awk -v peak="$peak" '{ s[NR] = $1 } END { printf "%.3f %.0f ", s[int((NR + 1) / 2)], peak / 1000 }'
}

printf '%-12s %10s %10s %8s %8s\n' family amalgam pytorch ratio memory
python3 bench/families.py "$folder" "$@" 2>/dev/null | while read -r family; do
  model=$folder/$family
  {
    measure "${java[@]}" dev.amalgam.bench.GradientRun "$model" "$threads" "$steps"
    measure python3 bench/gradients.py "$model" "$threads" "$steps"
    echo
  } </dev/null | awk -v name="$family" \
    '{ printf "%-12s %8.3f s %8.3f s %8.2f %8.2f\n", name, $1, $3, $1 / $3, $2 / $4 }'
done
