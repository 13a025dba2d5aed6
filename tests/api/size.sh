#!/bin/sh
# Usage: size.sh STRIP LIBRARY
#
# The library is promised to be small: without its optional parts 400 kB at most,
# stripped.
set -eu
copy=$(mktemp)
trap 'rm -f "$copy"' EXIT
"$1" -o "$copy" "$2"
bytes=$(wc -c <"$copy")
echo "libcrease.so, stripped: $bytes bytes"
[ "$bytes" -le 400000 ]
