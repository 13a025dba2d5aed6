#!/bin/sh
# Usage: symbols_planted.sh TOOLS COMPILER
#
# check_symbols.sh must refuse a library with a stray, an internal, an undeclared
# and a missing symbol, and accept one without.
set -eu
tools=$1
compiler=$2
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
mkdir -p "$tree/include/crease"
printf 'CRS_API int crs_one(void);\nCRS_API const char *\ncrs_two(int a,\n int b); /* crs_none(x) */\n' \
    >"$tree/include/crease/a.h"
good='int crs_one(void) { return 1; } const char *crs_two(int a, int b) { return a + b ? "" : 0; }'
failed=0

# expect good|bad SOURCE
expect() {
    echo "$2" | "$compiler" -shared -fPIC -x c - -o "$tree/lib.so"
    if sh "$tools/check_symbols.sh" "$tree" "$tree/lib.so" >"$tree/answer"; then
        answer=good
    else
        answer=bad
    fi
    if [ "$answer" != "$1" ]; then
        echo "taken for $answer: $2"
        cat "$tree/answer"
        failed=1
    fi
}

expect good "$good"
expect bad "$good int helper(void) { return 0; }"
expect bad "$good int crs__internal(void) { return 0; }"
expect bad "$good int crs_undeclared(void) { return 0; }"
expect bad "int crs_one(void) { return 1; }"
exit "$failed"
