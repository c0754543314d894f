#!/usr/bin/env bash
# Times matrix products against PyTorch's in float32, taking turns: run by run, so that a ratio compares neighbours in
# time. The shapes are those of a Llama of 1.1 B parameters and 512 tokens, in the three forms that running and
# differentiating it need, with weights in BF16 that are decoded while they are packed, and a square one of 2048.
#
#   bench/products.sh [ROUNDS]
#
# A turn lasts 60 ms, or one product that takes longer, after a product that does not count. Without PyTorch only
# Amalgam's own figures are printed. A figure is the median of the rounds.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
rounds=${1:-15}
[ -f bench/target/benchmarks.jar ] || ./mvnw -q -B package -DskipTests -Djava.format.skip=true
mapfile -t java < <(./amalgam --print-java)
command=("${java[@]}" -Xmx4g -cp bench/target/benchmarks.jar dev.amalgam.bench.Products)
shapes=('FORWARD 2048 2048 2048 F32')
for form in FORWARD BACKWARD GRADIENT; do
  for weight in '2048 2048' '256 2048' '5632 2048' '2048 5632' '32000 2048'; do
    shapes+=("$form 512 $weight BF16")
  done
done

if python3 -c 'import torch' 2>/dev/null; then
  exec python3 bench/products.py "$rounds" "${shapes[@]}" -- "${command[@]}"
fi
echo 'PyTorch is not installed here, so there is nothing to compare with.'
printf '%-32s %8s %10s\n' product threads GFLOP/s
for threads in 1 2; do
  for shape in "${shapes[@]}"; do
    {
      echo "$shape"
      for ((i = -3; i < rounds; i++)); do echo run; done
    } | "${command[@]}" "$threads" 2>/dev/null | tail -n "$rounds" | sort -g | awk -v shape="$shape" -v threads="$threads" '
      { t[NR] = $1 }
      END { split(shape, s, " "); printf "%-32s %8d %10.1f\n", shape, threads, 2 * s[2] * s[3] * s[4] / t[int((NR + 1) / 2)] / 1e9 }'
  done
done
