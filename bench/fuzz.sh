#!/usr/bin/env bash
# Tries all jobs on damaged files: every one must work or be refused in one line, in little memory and time, and leave
# nothing half-written. The same seed gives the same files, one after the other, for as long as the time lasts. Inputs
# that fail are kept in bench/target/fuzz, as they were and as small as they could be made.
#
#   bench/fuzz.sh [SECONDS] [SEED]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

[ -f bench/target/benchmarks.jar ] || ./mvnw -q -B package -DskipTests -Djava.format.skip=true
mapfile -t java < <(./amalgam --print-java)
exec "${java[@]}" -XX:-OmitStackTraceInFastThrow -Xmx192m -XX:MaxDirectMemorySize=192m -cp bench/target/benchmarks.jar dev.amalgam.bench.fuzz.Fuzz "${1:-60}" "${2:-1}"
