#!/usr/bin/env bash
# Times whole merges of a base and two experts of 1.1 B parameters in bfloat16 against a floor that any machine has:
# reading the inputs with cat and writing one output with cp. Every round runs the floor and all merges in turn, so
# that a ratio compares neighbours in time; the table gives medians.
#
#   bench/merge.sh [FOLDER] [ROUNDS] [METHOD...]
#
# FOLDER (default: bench/target/merge) needs 12 GB. The models are made on first use.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
root=$PWD
folder=${1:-bench/target/merge}
rounds=${2:-3}
methods=("${@:3}")
[ ${#methods[@]} -gt 0 ] || methods=(linear task_arithmetic dare_ties ties della)

mkdir -p "$folder"
folder=$(cd "$folder" && pwd)
[ -f bench/target/benchmarks.jar ] || ./mvnw -q -B package -DskipTests -Djava.format.skip=true
./amalgam --version
if [ ! -f "$folder/b/model.safetensors" ]; then
  echo "making the models in $folder …"
  mapfile -t java < <(./amalgam --print-java)
  "${java[@]}" -cp bench/target/benchmarks.jar dev.amalgam.bench.RandomLlama "$folder"
fi
cd "$folder"

for method in "${methods[@]}"; do
  density=
  [ "$method" = linear ] || [ "$method" = task_arithmetic ] || density=', density: 0.5'
  {
    echo "merge_method: $method"
    [ "$method" = linear ] || echo 'base_model: base'
    echo "models: [{model: a, parameters: {weight: 0.6$density}}, {model: b, parameters: {weight: 0.4$density}}]"
  } >"$method.yml"
done

# Runs a command and appends "NAME SECONDS KILOBYTES" to the log.
log=$folder/times.txt
: >"$log"
measure() {
  local name=$1
  shift
  /usr/bin/time -a -o "$log" -f "$name %e %M" "$@" >/dev/null 2>"$folder/errors.txt" || {
    cat "$folder/errors.txt" >&2
    exit 1
  }
}

# Deleting large files keeps the disk busy for a while, and an idle machine forgets what it had read.
settle() {
  sync
  cat base/model.safetensors a/model.safetensors b/model.safetensors >/dev/null
}

for ((round = 1; round <= rounds; round++)); do
  rm -rf out copy
  settle
  measure floor sh -c 'cat base/model.safetensors a/model.safetensors b/model.safetensors >/dev/null; cp base/model.safetensors copy'
  measure sha256sum-of-one-file sha256sum copy
  rm -f copy
  for method in "${methods[@]}"; do
    for hashes in --no-hashes --no-input-hashes ''; do
      settle
      measure "$method$hashes" "$root/amalgam" merge "$method.yml" out --quiet $hashes
      rm -rf out
    done
  done
  echo "round $round of $rounds done"
done

awk '
  { times[$1] = times[$1] " " $2; if ($3 > peak[$1]) peak[$1] = $3; if (!($1 in seen)) { seen[$1]; order[++n] = $1 } }
  function median(list, v, k, i, j, t) {
    k = split(list, v, " ")
    for (i = 2; i <= k; i++) for (j = i; j > 1 && v[j] + 0 < v[j - 1] + 0; j--) { t = v[j]; v[j] = v[j - 1]; v[j - 1] = t }
    return k % 2 ? v[(k + 1) / 2] : (v[k / 2] + v[k / 2 + 1]) / 2
  }
  END {
    floor = median(times["floor"])
    printf "%-34s %10s %12s %12s\n", "run", "seconds", "x floor", "peak MB"
    for (i = 1; i <= n; i++) { m = median(times[order[i]]); printf "%-34s %10.2f %12.2f %12.0f\n", order[i], m, m / floor, peak[order[i]] / 1000 }
  }' "$log"
