"""
Usage: all.py --bin FOLDER --results FOLDER [--docs FOLDER] [--quick]

One run of everything: crease bench, the peers, scaling, digits, memory, sizes. Results go to the
folder as JSON; with --docs, report.py writes speed.md and its pictures from them. --quick is for those who
change this program: hardly any time for each, and figures that say nothing.
"""
import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile

import machine

HERE = os.path.dirname(os.path.abspath(__file__))


def memory(crease):
    """Most memory of a process that trains 784-512-256-10, and what it may be, in bytes."""
    with open(os.devnull, "w") as nothing:
        child = subprocess.Popen([crease, "bench", "--only", "large-batch-128-threads-1",
                                  "--seconds", "0.1"], stdout=nothing, env=machine.environment())
        _, _, usage = os.wait4(child.pid, 0)
    data = 4096 * (784 * 4 + 8)  # samples of float32, labels of float64
    parameters = (784 * 512 + 512 + 512 * 256 + 256 + 256 * 10 + 10) * 4
    return {"peak": usage.ru_maxrss * 1024, "allowed": data + 2 * parameters + (64 << 20)}


def stripped_size(library):
    with tempfile.NamedTemporaryFile() as copy:
        subprocess.run(["strip", "-o", copy.name, library], check=True)
        return os.path.getsize(copy.name)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--bin", required=True)
    parser.add_argument("--results", required=True)
    parser.add_argument("--docs")
    parser.add_argument("--quick", action="store_true")
    args = parser.parse_args()
    os.makedirs(args.results, exist_ok=True)
    crease = f"{args.bin}/bin/crease"
    about = machine.describe(crease)
    about["memory"] = memory(crease)
    about["library"] = stripped_size(next(pathlib.Path(args.bin).rglob("libcrease.so")))
    with open(f"{args.results}/machine.json", "w") as file:
        json.dump(about, file, indent=1)
    print("crease bench", flush=True)
    with open(f"{args.results}/bench.json", "w") as file:
        subprocess.run([crease, "bench", "--json", "--seconds", "0.01" if args.quick else "0.5"], check=True, stdout=file,
                       env=machine.environment())
    for name in ("run", "scaling"):
        subprocess.run([sys.executable, f"{HERE}/{name}.py", "--bin", args.bin, "--out",
                        f"{args.results}/{name}.json", *(["--seconds", "0.01"] if args.quick else [])],
                       check=True)
    subprocess.run([sys.executable, f"{HERE}/digits.py", "--bin", args.bin, "--out",
                    f"{args.results}/digits.json", *(["--seeds", "2"] if args.quick else [])],
                   check=True)
    if args.docs:
        subprocess.run([sys.executable, f"{HERE}/report.py", "--bin", args.bin, "--results",
                        args.results, "--docs", args.docs], check=True)


if __name__ == "__main__":
    main()
