#!/bin/sh
# Usage: startup.sh PROGRAM [MODULE...]
#
# The program waits for few libraries when it starts: those that every run of it uses, and
# none of those behind a part that is loaded when it is first needed. Each MODULE is such a
# part; one that needed no other library would not be worth a file of its own, and this test
# could not fail.
set -eu
program=$1
shift
# Libraries of a program, others than the C library's, the compiler's own, crease, what its
# kernels call (SLEEF; OpenBLAS with its Fortran) and what writes JSON.
others() {
    ldd "$1" | sed 's/^[[:space:]]*//; s/ .*//; s,.*/,,' |
        grep -vE '^(linux-vdso|ld-linux.*|lib(c|m|dl|pthread|rt|gcc_s|crease|sleef|jansson))\.so' || true
}
bad=0
if others "$program" | grep .; then
    echo "$program starts with the above"
    bad=1
fi
for module in "$@"; do
    if [ -z "$(others "$module")" ]; then
        echo "$module: needs nothing that the program does not start with"
        bad=1
    fi
done
# what the loader says that it opens: nothing out of the folder of the parts
if LD_DEBUG=files "$program" --version 2>&1 | grep -E 'crease/crease-[a-z0-9]*\.so'; then
    echo "$program --version loads the above"
    bad=1
fi
exit "$bad"
