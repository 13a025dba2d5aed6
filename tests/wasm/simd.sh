#!/bin/sh
# Usage: simd.sh with|without PROGRAM.wasm
#
# Fails if PROGRAM has vector instructions and should be without, or the other way round:
# an engine refuses a module with a single instruction that it does not know.
set -eu
llvm-objdump -d "$2" >"${2}.text"
trap 'rm -f "${2}.text"' EXIT
grep -q 'f64\.mul' "${2}.text" # it is a listing
found=$(grep -cE '[[:space:]](v128|[if](8x16|16x8|32x4|64x2))\.' "${2}.text" || true)
echo "$found vector instructions"
case $1 in
with) [ "$found" -gt 0 ] ;;
without) [ "$found" -eq 0 ] ;;
*) exit 2 ;;
esac
