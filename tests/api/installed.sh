#!/bin/sh
# Usage: installed.sh BUILD COMPILER
#
# Install into an empty folder; then a program of somebody else's finds headers and
# library through crease.pc, shared and static, and what was installed runs.
set -eu
build=$1
compiler=$2
prefix=$(mktemp -d)
trap 'rm -rf "$prefix"' EXIT
cmake --install "$build" --prefix "$prefix" >"$prefix/log"

PKG_CONFIG_PATH=$(dirname "$(find "$prefix" -name crease.pc)")
export PKG_CONFIG_PATH
flags() { pkg-config --define-variable=prefix="$prefix" "$@" crease; }
cat >"$prefix/program.c" <<'EOF'
#include <crease/act.h>
#include <crease/info.h>
#include <stdio.h>

int main(void)
{
    crs_info info;
    crs_info_get(&info);
    return puts(info.version) < 0;
}
EOF
library=$(dirname "$PKG_CONFIG_PATH")
# shellcheck disable=SC2046 # lists of flags
{
    "$compiler" "$prefix/program.c" -o "$prefix/shared" $(flags --cflags --libs)
    "$compiler" "$prefix/program.c" -o "$prefix/static" $(flags --cflags) "$library/libcrease.a" \
        $(flags --static --libs | sed 's/-lcrease//')
}
version=$(LD_LIBRARY_PATH=$library "$prefix/shared")
[ "$version" = "$("$prefix/static")" ]
[ ! -x "$prefix/bin/crease" ] || [ "$("$prefix/bin/crease" --version)" = "crease $version" ]
# a matrix library is loaded when a net asks for one, not with ours
! ldd "$library/libcrease.so" | grep -E 'openblas|dnnl'
! ldd "$library/libcrease.so" | grep 'not found'
