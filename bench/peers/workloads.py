"""What crease and its peers are given: shapes, data and first weights, the same for all."""
import csv
import io
import os
import subprocess

import numpy as np


class Workload:
    """`units` is what a block counts: iterations, samples, nets or passes."""

    def __init__(self, name, what, widths, samples, unit, kind="train", dtype="f32", threads=1,
                 batch=0, iterations=2000, nets=1, lr=0.1, init="he", seed=2, peers=()):
        self.__dict__.update(locals())
        self.loss = "softmax" if widths[-1] > 1 else "bce"
        self.units = {"iteration": iterations, "sample": iterations * batch,
                      "net": nets * iterations / 1000, "pass": iterations}[unit]

    def line(self, folder):
        return (f"load {folder} {self.kind} {self.dtype} {self.threads} {self.batch} "
                f"{self.iterations} {self.nets} {self.lr} {self.loss} {self.samples} "
                + ",".join(map(str, self.widths)))

    def write(self, folder, crease):
        """x, y, w and order in `folder`, as peer.h has them."""
        os.makedirs(folder, exist_ok=True)
        x, y = planar(crease, self.samples) if self.widths[0] == 2 else clouds(
            self.samples, self.widths[0], self.widths[-1])
        w = np.concatenate([first_weights(self.widths, self.init, self.seed + i)
                            for i in range(self.nets)])
        order = np.random.RandomState(1).permutation(self.samples)
        for name, value in (("x", x), ("y", y), ("w", w), ("order", order)):
            np.ascontiguousarray(value, dtype=np.float64).tofile(f"{folder}/{name}")


def planar(crease, samples):
    text = subprocess.run([crease, "data", "planar", "-q", "-n", str(samples), "-o", "-"],
                          check=True, capture_output=True, text=True).stdout
    rows = np.array(list(csv.reader(io.StringIO(text)))[1:], dtype=np.float64)
    return rows[:, :-1], rows[:, -1]


def clouds(samples, features, classes):
    """Not digits: a random cloud a class, near enough to each other to be worth learning."""
    random = np.random.RandomState(3)
    centers = 0.1 * random.randn(classes, features)
    y = np.arange(samples) % classes
    return centers[y] + random.randn(samples, features), y


def first_weights(widths, init, seed):
    random = np.random.RandomState(seed)
    parts = []
    for n_in, n_out in zip(widths, widths[1:]):
        scale = 0.01 if init == "small" else np.sqrt(2 / n_in)
        parts += [scale * random.randn(n_out * n_in), np.zeros(n_out)]
    return np.concatenate(parts)


def shape(widths):
    inner = widths[1:-1]
    if len(inner) > 3 and len(set(inner)) == 1:
        return f"{widths[0]}-{len(inner)} x {inner[0]}-{widths[-1]}"
    return "-".join(map(str, widths))


SMALL = ("C", "NumPy", "PyTorch", "PyTorch eager", "scikit-learn", "FANN")
LARGE = ("C + OpenBLAS", "NumPy", "PyTorch", "PyTorch eager", "scikit-learn")


def all_workloads(cores):
    """In the order in which docs/speed.md shows them."""
    out = []
    for dtype in ("f32", "f64"):
        for hidden in (4, 20, 50):
            out.append(Workload(f"planar-{hidden}-{dtype}", f"2-{hidden}-1, 400 samples, {dtype}",
                                [2, hidden, 1], 400, "iteration", dtype=dtype, init="small",
                                lr=1.2 if hidden == 4 else 0.1, peers=SMALL))
    for depth in (2, 4, 8):
        for width in (2, 16, 64):
            widths = [2] + [width] * (depth - 1) + [1]
            out.append(Workload(f"net-{depth}-{width}", f"{shape(widths)}, 400 samples, f32",
                                widths, 400, "iteration", iterations=200, lr=0.03,
                                peers=("C", "PyTorch")))
    out.append(Workload("fleet", "256 nets 2-16-1, 1,000 iterations a net, f32", [2, 16, 1], 400,
                        "net", threads=cores, nets=256, iterations=200, lr=1.2, init="he", seed=1,
                        peers=("C", "NumPy", "PyTorch")))
    threads = (1, cores) if cores > 1 else (1,)
    for t in threads:
        for batch in (32, 128, 1024):
            out.append(Workload(f"large-{batch}-{t}", f"784-512-256-10, batch {batch}, f32",
                                [784, 512, 256, 10], max(4096, 16 * batch), "sample", threads=t,
                                batch=batch, iterations=max(4096 // batch, 16), lr=0.05,
                                peers=LARGE))
    for t in threads:
        out.append(Workload(f"layers-128-{t}", "784-512-256-10, batch 128, f32, batch "
                            "normalisation and dropout 0.2 on both hidden layers",
                            [784, 512, 256, 10], 4096, "sample", kind="layers", threads=t,
                            batch=128, iterations=32, lr=0.05,
                            peers=("PyTorch", "PyTorch eager")))
    out.append(Workload("narrow-32-1", "784-32-10, batch 32, f32", [784, 32, 10], 4096, "sample",
                        batch=32, iterations=128, lr=0.05, peers=LARGE))
    for t in threads:
        out.append(Workload(f"forward-1-{t}", "784-512-256-10, forward alone, batch 1, f32",
                            [784, 512, 256, 10], 400, "pass", kind="forward", threads=t, batch=1,
                            iterations=400, peers=("C", "NumPy", "PyTorch")))
    out.append(Workload("forward-small", "2-20-1, forward alone, batch 1, f32", [2, 20, 1], 400,
                        "pass", kind="forward", batch=1, iterations=400,
                        peers=("C", "NumPy", "PyTorch")))
    for t in threads:
        out.append(Workload(f"forward-1024-{t}", "784-512-256-10, forward alone, batch 1024, f32",
                            [784, 512, 256, 10], 1024, "sample", kind="forward", threads=t,
                            batch=1024, iterations=1, peers=("C + OpenBLAS", "NumPy", "PyTorch")))
    return out
