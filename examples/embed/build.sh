#!/bin/sh
# A model inside a program that has no libcrease: train, write as C, compile, all in this folder.
#
#     sh build.sh && ./flower 0.5 1
#
# flower.c is C99 and needs libm alone: no allocation, no file, nothing global that is written, so
# that it also goes onto a microcontroller.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
crease=${CREASE:-crease}

"$crease" data planar -o flower.csv
"$crease" train --data flower.csv --hidden 20 --opt adam --lr 0.01 --epochs 200 --no-run --quiet \
    -o flower.safetensors
"$crease" export flower.safetensors --c flower.c
"${CC:-cc}" -std=c99 -O2 "$here/main.c" flower.c -lm -o flower
