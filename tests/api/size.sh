#!/bin/sh
# Usage: size.sh STRIP TRAINER LIBRARY
#
# The library was promised to be small: without its optional parts 400 kB at most, stripped.
# That held for what trains, judges rules and draws (TRAINER) until the kernels of small and of
# large nets came, unrolled for every CPU level. What is there now must not grow unnoticed
# (docs/decisions/0011-size-and-speed-flags.md).
set -eu
copy=$(mktemp)
trap 'rm -f "$copy"' EXIT
# size NAME LIBRARY MOST
size() {
    "$strip" -o "$copy" "$2"
    bytes=$(wc -c <"$copy")
    echo "$1, stripped: $bytes bytes, $3 allowed"
    [ "$bytes" -le "$3" ]
}
strip=$1
size "without the checkers of nets and arrays" "$2" 885000
size "libcrease.so" "$3" 1050000
