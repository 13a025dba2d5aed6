#!/bin/sh
# Usage: try.sh digits|predict_model|embed
#
# Try an example that needs files. CREASE is the program, EXAMPLES the folder of the examples
# built, CC a compiler. 77: the data are not there.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

case $1 in
digits)
    "$CREASE" info | grep -q 'zlib .*present' || exit 77 # the pictures are .gz
    for data in "$here/../../shared/data" "${CREASE_DATA:-}" none; do
        [ "$data" != none ] || exit 77
        [ ! -r "$data/digits/train-images-idx3-ubyte.gz" ] || break
    done
    set -- "$data/digits/t10k-images-idx3-ubyte.gz" "$data/digits/t10k-labels-idx1-ubyte.gz"
    "$EXAMPLES/example_digits" "$data/digits/train-images-idx3-ubyte.gz" \
        "$data/digits/train-labels-idx1-ubyte.gz" "$@" "$work/digits.safetensors"
    # What was written is a model that the program takes, too.
    "$CREASE" eval "$work/digits.safetensors" --data "$1" --target "$2" >"$work/measured"
    head -n 3 "$work/measured"
    ;;
predict_model)
    "$CREASE" data moons -o "$work/moons.csv"
    "$CREASE" train --data "$work/moons.csv" --opt adam --lr 0.01 --epochs 50 --no-run \
        -o "$work/moons.safetensors" >"$work/out"
    # The tip of the upper moon is class 0, that of the lower one class 1.
    for sample in '0 1 0' '1 -0.5 1'; do
        set -- $sample
        "$EXAMPLES/example_predict_model" "$work/moons.safetensors" "$1" "$2" | tee "$work/out"
        grep -qx "class $3" "$work/out"
    done
    ;;
embed)
    cd "$work"
    CREASE=$CREASE CC=$CC sh "$here/embed/build.sh"
    # The program without libcrease says what `crease predict` says.
    printf 'x1,x2\n0.5,1\n-1.5,2\n' >points.csv
    "$CREASE" predict flower.safetensors --data points.csv | tail -n +2 | cut -d , -f 2 >expected
    { ./flower 0.5 1 && ./flower -1.5 2; } | tee got
    paste got expected | awk '{ d = $NF - $(NF - 1); if (d * d > 1e-12) wrong = 1 }
                              END { exit wrong || NR != 2 }'
    ;;
esac
