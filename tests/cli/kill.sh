#!/bin/sh
# Usage: kill.sh PROGRAM
#
# Kill a training 50 times at random moments (SIGKILL, which nobody can catch), go on with
# --resume each time, and compare the model with that of a training that was left alone: byte for
# byte. The training shuffles, drops units, normalises, and has an optimizer that remembers.
# A training that ends before it is killed is compared and begun anew.
#
# Then kill another training in the folder of one that has ended, 20 times, without --resume: the
# old run is there as it was, or a checkpoint of the new one from which it goes on.
set -eu
program=$1
kills=50
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
seed=$(($(date +%s) % 100000))
echo "seed $seed"

# In place of the shell, so that it is the program that is killed.
train() {
    output=$1
    shift
    exec "$program" train --data spiral.csv --valid 0.2 --layers 24:relu+bn+drop=0.1,24:relu+skip+drop=0.1,3 \
        --opt adam --schedule cosine --epochs 150 --batch 16 --patience 150 --quiet -o "$output" "$@"
}
"$program" data spiral -n 400 -o spiral.csv
(train alone.safetensors --no-run >alone.txt)

# A number in [0, 1), from the seed and how often it was asked.
random() {
    awk -v seed="$seed" -v i="$1" 'BEGIN { srand(seed + 7919 * i); rand(); print rand() }'
}

compare() {
    cmp alone.safetensors killed.safetensors
    finished=$((finished + 1))
    rm -rf killed.run killed.safetensors
}

# How long a whole one takes, so that kills fall everywhere in it.
started=$(date +%s%N)
(train killed.safetensors --resume --checkpoint 0.01 >killed.txt)
took=$(($(date +%s%N) - started))
finished=0
compare
done=0
i=0
while [ "$done" -lt "$kills" ]; do
    i=$((i + 1))
    train killed.safetensors --resume --checkpoint 0.01 >killed.txt 2>&1 &
    child=$!
    sleep "$(awk -v r="$(random $i)" -v took="$took" 'BEGIN { print r * took / 2e9 }')"
    if kill -KILL $child 2>/dev/null; then
        wait $child 2>/dev/null || status=$?
        # killed, unless it was just done
        [ "${status:-0}" -ne 137 ] || done=$((done + 1))
    else
        wait $child || { cat killed.txt; exit 1; }
    fi
    status=0
    [ ! -e killed.safetensors ] || compare
done
(train killed.safetensors --resume --checkpoint 0.01 >killed.txt 2>&1) || { cat killed.txt; exit 1; }
# what killed ones had begun to write there is gone
[ -z "$(find killed.run -name '*.part-*')" ]
compare
echo "$done kills, $finished trainings to their end: the same bytes"

rm -rf killed.run
(train killed.safetensors >killed.txt)
cp -r killed.run old.run
cp killed.safetensors old.safetensors
(train other.safetensors --lr 0.02 --no-run >killed.txt)
kept=0
new=0
while [ $((kept + new)) -lt 20 ]; do
    i=$((i + 1))
    train killed.safetensors --lr 0.02 --checkpoint 0.01 >killed.txt 2>&1 &
    child=$!
    # one time in two before there can be a checkpoint
    sleep "$(awk -v r="$(random $i)" -v took="$took" -v i="$i" 'BEGIN { print i % 2 ? r / 100 : r * took / 1e9 }')"
    kill -KILL $child 2>/dev/null || true
    wait $child 2>/dev/null || true
    cmp -s killed.safetensors old.safetensors || cmp killed.safetensors other.safetensors
    if cmp -s old.run/checkpoint.safetensors killed.run/checkpoint.safetensors; then
        kept=$((kept + 1))
        find killed.run -name '*.crease.part-*' -exec rm {} +
        diff -r old.run killed.run
    else
        new=$((new + 1))
        (train killed.safetensors --lr 0.02 --resume >killed.txt)
        cmp killed.safetensors other.safetensors
        [ -z "$(find killed.run -name '*.part-*')" ]
        rm -rf killed.run
        cp -r old.run killed.run
        cp old.safetensors killed.safetensors
    fi
done
[ "$kept" -gt 0 ] && [ "$new" -gt 0 ]
echo "over an old run: $kept times it was as it was, $new times the new one went on"
