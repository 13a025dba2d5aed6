#!/bin/sh
# Usage: size.sh STRIP TRAINER LIBRARY
#
# The library is promised to be small: without its optional parts 400 kB at most, stripped.
# That holds for what trains, judges rules and draws (TRAINER). The checkers of nets and of
# arrays come on top of it (docs/decisions/0011-size-and-speed-flags.md).
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
size "without the checkers of nets and arrays" "$2" 400000
size "libcrease.so" "$3" 540000
