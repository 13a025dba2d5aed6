"""Usage: limits.py PROGRAM HELPERS [--all]

Commands under limits of the system: address space, stack, open files, size of files, number of
processes. Each run ends with exit status 3 and one line, or with the status and the bytes of a
run that was left alone; where the address space does not hold the program itself, the loader
says so (127). --all: more steps. Exit status 0: all is well; 1: it is not; 77: cannot be tried."""

import argparse
import collections
import concurrent.futures
import os
import resource
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "memory"))
import commands  # noqa: E402

NAMES = ("train_run", "h5_train", "predict_file", "compare", "rule_json", "grads_json", "png_plot", "info")
MIB = 1 << 20
NOBODY = 65534


def loader_failed(got):
    """Before main(): the program could not be put together, or started at all."""
    return got.status == 127 or b"error while loading shared libraries" in got.err or \
        (got.status == -9 and not got.err and not got.out)


def steps(every):
    space = [*range(4, 64, 4 if every else 12), *range(64, 256, 8 if every else 48),
             *range(256, 1024, 64 if every else 384)]
    yield from (("address space", resource.RLIMIT_AS, n * MIB) for n in space)
    yield from (("stack", resource.RLIMIT_STACK, n << 10) for n in (256, 1024))  # cairo wants more than 64 KiB
    yield from (("open files", resource.RLIMIT_NOFILE, n) for n in range(3, 16, 1 if every else 3))
    yield from (("size of files", resource.RLIMIT_FSIZE, n << 10) for n in (0, 1, 16))
    yield from (("processes", resource.RLIMIT_NPROC, n) for n in (0, 1, 2))


def judge(kind, got, alone):
    if kind in ("address space", "open files", "stack") and loader_failed(got):
        return None
    if kind == "size of files" and got.status == -25:  # SIGXFSZ, as of any program; nothing half written
        left = [name for name in got.files if ".part-" in name or
                (not commands.is_of_a_run(name) and got.files[name] != alone.files.get(name))]
        return ("file left", str(left)) if left else None
    return commands.judge(got, alone)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("helpers")
    parser.add_argument("--all", action="store_true")
    args = parser.parse_args()
    program, helpers = os.path.abspath(args.program), os.path.abspath(args.helpers)
    is_root, bad, runs = os.geteuid() == 0, [], 0
    with tempfile.TemporaryDirectory(dir=commands.fast_folder()) as base:
        inputs = os.path.join(base, "inputs")
        missing = commands.prepare(program, helpers, inputs)
        os.chmod(base, 0o755)

        def try_command(name):
            folder = os.path.join(base, name)
            shutil.copytree(inputs, folder)
            command = commands.COMMANDS[name]
            alone, tried, wrong = commands.run(program, command, folder, {}), 0, []
            for kind, what, value in steps(args.all):
                prefix = ()
                if what == resource.RLIMIT_NPROC:
                    prefix = as_nobody(folder, value) if is_root else ("prlimit", f"--nproc={value}")
                    if prefix is None:
                        continue
                limits = () if prefix else ((what, value),)
                verdict = judge(kind, commands.run(program, command, folder, {}, limits, prefix=prefix), alone)
                tried += 1
                if verdict is not None:
                    wrong.append((name, kind, value, *verdict))
            return tried, wrong

        with concurrent.futures.ThreadPoolExecutor(os.cpu_count() or 1) as executor:
            for tried, wrong in executor.map(try_command, (n for n in NAMES if n.split("_")[0] not in missing)):
                runs += tried
                bad += wrong
    for name, kind, value, what, details in bad:
        print(f"{name}, {kind} {value}: {what}: {details}")
    print(f"{runs} runs, {len(bad)} wrong: " + str(dict(collections.Counter(b[1] for b in bad))))
    return 1 if bad else 0


def as_nobody(folder, n):
    """Root has no limit of processes: run as somebody who has nothing else running."""
    if shutil.which("setpriv") is None or shutil.which("prlimit") is None:
        return None
    for where, _, names in os.walk(folder):
        for name in (where, *(os.path.join(where, name) for name in names)):
            os.chown(name, NOBODY, NOBODY)
    prefix = ("setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", "prlimit", f"--nproc={n}")
    can = subprocess.run([*prefix[:4], "true"], cwd=folder, capture_output=True)
    return prefix if can.returncode == 0 else None


if __name__ == "__main__":
    sys.exit(main())
