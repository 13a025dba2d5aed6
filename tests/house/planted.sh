#!/bin/sh
# Usage: planted.sh RULE TOOLS
#
# A check that cannot fail checks nothing: break RULE in a small tree, one way at
# a time, and see tools/check_RULE.sh refuse each; then see it accept a good tree.
set -eu
rule=$1
tools=$2
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
mkdir -p "$tree/tools" "$tree/src/core" "$tree/src/act" "$tree/src/data" "$tree/include/crease" "$tree/cli"
printf 'core:\nact: core\ndata: core\n' >"$tree/tools/layers.txt"
cp "$tools/../.clang-format" "$tree/.clang-format"
failed=0

# expect STATUS NAME: what the check must answer about the tree as it is now
expect() {
    status=0
    sh "$tools/check_$rule.sh" "$tree" >"$tree/answer" 2>&1 || status=$?
    if [ "$status" -eq 77 ]; then
        exit 77
    fi
    if [ "$1" = bad ] && [ "$status" -eq 0 ]; then
        echo "$rule: accepted $2"
        failed=1
    elif [ "$1" = good ] && [ "$status" -ne 0 ]; then
        echo "$rule: refused $2"
        cat "$tree/answer"
        failed=1
    fi
}

# plant FILE LINE WHAT: the check must refuse FILE with this LINE in it
plant() {
    printf '%s\n' "$2" >"$tree/$1"
    expect bad "$3"
    rm "$tree/$1"
}

printf '#include "core/memory.h"\n#include <crease/act.h>\n\nint f(void);\n' >"$tree/src/act/good.c"
expect good "a good tree"
case $rule in
layers)
    plant src/core/up.c '#include "act/act.h"' "an include upwards"
    plant src/act/sideways.c '#  include "data/csv.h" /* why not */' "an include sideways"
    plant src/act/bare.h '#include "act.h"' "a private header without its module"
    plant src/act/angle.c '#include <core/memory.h>' "a private header in angle brackets"
    plant include/crease/private.h '#include "core/memory.h"' "a private header in a public one"
    plant cli/private.c '#include "core/memory.h"' "a private header in cli/"
    plant cli/climb.c '#include "../src/core/memory.h"' "a path that climbs"
    mkdir "$tree/src/stray"
    expect bad "a module without a line in layers.txt"
    ;;
banned)
    plant src/act/copy.c '    strcpy(to, from);' "strcpy"
    plant cli/number.c '    n = atoi(text);' "atoi"
    plant src/act/print.c '    printf("%d", 1);' "printf in the library"
    plant src/act/memory.c '    p = malloc(n);' "malloc in the library"
    printf '/* strcpy(a, b) is not used */\nint g(void) { return h("atoi(x)"); }\n' >"$tree/cli/good.c"
    expect good "names in comments and strings"
    ;;
scripts)
    mkdir "$tree/script" "$tree/bench"
    plant script/torn 'if true; then' "a script that ends early"
    plant bench/torn.py 'def f(:' "a program in Python that is none"
    ;;
format)
    plant src/act/ugly.c "int  f( void );" "an ugly line"
    ;;
esac
exit "$failed"
