"""
Usage: run.py --bin FOLDER --out FILE [--only NAME]... [--seconds S] [--rounds N]

Take crease and its peers turn by turn (crease, C, NumPy, ..., crease, C, ...) over every
workload and write what was measured as JSON. All begin with the same data and the same
weights; what they end with is judged here, in float64, by one function for all.
"""
import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile

import numpy as np

import machine
import protocol
import workloads

HERE = os.path.dirname(os.path.abspath(__file__))
OPENMP_BLAS = "/usr/lib/x86_64-linux-gnu/openblas-openmp"
PYTHON = "/usr/bin/python3"  # the one that Debian's packages are for


def command(peer, folder):
    python = lambda name, *args: [PYTHON, f"{HERE}/{name}.py", *args]
    return {
        "crease": [f"{folder}/peers/peer_crease"],
        "C": [f"{folder}/peers/peer_c", "loops"],
        "C + OpenBLAS": [f"{folder}/peers/peer_c", "blas"],
        "FANN": [f"{folder}/peers/peer_fann"],
        "NumPy": python("peer_numpy"),
        "PyTorch": python("peer_torch", "jit"),
        "PyTorch eager": python("peer_torch", "eager"),
        "scikit-learn": python("peer_sklearn"),
    }[peer]


def environment(peer, threads):
    env = machine.environment()
    if peer == "crease":
        return env
    env.update(PEER_THREADS=str(threads), OMP_NUM_THREADS=str(threads),
               OPENBLAS_NUM_THREADS=str(threads))
    if peer.startswith("PyTorch") and threads > 1 and os.path.isdir(OPENMP_BLAS):
        # beside the pthread build, PyTorch's own threads and OpenBLAS's take turns in spinning
        env["LD_LIBRARY_PATH"] = OPENMP_BLAS
    return env


class Process:
    """A peer that is running, and what was measured of it on one workload."""

    def __init__(self, peer, threads, folder):
        self.peer, self.threads = peer, threads
        self.pipe = subprocess.Popen(command(peer, folder), env=environment(peer, threads),
                                     stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(self, line):
        self.pipe.stdin.write(line + "\n")
        self.pipe.stdin.flush()
        answer = self.pipe.stdout.readline()
        if not answer:
            raise RuntimeError(f"{self.peer} ended at: {line}")
        return json.loads(answer)

    def calibrate(self, seconds):
        """Warm up, and find how often a block of about `seconds` runs."""
        took = self.ask("run 1")["seconds"]
        n = 1
        while took < seconds / 2 and n < 10**6:
            n = max(2 * n, int(n * seconds / max(took, 1e-6) / 2))
            took = self.ask(f"run {n}")["seconds"]
        self.repeats = max(1, round(n * seconds / took))
        self.times = []

    def block(self, units):
        self.times.append(self.ask(f"run {self.repeats}")["seconds"] / self.repeats / units)

    def end(self):
        self.pipe.stdin.close()
        self.pipe.wait()


def threads_of(peer, w, cores):
    """PyTorch as it likes best: on several cores it is tried with one thread too."""
    if peer.startswith("PyTorch") and w.threads > 1:
        return (1, w.threads)
    return (w.threads,)


def result_of(process, w, folder):
    path = f"{folder}/result"
    process.ask(f"save {path}")
    params = np.fromfile(path)
    if w.kind != "forward":
        cost, accuracy = protocol.judge(PROTOCOL(w, folder), params)
        return {"cost": cost, "accuracy": accuracy}
    p = PROTOCOL(w, folder)
    last = (w.iterations - 1) % (w.samples // w.batch) * w.batch + w.batch - 1
    z = protocol.outputs(p, p.params[0], p.x[last:last + 1])[0]
    exact = 1 / (1 + np.exp(-z)) if len(z) == 1 else np.exp(z - z.max()) / np.exp(z - z.max()).sum()
    return {"error": float(np.abs(params - exact).max())}


def PROTOCOL(w, folder):
    return protocol.Workload(w.line(folder).split()[1:])


def measure(w, processes, args):
    with tempfile.TemporaryDirectory() as folder:
        w.write(folder, f"{args.bin}/bin/crease")
        taking = []
        for process in processes:
            answer = process.ask(w.line(folder))
            if answer.get("ok"):
                taking.append(process)
        for process in taking:
            process.calibrate(args.seconds)
        for _ in range(args.rounds):
            for process in taking:
                process.block(w.units)
        rows = [figures(p, taking[0], result_of(p, w, folder)) for p in taking]
    return {"name": w.name, "what": w.what, "unit": w.unit, "threads": w.threads,
            "rounds": args.rounds, "peers": best_of_each(rows)}


def figures(process, crease, result):
    ratios = [t / c for t, c in zip(process.times, crease.times)]
    spread = lambda v: [statistics.median(v), min(v), max(v)]
    return {"peer": process.peer, "threads": process.threads, "seconds": spread(process.times),
            "ratio": spread(ratios), **result}


def best_of_each(rows):
    best = {}
    for row in rows:
        known = best.get(row["peer"])
        if known is None or row["seconds"][0] < known["seconds"][0]:
            best[row["peer"]] = row
    return list(best.values())


def available(peer, folder):
    if command(peer, folder)[0] != PYTHON:
        return os.path.exists(command(peer, folder)[0])
    module = {"NumPy": "numpy", "scikit-learn": "sklearn"}.get(peer, "torch")
    return subprocess.run([PYTHON, "-c", f"import {module}"], stderr=subprocess.DEVNULL).returncode == 0


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--bin", required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("--only", action="append", default=[])
    parser.add_argument("--seconds", type=float, default=0.12)
    parser.add_argument("--rounds", type=int, default=5)
    args = parser.parse_args()
    cores = len(os.sched_getaffinity(0))
    todo = [w for w in workloads.all_workloads(cores)
            if not args.only or any(w.name.startswith(o) for o in args.only)]
    if not todo:
        sys.exit(f"run.py: no workload begins with {args.only}")
    peers = [p for p in ("crease", *workloads.SMALL, "C + OpenBLAS")
             if available(p, args.bin) or print(f"without {p}: not installed", file=sys.stderr)]
    running, results = {}, []
    for w in todo:
        processes = []
        for peer in peers:
            for t in threads_of(peer, w, cores) if peer == "crease" or peer in w.peers else ():
                if (peer, t) not in running:
                    running[peer, t] = Process(peer, t, args.bin)
                processes.append(running[peer, t])
        results.append(measure(w, processes, args))
        show(results[-1])
    for process in running.values():
        process.end()
    with open(args.out, "w") as file:
        json.dump(results, file, indent=1)


def show(r):
    print(f"{r['name']}: {r['what']}, {r['threads']} threads; seconds a {r['unit']}", flush=True)
    for p in r["peers"]:
        right = (f"cost {p['cost']:.4f}, accuracy {p['accuracy']:.4f}" if "cost" in p
                 else f"within {p['error']:.1e} of float64")
        print(f"  {p['peer']:14} {p['seconds'][0]:.3e}   {p['ratio'][0]:7.2f} x "
              f"({p['ratio'][1]:.2f} to {p['ratio'][2]:.2f})   {right}", flush=True)


if __name__ == "__main__":
    main()
