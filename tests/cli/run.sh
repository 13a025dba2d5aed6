#!/bin/sh
# Usage: run.sh PROGRAM CASE [HELPERS]
#
# Run the commands of a transcript in an empty folder and fail with a diff if any
# of them prints or answers something else than the transcript says. In a CASE:
#
#     # words about what follows
#     $ a command line for sh, in which `crease` is PROGRAM; what is in the folder
#       HELPERS can be called too
#     > a line on stdout
#     2> a line on stderr
#     exit 2                      where the status is not 0
#     requires a command line     skip the case (77) where it fails
#
# `CASE` is written anew from what happens now with UPDATE=1: read the diff.
set -u
program=$1
case=$2

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
mkdir "$scratch/bin" "$scratch/here"
ln -s "$program" "$scratch/bin/crease"
PATH=$scratch/bin:${3:+$3:}$PATH
# Nothing of the caller's terminal, locale or settings may show.
export PATH LC_ALL=C.UTF-8 TERM=dumb
unset COLUMNS NO_COLOR COLORTERM CREASE_CPU CREASE_GEMM OMP_NUM_THREADS POSIXLY_CORRECT ARGP_HELP_FMT
export CRS_SOURCE_DIR="${CRS_SOURCE_DIR:-$PWD}"

cd "$scratch/here" || exit 1
while IFS= read -r line; do
    case $line in
    "requires "*)
        sh -c "${line#requires }" >/dev/null 2>&1 </dev/null || exit 77
        printf '%s\n' "$line"
        ;;
    "$ "*)
        printf '%s\n' "$line"
        status=0
        sh -c "${line#$ }" >../out 2>../err </dev/null || status=$?
        awk '{ print "> " $0 }' ../out
        awk '{ print "2> " $0 }' ../err
        [ "$status" -eq 0 ] || echo "exit $status"
        ;;
    ">"* | "2>"* | "exit "*) ;;
    *) printf '%s\n' "$line" ;;
    esac
done <"$case" >../actual

if [ "${UPDATE:-0}" = 1 ]; then
    cp ../actual "$case"
else
    diff -u "$case" ../actual
fi
