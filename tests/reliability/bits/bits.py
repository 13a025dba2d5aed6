"""
Usage: bits.py [--all] [--write-hashes] HASHES LIBM.so PROGRAM...

The same bits, whatever the program was built with and runs on: every training of cases.py with
every PROGRAM (one a build), at every CPU level of this machine and with 1, 2 and 3 threads gives
the same model file, byte for byte, and the same JSON but for times; so do checks of rules, of
nets and of gradients, comparisons, predictions and exported C.

HASHES holds the hash of each training's model as this release makes it: a model that comes out
otherwise is a change of numerics, to be told in CHANGELOG.md under Numerics by the person who runs this
with --write-hashes. Only trainings are in it that do not depend on the last bit of the C library's
functions, which another version of it, or another CPU, may round otherwise: LIBM.so, loaded before
the program, moves every result of those by one unit in the last place, up or down, and the model
must stay as it is.

A PROGRAM that does not exist is left out and named; with --all it is an error.
"""
import collections
import concurrent.futures
import hashlib
import json
import os
import re
import subprocess
import sys
import tempfile
import time

import cases

CPUS = ("scalar", "avx2", "avx512", "neon")
# of a result: how long it took, and what tells the builds and machines apart
MASKED = re.compile(r"second|^(threads|cpu|cpu_level|cpu_best|command|compiler|build|gemm|parts)$")

Variant = collections.namedtuple("Variant", "program cpu threads")
Answer = collections.namedtuple("Answer", "status model output error")


def masked(value):
    if isinstance(value, dict):
        return {k: masked(v) for k, v in value.items() if not MASKED.search(k)}
    return [masked(v) for v in value] if isinstance(value, list) else value


def run(folder, variant, command, model=None, **variables):
    """The answer of a command; its model file is read and removed."""
    arguments = [*command, "--threads", str(variant.threads)]
    path = model and os.path.join(folder, model)
    if path:
        arguments += ["-q", "--no-run", "--json", "-o", path]
    done = subprocess.run([variant.program, *arguments], cwd=folder, text=True,
                          capture_output=True, stdin=subprocess.DEVNULL,
                          env=dict(os.environ, CREASE_CPU=variant.cpu, **variables))
    output, content = done.stdout, b""
    if "--json" in arguments and done.returncode in (0, 1):
        output = json.dumps(masked(json.loads(output)), sort_keys=True, indent=1)
    if path and os.path.exists(path):
        with open(path, "rb") as file:
            content = file.read()
        os.remove(path)
    if path:
        output = output.replace(model, "MODEL")
        content = content.replace(model.encode(), b"MODEL")
    return Answer(done.returncode, content, output, done.stderr)


def hash_of(model):
    """Of the tensors: names, types, shapes and bytes; not of the version and the settings."""
    size = int.from_bytes(model[:8], "little")
    header = json.loads(model[8:8 + size])
    header.pop("__metadata__", None)
    text = json.dumps(header, sort_keys=True).encode()
    return hashlib.sha256(text + model[8 + size:]).hexdigest()


def levels(program):
    """The CPU levels that this program has on this machine; the best is last."""
    found = []
    for cpu in CPUS:
        done = subprocess.run([program, "info", "--json"], text=True, capture_output=True,
                              env=dict(os.environ, CREASE_CPU=cpu), check=True)
        if json.loads(done.stdout)["cpu_level"] == cpu:
            found.append(cpu)
    return found


def variants(programs):
    """Every build at every level; the threads take turns, so that each build has each number."""
    out = []
    for b, program in enumerate(programs):
        for k, cpu in enumerate(reversed(levels(program))):
            out.append(Variant(program, cpu, 1 + (b + k) % 3))
    return out


def difference(ours, theirs):
    if ours.status != theirs.status:
        return f"status {theirs.status} instead of {ours.status}: {theirs.error.strip()}"
    if ours.model != theirs.model:
        return "another model file"
    for one, other in zip(ours.output.splitlines(), theirs.output.splitlines()):
        if one != other:
            return f"{other.strip()} instead of {one.strip()}"
    return "another answer"


class Harness:
    def __init__(self, folder, programs):
        self.folder = folder
        self.variants = variants(programs)
        # commands with builds after the second, the slow one without optimisation, at its best level
        self.quick = [v for k, v in enumerate(self.variants)
                      if v.program in programs[:2] or v.program != self.variants[k - 1].program]
        self.wrong = []
        self.runs = 0

    def complain(self, text):
        self.wrong.append(text)
        print(text, flush=True)

    def compare(self, name, command, model):
        """The first variant's answer, after all others were held to it."""
        first = None
        for k, variant in enumerate(self.variants if model else self.quick):
            answer = run(self.folder, variant, command, model and f"{model}-{k}.safetensors")
            self.runs += 1
            if first is None:
                first = answer
                if answer.status not in (0, 1) or (model and not answer.model):
                    self.complain(f"{name}: {answer.error.strip()}: {' '.join(command)}")
            elif (answer.status, answer.model, answer.output) != (
                    first.status, first.model, first.output):
                self.complain(f"{name}: {variant.program}, {variant.cpu}, {variant.threads} "
                              f"threads: {difference(first, answer)}: {' '.join(command)}")
        return first

    def all(self, jobs):
        """[(name, command, model)] -> answers in that order, on all cores."""
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            return list(pool.map(lambda job: self.compare(*job), jobs))

    def without_libm(self, libm, numbers):
        """Of these trainings those whose model does not depend on the last bit of libm."""
        def same(number):
            command = ["train", *cases.TRAININGS[number]]
            hashes = {hash_of(run(self.folder, self.variants[0], command, f"l{number}.safetensors",
                                  **settings).model)
                      for settings in ({}, {"LD_PRELOAD": libm, "LIBM_MOVES": "up"},
                                       {"LD_PRELOAD": libm, "LIBM_MOVES": "down"})}
            return len(hashes) == 1
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            return [n for n, alike in zip(numbers, pool.map(same, numbers)) if alike]


def models_for_commands(harness):
    """The models that the commands read, and arrays of a right backward pass."""
    first = harness.variants[0]
    names = {"model": ("two.csv", "16:relu,8:leaky_relu:0.1,1", "f64"),
             "wide": ("wide.csv", "64:relu+bn,64:gelu+skip,4", "f32")}
    for name, (data, layers, dtype) in names.items():
        answer = run(harness.folder, first, ["train", "--data", data, "--layers", layers,
                                             "--dtype", dtype, "--epochs", "3"], "m.safetensors")
        with open(os.path.join(harness.folder, f"{name}.safetensors"), "wb") as file:
            file.write(answer.model)
    write_right_arrays(os.path.join(harness.folder, "right.safetensors"))
    return {name: f"{name}.safetensors" for name in names}


def write_right_arrays(path):
    """One layer of relu on whole numbers, whose products are exact: dZ = dA * (Z > 0)."""
    draw = cases.Draw(5)
    x = [[draw.below(9) - 4 for _ in range(7)] for _ in range(3)]
    w = [[draw.below(5) - 2 for _ in range(3)] for _ in range(4)]
    da = [[draw.below(7) - 3 for _ in range(7)] for _ in range(4)]
    z = [[sum(w[i][k] * x[k][j] for k in range(3)) + 1 for j in range(7)] for i in range(4)]
    arrays = {"Z1": z, "A1": [[max(0, v) for v in row] for row in z], "dA1": da,
              "dZ1": [[da[i][j] * (z[i][j] > 0) for j in range(7)] for i in range(4)]}
    header, data = {}, b""
    for name, rows in arrays.items():
        # whole numbers below 2^24 as int32: exact, and no float is packed
        part = b"".join(v.to_bytes(4, "little", signed=True) for row in rows for v in row)
        header[name] = {"dtype": "I32", "shape": [len(rows), len(rows[0])],
                        "data_offsets": [len(data), len(data) + len(part)]}
        data += part
    text = json.dumps(header).encode()
    with open(path, "wb") as file:
        file.write(len(text).to_bytes(8, "little") + text + data)


def read_hashes(path):
    with open(path, encoding="ascii") as file:
        lines = [line.split(None, 1) for line in file if line.strip() and line[0] != "#"]
    return {command.strip(): value for value, command in lines}


def write_hashes(path, harness, libm, answers):
    kept = harness.without_libm(libm, range(len(answers)))
    with open(path, "w", encoding="ascii") as file:
        file.write("# sha256 of the tensors of the model that each training gives: see bits.py, "
                   "which writes this.\n")
        for n in kept:
            file.write(f"{hash_of(answers[n].model)} {' '.join(cases.TRAININGS[n])}\n")
    print(f"{len(kept)} hashes written")


def hold_to_hashes(path, harness, libm, answers):
    hashes = read_hashes(path)
    numbers = {" ".join(arguments): n for n, arguments in enumerate(cases.TRAININGS)}
    for command, value in hashes.items():
        if command not in numbers:
            harness.complain(f"{path}: no such training any more: {command}")
        elif hash_of(answers[numbers[command]].model) != value:
            harness.complain(f"another model than this release's: {command}")
    stored = [n for command, n in numbers.items() if command in hashes]
    for n in sorted(set(stored) - set(harness.without_libm(libm, stored))):
        harness.complain(f"depends on the C library's last bit: {' '.join(cases.TRAININGS[n])}")
    return len(hashes)


def main():
    options = [a for a in sys.argv[1:] if a.startswith("--")]
    hashes, libm, *programs = [os.path.abspath(a) for a in sys.argv[1:] if not a.startswith("--")]
    missing = [p for p in programs if not os.path.exists(p)]
    for program in missing:
        print(f"not built, and left out: {program}")
    if missing and ("--all" in options or os.environ.get("CREASE_BITS_ALL")):
        return 1
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        cases.make_data(folder)
        harness = Harness(folder, [p for p in programs if os.path.exists(p)])
        if "--write-hashes" in options:
            del harness.variants[1:]
        models = models_for_commands(harness)
        answers = harness.all([(f"training {n}", ["train", *arguments], f"t{n}")
                               for n, arguments in enumerate(cases.TRAININGS)])
        if "--write-hashes" in options:
            write_hashes(hashes, harness, libm, answers)
        else:
            harness.all([(command[0], [a.format(**models) for a in command], None)
                         for command in cases.COMMANDS])
            print(f"{hold_to_hashes(hashes, harness, libm, answers)} models held to their hashes")
    print(f"{len(cases.TRAININGS)} trainings and {len(cases.COMMANDS)} commands, "
          f"{len(harness.variants)} variants, {harness.runs} runs in "
          f"{time.monotonic() - started:.0f} s: {len(harness.wrong)} differ")
    return len(harness.wrong) > 0


if __name__ == "__main__":
    sys.exit(main())
