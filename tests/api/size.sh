#!/bin/sh
# Usage: size.sh STRIP LIBRARY
#
# The library is promised to be small: 400 kB at most, stripped. What the optional
# parts bring lies in libraries of their own.
set -eu
copy=$(mktemp)
trap 'rm -f "$copy"' EXIT
"$1" -o "$copy" "$2"
bytes=$(wc -c <"$copy")
echo "libcrease.so, stripped: $bytes bytes"
[ "$bytes" -le 400000 ]
