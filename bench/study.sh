#!/usr/bin/env bash
# Compares merge methods: how much of an expert survives when most of its delta is dropped, and how much of all experts
# survives in one model. Everything is merged and evaluated in memory, in one process; settings are chosen on few-shot
# examples, and figures are of test examples.
#
#   bench/study.sh OUT_FOLDER FAMILY_FOLDER... [OPTION...]
#
# A family is a folder with base, a folder for each expert, and data/EXPERT.fewshot.jsonl and data/EXPERT.test.jsonl, such as
# examples/tiny-llama. OUT_FOLDER gets study.md (tables) and study.csv (every evaluation); same inputs, same files.
# Options: --experiments=pruned|merged --variants=NAME,... --drops=RATE,... --seeds=N --scoring=EXAMPLES --test=EXAMPLES,
# --shuffles=N for as many splits of the few-shot examples into those that make scores and those that choose, and
# --apl='SETTING;...' for more settings of merge_method: apl, such as 'select=importance tau2=0.5' or 'repair=true steps=30'.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
[ $# -gt 1 ] || {
  sed -n '6,13s/^# \{0,1\}//p' "${BASH_SOURCE[0]}" >&2
  exit 2
}
[ -f "$root/bench/target/benchmarks.jar" ] || (cd "$root" && ./mvnw -q -B package -DskipTests -Djava.format.skip=true)
mapfile -t java < <("$root/amalgam" --print-java)
exec "${java[@]}" -Xmx2g -cp "$root/bench/target/benchmarks.jar" dev.amalgam.bench.study.Study "$@"
