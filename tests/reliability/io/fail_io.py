"""Usage: fail_io.py PROGRAM SHIM.so HELPERS [CASE...]

Every command, once for each of its calls to the file system, with that call failing: it ends with
status 0 and the bytes of ever, or with status 3, one line, and its outputs all there or none.
Then with calls that are interrupted or do less than was asked: the bytes of ever.
HELPERS: the folder of make_arrays and, where there is libhdf5, make_hdf5.
"""
import collections
import concurrent.futures
import gzip
import json
import os
import shutil
import struct
import subprocess
import sys
import tempfile

PROGRAM, SHIM, HELPERS = sys.argv[1:4]
TRAIN = "train --data d.csv --valid 0.2 --epochs 3 --hidden 5 --checkpoint 1000 -q -o o.safetensors"
# Command line; before each run: a folder that is copied into place.
CASES = {
    "train": TRAIN + " --picture o.svg",
    "train_again": TRAIN + " --lr 0.2",
    "train_resume": TRAIN + " --resume",
    "train_gz": "train --data d.csv.gz --epochs 2 --hidden 5 -q --no-run -o o.safetensors",
    "train_h5": "train --data a.h5 --epochs 2 --hidden 5 -q --no-run -o o.safetensors",
    "train_npy": "train --data x.npy --target y.npy --epochs 2 --hidden 5 -q --no-run -o o.safetensors",
    "predict": "predict m.safetensors --data d.csv -o o.csv -q",
    "predict_stdout": "predict m.safetensors --data d.csv -q",
    "eval": "eval m.safetensors --data d.csv --picture o.svg -q",
    "export": "export m.safetensors --c o.c --onnx o.onnx -q",
    "compare": "compare Z>0 -n 2 --hidden 2 --data d.csv --test d.csv -q --html o.html --svg o.svg",
    "grads": "check grads right.npz -q --html o.html",
    "grads_figure": "check grads mask.npz -q --html o.html --svg o.svg",
    "net": "check net m.safetensors --data d.csv -q",
    "data": "data moons -n 300 -o o.csv -q",
    "plot": "plot d.csv --svg o.svg --png o.png -q",
}
NEEDS = {"train_h5": "a.h5", "grads": "right.npz", "grads_figure": "mask.npz"}
AT_ONCE = {"train_again": "old.run", "train_resume": "old.run"}  # what o.run is before
# Of a run's folder these are written while the training goes on; the others are outputs.
OLD = {}  # the files of an earlier run
RUNNING = ("settings.json", "curves.csv", "curves.jsonl", "checkpoint.safetensors")


def crease(arguments, **env):
    return subprocess.run([PROGRAM] + arguments.split() + ["--threads", "1"], stdin=subprocess.DEVNULL,
                          capture_output=True, env={**os.environ, **env}, timeout=100, check=False)


def npy(path, shape, values):
    head = f"{{'descr': '<f8', 'fortran_order': False, 'shape': {shape}, }}".encode()
    head += b" " * (117 - len(head)) + b"\n"
    with open(path, "wb") as file:
        file.write(b"\x93NUMPY\1\0" + struct.pack("<H", len(head)) + head)
        file.write(struct.pack(f"<{len(values)}d", *values))


def make_inputs():
    assert crease("data moons -n 60 -q -o d.csv").returncode == 0
    with open("d.csv", "rb") as file, gzip.open("d.csv.gz", "wb") as packed:
        packed.write(file.read())
    npy("x.npy", "(40, 2)", [((i * 37) % 11) / 11 for i in range(80)])
    npy("y.npy", "(40,)", [i % 2 for i in range(40)])
    assert crease(TRAIN + " -o m.safetensors --run old.run").returncode == 0
    for bug in ("right", "mask"):
        subprocess.run([HELPERS + "/make_arrays", bug, bug + ".npz"], check=False)
    if os.path.exists(HELPERS + "/make_hdf5"):
        subprocess.run([HELPERS + "/make_hdf5", "right", "a.h5"], check=True)


def outputs():
    found = {}
    for folder, _, files in os.walk("."):
        for name in files:
            path = os.path.relpath(os.path.join(folder, name))
            if path.startswith("o."):
                with open(path, "rb") as file:
                    found[path] = file.read()
    return found


def clean(case):
    for name in os.listdir("."):
        if name.startswith("o."):
            (os.unlink if os.path.isfile(name) else shutil.rmtree)(name)
    if case in AT_ONCE:
        shutil.copytree(AT_ONCE[case], "o.run")


def is_whole(path, content):
    try:
        if path.endswith(".json"):
            return isinstance(json.loads(content), dict)
        if path.endswith(".jsonl"):
            return all(isinstance(json.loads(line), dict) for line in content.splitlines())
    except ValueError:
        return False
    if path.endswith(".html"):
        return content.endswith(b"</html>\n")
    if path.endswith(".svg"):
        return content.endswith(b"</svg>\n")
    if path.endswith(".safetensors"):
        n = struct.unpack("<Q", content[:8])[0]
        ends = [t["data_offsets"][1] for k, t in json.loads(content[8:8 + n]).items()
                if k != "__metadata__"]
        return 8 + n + max(ends) == len(content)
    return True


def compare(found, reference, varying):
    """What is not as in a run without trouble; files that hold times are to be whole."""
    wrong = sorted(set(reference) ^ set(found))
    for path in set(reference) & set(found):
        if not is_whole(path, found[path]) or (path not in varying
                                               and found[path] != reference[path]):
            wrong.append(path)
    return wrong


def judge(case, done, found, reference, varying):
    """What is wrong with a run in which a call failed; None: nothing."""
    before = {"o.run/" + name: content for name, content in OLD.items()} if case in AT_ONCE else {}
    ends = [p for p in reference["files"] if not p.endswith(RUNNING)]
    said = done.stderr.decode(errors="replace")
    if any(".part-" in path for path in found):
        return "a temporary file is left"
    for path, content in found.items():
        if not is_whole(path, content):
            return f"{path} is not whole"
    if done.returncode == reference["status"]:
        wrong = compare(found, reference["files"], varying)
        if wrong or done.stdout != reference["stdout"] or said != reference["stderr"]:
            return f"status {done.returncode}, but other outputs: {wrong or said}"
        return None
    if done.returncode != 3:
        return f"status {done.returncode}: {said}"
    if said.count("\n") != 1 or not reference["stdout"].startswith(done.stdout):
        return f"status 3 with other than a line: {said}"
    new = [p for p in ends if p in found and found[p] != before.get(p)]
    if new and len(new) != len(ends):
        return f"status 3, and outputs in part: {new}"
    if case in AT_ONCE and "o.run/checkpoint.safetensors" not in found:
        return "the old run is lost"
    return None


def run_part(case, part, parts):
    """The calls number part, part + parts, ... of a case, in a folder of its own."""
    base = tempfile.mkdtemp()
    os.mkdir(base + "/here")
    os.environ["TMPDIR"] = base + "/here"
    os.chdir(base + "/here")
    try:
        make_inputs()
        if case in NEEDS and not os.path.exists(NEEDS[case]):
            return 0, collections.Counter(), []
        for name in os.listdir("old.run"):
            with open("old.run/" + name, "rb") as file:
                OLD[name] = file.read()
        return run_calls(case, part, parts, base + "/count")
    finally:
        os.chdir("/")
        shutil.rmtree(base)


def reference_of(case):
    """What comes of a run without trouble, and which files two such runs do not share."""
    runs = []
    for _ in range(2):
        clean(case)
        done = crease(CASES[case])
        runs.append({"status": done.returncode, "stdout": done.stdout,
                     "stderr": done.stderr.decode(), "files": outputs()})
    if runs[0]["status"] not in (0, 1):
        sys.exit(f"{case}: {runs[0]}")
    old, new = runs[0]["files"], runs[1]["files"]
    return runs[0], {p for p in new if new[p] != old.get(p)}


def run_calls(case, part, parts, count):
    command = CASES[case]
    reference, varying = reference_of(case)
    env = {"LD_PRELOAD": SHIM, "IO_FOLDER": os.getcwd(), "IO_COUNT": count}
    clean(case)
    crease(command, IO_MODE="count", **env)
    with open(count, encoding="ascii") as file:
        calls = int(file.read().split()[0])
    results = collections.Counter()
    bad = []
    for at in range(1 + part, calls + 1, parts):
        clean(case)
        done = crease(command, IO_MODE="fail", IO_AT=str(at), **env)
        wrong = judge(case, done, outputs(), reference, varying)
        results[done.returncode] += 1
        if wrong is not None:
            with open(count, encoding="ascii") as file:
                bad.append(f"{case}: {file.read().split()[-1]} failed (call {at}): {wrong}")
    for at in range(1 + part, 5, parts):
        clean(case)
        done = crease(command, IO_MODE="interrupt", IO_AT=str(at), **env)
        wrong = compare(outputs(), reference["files"], varying)
        if done.returncode != reference["status"] or wrong or done.stdout != reference["stdout"]:
            bad.append(f"{case}: interrupted ({at}): status {done.returncode}, {wrong}: "
                       f"{done.stderr.decode(errors='replace')}")
    return sum(results.values()), results, bad


def main():
    parts = 2
    total, bad = 0, []
    with concurrent.futures.ProcessPoolExecutor(min(len(os.sched_getaffinity(0)), 4)) as pool:
        todo = {(case, part): pool.submit(run_part, case, part, parts)
                for case in sys.argv[4:] or CASES for part in range(parts)}
        for (case, part), result in todo.items():
            calls, results, wrong = result.result()
            total += calls
            bad += wrong
            print(f"{case}, part {part}: {calls} calls, by status {dict(results)}, {len(wrong)} wrong")
    print("\n".join(bad[:40]))
    print(f"{total} calls failed, {len(bad)} results not as due")
    sys.exit(bool(bad) or total < 100)


if __name__ == "__main__":
    main()
