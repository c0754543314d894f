#!/usr/bin/env bash
# What merges by merge_method: apl keep of the experts of examples/tiny-llama, on test texts cut at 128 tokens: for each setting
# and task the share of the expert's gain in loss, (base - merged) / (base - expert), and their mean.
#
#   bench/repair.sh OUT_FOLDER [SETTING…]
#
# A setting is parameters of a recipe, such as 'density: 0.05' or 'repair: false, density: 0.2'; without any, those of the study.
# Any method will do: 'merge_method: iso_c; lambda: 0.5'. Merged models and recipes stay in OUT_FOLDER.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
[ $# -gt 0 ] || {
  sed -n '2,8s/^# \{0,1\}//p' "${BASH_SOURCE[0]}" >&2
  exit 2
}
out=$1
shift
mkdir -p "$out"
family=$root/examples/tiny-llama
tasks=(shakespeare math java intents)
[ $# -gt 0 ] || set -- 'density: 1' 'density: 0.2' 'density: 0.1' 'density: 0.05' 'repair: false, density: 1' \
  'repair: false, density: 0.2' 'repair: false, density: 0.1' 'repair: false, density: 0.05'

# The loss of a model on a task's test texts.
loss() {
  local told
  told=$("$root/amalgam" eval "$1" --data "$family/data/$2.test.jsonl" --max-length 128 --quiet)
  awk '$1 == "loss" { print $2 }' <<<"$told"
}

declare -A base expert
for task in "${tasks[@]}"; do
  base[$task]=$(loss "$family/base" "$task")
  expert[$task]=$(loss "$family/$task" "$task")
done
number=0
for setting in "$@"; do
  number=$((number + 1))
  method=apl
  parameters="max_length: 128, $setting"
  if [[ $setting == merge_method:* ]]; then
    method=${setting#merge_method: }
    parameters=
    [[ $method != *';'* ]] || parameters=${method#*;}
    method=${method%%;*}
  fi
  recipe=$out/$number.yml
  {
    printf 'merge_method: %s\nbase_model: %s/base\nmodels:\n' "$method" "$family"
    for task in "${tasks[@]}"; do
      printf -- '- {model: %s/%s' "$family" "$task"
      case $method in
        apl | fisher | regmean) printf ', parameters: {examples: %s/data/%s.fewshot.jsonl}' "$family" "$task" ;;
        task_arithmetic | ties | dare_* | della*) printf ', parameters: {weight: 1}' ;;
      esac
      printf '}\n'
    done
    printf 'parameters: {%s}\n' "$parameters"
  } >"$recipe"
  "$root/amalgam" merge "$recipe" "$out/$number" --force --quiet --no-hashes >"$out/$number.log" 2>&1 || {
    cat "$out/$number.log" >&2
    exit 1
  }
  line=
  sum=0
  for task in "${tasks[@]}"; do
    merged=$(loss "$out/$number" "$task")
    share=$(awk -v b="${base[$task]}" -v e="${expert[$task]}" -v l="$merged" \
      'BEGIN { printf "%.3f", (b - l) / (b - e) }')
    line+=" $task $share"
    sum=$(awk -v s="$sum" -v x="$share" 'BEGIN { print s + x }')
  done
  printf '%-40s mean %.3f %s\n' "$setting" "$(awk -v s="$sum" 'BEGIN { print s / 4 }')" "$line"
done
