"""
Usage: runpath.py BUILD COMPILER INCLUDE LIBRARY PROGRAM [PART...]

No code is run from the folder that somebody happens to be in: the search path of no built and of
no installed file has an empty or a relative entry, and no library planted in the current folder
under any name that PROGRAM, LIBRARY or its PARTs need is loaded, whatever the command or the
variables of the environment that crease looks at.
"""
import os
import shutil
import subprocess
import sys
import tempfile

import elf

PLANTED = """
#include <stdio.h>
#include <unistd.h>
__attribute__((constructor)) static void run(void)
{
    FILE *file = fopen("%s", "a");
    (void)file;
    _exit(66);
}
"""

# loads the library by a relative name, goes to another folder, and then needs a part
ELSEWHERE = """
#include <crease/arrays.h>
#include <dlfcn.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
int main(int argc, char **argv)
{
    crs_status (*read)(const char *, crs_error *, crs_arrays *) = NULL;
    crs_arrays arrays = {0};
    crs_error err;
    void *library, *found;
    if (argc != 5 || chdir(argv[1]) != 0)
        return 2;
    library = dlopen(argv[2], RTLD_NOW);
    if (library == NULL || chdir(argv[3]) != 0)
        return 3;
    found = dlsym(library, "crs_arrays_read");
    memcpy(&read, &found, sizeof found);
    if (read(argv[4], &err, &arrays) == CRS_OK)
        return 0;
    puts(err.text);
    return 4;
}
"""


def bad_entries(files):
    for path in files:
        for entry in elf.folders_searched(path):
            if not entry.startswith(("/", "$ORIGIN")):
                yield f"{path}: searches '{entry}', which depends on the current folder"


def installed(build, folder):
    """Trees that cmake --install makes: with a prefix of that moment, and staged by DESTDIR."""
    prefix, stage = os.path.join(folder, "prefix"), os.path.join(folder, "stage")
    for command, extra in ((["--prefix", prefix], {}), ([], {"DESTDIR": stage})):
        subprocess.run(["cmake", "--install", build, *command], check=True,
                       stdout=subprocess.DEVNULL, env=dict(os.environ, **extra))
    return prefix, stage


class Trap:
    """A folder with a library that tells when it is loaded, under every name in `names`."""

    def __init__(self, folder, compiler, names):
        self.folder = os.path.join(folder, "trap")
        self.marker = os.path.join(folder, "loaded")
        source, library = os.path.join(folder, "planted.c"), os.path.join(folder, "planted.so")
        os.mkdir(self.folder)
        with open(source, "w", encoding="utf-8") as file:
            file.write(PLANTED % self.marker)
        subprocess.run([compiler, "-shared", "-fPIC", source, "-o", library], check=True)
        for name in sorted(names):
            for place in ("", "lib", "crease"):
                os.makedirs(os.path.join(self.folder, place), exist_ok=True)
                shutil.copy(library, os.path.join(self.folder, place, name))

    def sprung(self, command, **variables):
        ran = subprocess.run(command, cwd=self.folder, env=dict(os.environ, **variables),
                             stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                             errors="replace")
        # a planted C library does not get as far as running: the loader complains
        loaded = os.path.exists(self.marker) or ran.returncode in (66, 127) or any(
            complaint in ran.stdout for complaint in ("loading shared libraries", "version `"))
        if loaded:
            print(f"{' '.join(command)} {variables or ''}: loads what was planted")
            if os.path.exists(self.marker):
                os.remove(self.marker)
        return loaded, ran


def main():
    build, compiler, include, library, program, *parts = sys.argv[1:]
    bad = 0
    with tempfile.TemporaryDirectory() as folder:
        prefix, stage = installed(build, folder)
        files = elf.linked_files(build, prefix, stage)
        ours = [program, library, *parts]
        for line in bad_entries(files):
            print(line)
            bad += 1
        names = {name for path in ours for name in elf.needed(path)}
        names |= {os.path.basename(path) for path in [library, *parts]}
        names |= {"libopenblas.so.0", "libdnnl.so.2", "libdnnl.so.3", "planted.so"}
        trap = Trap(folder, compiler, names)
        # the trap works: a program that searches the current folder falls into it
        fool = os.path.join(folder, "fool")
        with open(f"{fool}.c", "w", encoding="utf-8") as file:
            file.write("int main(void) { return 0; }")
        subprocess.run([compiler, f"{fool}.c", "-Wl,--no-as-needed", "-L", trap.folder,
                        "-l:planted.so", "-o", fool], check=True)
        if not trap.sprung([fool], LD_LIBRARY_PATH=":")[0]:
            print("the trap does not work")
            bad += 1

        for name, text in (("a.h5", b"\x89HDF\r\n\x1a\n"), ("a.csv.gz", b"\x1f\x8b\x08"),
                           ("a.npz", b"PK\x03\x04")):
            with open(os.path.join(trap.folder, name), "wb") as file:
                file.write(text)
        commands = [["--version"], ["info"], ["plot", "moons", "-q", "--png", "p.png"],
                    ["check", "grads", "a.npz"], ["compare", "--data", "a.h5"],
                    ["compare", "--data", "a.csv.gz"], ["check", "rule", "A > 0", "-q"],
                    ["train", "--data", "a.h5", "-q"]]
        settings = [{}, {"CREASE_GEMM": "./planted.so", "CREASE_CPU": "./planted.so",
                         "TMPDIR": ".", "HDF5_PLUGIN_PATH": "."}, {"CREASE_GEMM": "openblas"},
                    {"CREASE_GEMM": "onednn"}]
        programs = [program, os.path.join(prefix, os.path.relpath(program, build))]
        for one in programs:
            for command in commands:
                for variables in settings if command[0] in ("info", "train") else settings[:1]:
                    bad += trap.sprung([one, *command], **variables)[0]

        elsewhere = os.path.join(folder, "elsewhere")
        with open(f"{elsewhere}.c", "w", encoding="utf-8") as file:
            file.write(ELSEWHERE)
        subprocess.run([compiler, f"-I{include}", f"{elsewhere}.c", "-ldl", "-o", elsewhere],
                       check=True)
        where, name = os.path.split(library)
        loaded, ran = trap.sprung([elsewhere, where, f"./{name}", trap.folder, "a.npz"])
        bad += loaded
        if ran.returncode != 4 or "part 'npz'" in ran.stdout:
            print(f"a library loaded by a relative name does not find its part: {ran.stdout}")
            bad += 1
    print(f"{len(files)} files, {len(names)} names planted: {bad} wrong")
    return bad > 0


sys.exit(main())
