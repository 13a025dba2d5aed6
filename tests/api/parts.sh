#!/bin/sh
# Usage: parts.sh BUILD COMPILER HELPERS
#
# The parts that the library loads when they are first needed: from the build tree, from an
# installed tree wherever it was moved, and broken in each way that it can be. Skipped (77)
# where the build has none.
set -eu
build=$1
compiler=$2
PATH=$3:$PATH
find "$build" -path '*/crease/crease-*' | grep -q . || exit 77
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"
cmake --install "$build" --prefix "$scratch/first" >log
mv first second
crease=$scratch/second/bin/crease
modules=$(dirname "$(find second -path '*/crease/crease-*' | head -n 1)")
failed=0
complain() {
    echo "$1"
    [ ! -f answer ] || cat answer
    failed=1
}

# use PROGRAM PART: a command that needs the part; `answer` is what it says
use() {
    rm -f picture.png
    case $2 in
    cairo) "$1" plot moons --quiet --png picture.png ;;
    npz) "$1" check grads right.npz --quiet ;;
    hdf5) "$1" compare --data bad.h5 ;;
    gz) "$1" compare --data bad.csv.gz ;;
    esac >answer 2>&1
}
# works PROGRAM PART: hdf5 and gz are asked to read what is neither, and say so in their own words
works() {
    status=0
    use "$1" "$2" || status=$?
    case $2 in
    cairo) [ "$(head -c 4 picture.png | tail -c 3)" = PNG ] ;;
    npz) [ "$status" = 0 ] ;;
    hdf5) grep -q '(HDF5: file signature not found)' answer ;;
    gz) grep -q '(zlib: unknown compression method)' answer ;;
    esac
}
# refused PART HOW PATTERN...: exit 3, one line with each PATTERN in it, nothing written
refused() {
    part=$1 how=$2
    shift 2
    status=0
    use "$crease" "$part" || status=$?
    if [ "$status" != 3 ] || [ "$(wc -l <answer)" != 1 ] || [ -e picture.png ]; then
        complain "$part, $how: status $status"
    fi
    for pattern in "part '$part'" "$@"; do
        grep -q -- "$pattern" answer || complain "$part, $how: not said: $pattern"
    done
}
# make MODULE SOURCE FLAGS...
make() {
    module=$1 source=$2
    shift 2
    echo "$source" | "$compiler" -shared -fPIC -o "$module" -x c - -x none "$@"
}

make_arrays right right.npz
printf 'no HDF5' >bad.h5
printf '\037\213no zlib' >bad.csv.gz
make libabsent.so 'int absent(void) { return 0; }'
for path in "$modules"/crease-*.so; do
    [ -e "$path" ] || continue
    part=$(basename "$path" .so | sed 's/crease-//')
    case $part in
    cairo) package=libcairo2-dev ;;
    npz) package=libzip-dev ;;
    gz) package=zlib1g-dev ;;
    *) complain "no package is known for $path" ;;
    esac
    for program in "$build/bin/crease" "$crease"; do
        works "$program" "$part" || complain "$part does not work in $program"
    done
    [ "$(nm -D --defined-only "$path" | awk '{ print $3 }')" = "crs__part_$part" ] ||
        complain "$path shows more than its table"

    mv "$path" whole.so
    refused "$part" "no file" 'install crease again' "crease-$part.so: cannot open"
    echo damaged >"$path"
    refused "$part" "damaged" 'install crease again' "crease-$part.so: "
    make "$path" 'int absent(void); int other(void) { return absent(); }' -Wl,--no-as-needed ./libabsent.so
    mv libabsent.so hidden.so
    refused "$part" "without a library" "install $package" 'libabsent.so: cannot open'
    mv hidden.so libabsent.so
    make "$path" "const char *const crs__part_${part}[3] = {\"0.0.0\"};"
    refused "$part" "of another version" 'not of crease' 'install crease again'
    make "$path" 'int other;'
    refused "$part" "without a table" 'not of crease' 'install crease again'
    mv whole.so "$path"
    works "$crease" "$part" || complain "$part does not work again"
done

# HDF5's is a program, which the library starts.
path=$modules/crease-hdf5
if [ -e "$path" ]; then
    for program in "$build/bin/crease" "$crease"; do
        works "$program" hdf5 || complain "hdf5 does not work in $program"
    done
    mv "$path" whole
    refused hdf5 "no file" 'install crease again' "crease-hdf5: cannot open: no such file"
    echo damaged >"$path"
    chmod +x "$path"
    refused hdf5 "damaged" 'install crease again' "crease-hdf5: cannot open: "
    chmod -x "$path"
    refused hdf5 "not to be run" 'install crease again' "crease-hdf5: cannot open: "
    rm "$path"
    program() {
        echo "$1" | "$compiler" -o "$path" -x c - -x none $2
    }
    program 'int absent(void); int main(void) { return absent(); }' '-Wl,--no-as-needed ./libabsent.so'
    mv libabsent.so hidden.so
    refused hdf5 "without a library" 'install libhdf5-dev' 'libabsent.so: cannot open'
    mv hidden.so libabsent.so
    program 'int main(void) { return 0; }' ''
    refused hdf5 "that ends" 'install libhdf5-dev' 'it ends at once'
    program '#include <unistd.h>
        int main(void) { int hello[2] = {0x48444635, 5}; return write(4, hello, 8) < 0 || write(4, "0.0.0", 5) < 0; }' ''
    refused hdf5 "of another version" 'not of crease' 'install crease again'
    mv whole "$path"
    works "$crease" hdf5 || complain "hdf5 does not work again"
    # one that is put into the current folder is not run
    mkdir -p crease
    printf '#!/bin/sh\ntouch "%s/planted"\n' "$scratch" >crease/crease-hdf5
    chmod +x crease/crease-hdf5
    works "$crease" hdf5 || complain "hdf5 does not work beside another one"
    [ ! -e planted ] || complain "a program of the current folder was run"
fi

# An .npz written through the shared library.
cat >write.c <<'EOS'
#include <crease/arrays.h>
#include <stdio.h>

static crs_status put(void *ctx, const void *bytes, size_t n)
{
    return fwrite(bytes, 1, n, ctx) == n ? CRS_OK : CRS_EIO;
}

int main(void)
{
    crs_sink sink = {put, stdout};
    crs_arrays arrays;
    crs_error err = {0};
    if (crs_arrays_read("right.npz", &err, &arrays) != CRS_OK ||
        crs_arrays_write_npz(&arrays, &sink, &err) != CRS_OK)
        fprintf(stderr, "%s\n", err.text);
    crs_arrays_release(&arrays);
    return err.text[0] != '\0';
}
EOS
if [ -e "$modules/crease-npz.so" ]; then
    "$compiler" write.c -o write -I second/include "-L$(dirname "$modules")" -lcrease
    LD_LIBRARY_PATH=$(dirname "$modules") ./write >again.npz
    cmp right.npz again.npz || complain "an .npz written again has other bytes"
fi

# What needs no part works without any.
rm -r "$modules"
"$crease" --version >answer 2>&1 || complain "--version without the parts"
"$crease" compare --iterations 10 --json --no-html >answer 2>&1 || [ $? = 1 ] || complain "compare without the parts"
exit "$failed"
