#!/bin/sh
# Usage: cxx.sh SOURCE_TREE LIBRARY
#
# A C++ program compiles with every warning, links with the library and runs.
# Skipped (77) without a C++ compiler.
set -eu
command -v c++ >/dev/null || exit 77
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
c++ -std=c++11 -Wall -Wextra -Wpedantic -Werror -I "$1/include" "$1/tests/api/cxx.cpp" \
    -o "$scratch/program" "$2" -Wl,-rpath,"$(dirname "$2")"
"$scratch/program"
