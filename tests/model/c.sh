#!/bin/sh
# Usage: c.sh MAKE_MODELS COMPILER
#
# 102 random models as C, in one compilation with every warning an error, agree with the library.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"$1" "$folder" 0 102
compiler=$2
flags='-std=c99 -pedantic -Wall -Wextra -Wmissing-prototypes -Werror'
# as for a machine without a C library but for libm
$compiler $flags -ffreestanding -c -o "$folder/freestanding.o" "$folder/all.c"
if nm "$folder/freestanding.o" | grep ' [DBC] '; then
    echo "data that can be written" >&2
    exit 1
fi
$compiler $flags -I"$folder" -o "$folder/run" "$(dirname "$0")/run_c.c" -lm
"$folder/run"
# a planted error is found: the last weight of a model
sed 's/^static const \([a-z]*\) m3_b1\[\([0-9]*\)\] = {/&\n    9.0 +/' "$folder/m3.c" >"$folder/wrong.c"
! cmp -s "$folder/m3.c" "$folder/wrong.c"
mv "$folder/wrong.c" "$folder/m3.c"
$compiler $flags -Wno-error -I"$folder" -o "$folder/run" "$(dirname "$0")/run_c.c" -lm
if "$folder/run" >"$folder/log"; then
    echo "a planted error was not found" >&2
    exit 1
fi
grep -q '^model 3 ' "$folder/log"
