#!/usr/bin/env bash
# Gathers four kinds of text from packages of Debian 12, a file for each document, for bench/study/decoders.py.
#
#   bench/study/texts.sh OUT_FOLDER
#
# OUT_FOLDER gets python (Python's own library, of libpython3.11-stdlib; PSF licence), manual (sections 2 and 3 of manpages-dev, as
# they are written, in troff; licences of each page), header (linux-libc-dev; GPL-2 with the note on system calls) and bible (the
# King James version, a chapter a file, of bible-kjv and bible-kjv-text; public domain). Needs apt-get, no root.
set -euo pipefail
out=${1:?where texts are to be}
mkdir -p "$out"
out=$(cd "$out" && pwd)
packages=$out/packages
mkdir -p "$packages"
cd "$packages"
apt-get -qq download libpython3.11-stdlib libpython3.11-minimal manpages-dev linux-libc-dev/bookworm bible-kjv bible-kjv-text
for package in *.deb; do dpkg -x "$package" .; done

# Copies files named on standard input, under names made of their paths.
gather() {
  mkdir -p "$out/$1"
  while read -r file; do
    case $file in
      *.gz) zcat "$file" ;;
      *) cat "$file" ;;
    esac >"$out/$1/$(tr / _ <<<"${file#./usr/}")"
  done
}

find ./usr/lib/python3.11 -name '*.py' -size +2k | LC_ALL=C sort | gather python
find ./usr/share/man -path '*/man[23]/*' -type f -size +1k | LC_ALL=C sort | gather manual
find ./usr/include/linux ./usr/include/asm-generic -name '*.h' -size +2k | LC_ALL=C sort | gather header

mkdir -p "$out/bible"
cd usr/lib
"$packages/usr/bin/bible" -f 'Gen1:1-Rev22:21' </dev/null |
  awk -v out="$out/bible/" '{ chapter = $1; sub(/:.*/, "", chapter); file = out chapter ".txt"; $1 = ""; print substr($0, 2) >>file; close(file) }'
