#!/usr/bin/env bash
# Kills merges of the examples with SIGKILL at random moments, and checks that each leaves a whole model or none (or, with
# --force, the old one), and that the next merge is right and leaves nothing beside its output.
#
#   bench/kills.sh [N] [SEED]
#
# AMALGAM names the launcher, where it is not the one of this checkout.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

[ -f bench/target/benchmarks.jar ] || ./mvnw -q -B package -DskipTests -Djava.format.skip=true
mapfile -t java < <(./amalgam --print-java)
exec "${java[@]}" -cp bench/target/benchmarks.jar dev.amalgam.bench.kill.Kills "${1:-100}" "${2:-1}" "${AMALGAM:-./amalgam}"
