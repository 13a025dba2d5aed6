"""
Usage: scaling.py --bin FOLDER --out FILE [--seconds S]

How crease's time grows with samples, width, depth, nets and threads: each a sweep of one
of them, with the exponent fitted to its upper half, and every cliff, which is a step from
one point to the next at which a unit of the same work costs half as much again. Of each
point's blocks the shortest counts: what disturbs one makes it longer, never shorter.
"""
import argparse
import json
import os
import tempfile

import numpy as np

import run
import workloads

CLIFF = 1.5


class Point(workloads.Workload):
    """A workload with numbers drawn as they come: nothing is judged here but time."""

    def write(self, folder, crease):
        os.makedirs(folder, exist_ok=True)
        random = np.random.RandomState(1)
        w = np.concatenate([np.concatenate([random.randn(self.nets, n_in * n_out) / np.sqrt(n_in),
                                            np.zeros((self.nets, n_out))], axis=1)
                            for n_in, n_out in zip(self.widths, self.widths[1:])], axis=1)
        classes = max(2, self.widths[-1])
        for name, value in (("x", random.randn(self.samples, self.widths[0])), ("w", w),
                            ("y", random.randint(0, classes, self.samples)),
                            ("order", random.permutation(self.samples))):
            np.ascontiguousarray(value, dtype=np.float64).tofile(f"{folder}/{name}")


def point(x, work, widths, samples, **how):
    """`work` is what the time is divided by to be compared from point to point."""
    p = Point(str(x), "", widths, samples, "iteration", **how)
    p.x_value, p.work = x, work
    return p


def flop(widths, samples):
    return samples * sum((6 if l > 0 else 4) * a * b
                         for l, (a, b) in enumerate(zip(widths, widths[1:])))


def sweeps(cores):
    yield "samples", "2-20-1, full batch, one thread", "seconds an iteration", [
        point(m, m, [2, 20, 1], m, iterations=max(8, 10**5 // m))
        for m in (100, 178, 316, 562, 1000, 1780, 3160, 10**4, 31600, 10**5, 316000, 10**6)]
    nets = {w: [2, w, w, 1] for w in (2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096)}
    yield "width", "2-w-w-1, 128 samples, one thread", "seconds an iteration", [
        point(w, flop(v, 128), v, 128, iterations=max(8, 1000 // w)) for w, v in nets.items()]
    nets = {d: [2] + [32] * d + [1] for d in (1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64)}
    yield "depth", "d hidden layers of 32, 400 samples, one thread", "seconds an iteration", [
        point(d, flop(v, 400), v, 400, iterations=max(5, 100 // d)) for d, v in nets.items()]
    yield "nets", f"nets 2-8-1, 100 samples, 50 iterations, {cores} threads", "seconds", [
        point(n, max(n, cores), [2, 8, 1], 100, iterations=50, nets=n, threads=cores)
        for n in (1, 2, 4, 10, 32, 100, 316, 1000, 3160, 10**4, 31600, 10**5)]
    for batch in (32, 128, 1024):
        widths = [784, 512, 256, 10]
        yield f"threads-{batch}", f"784-512-256-10, batch {batch}", "seconds an iteration", [
            point(t, 1 / t, widths, batch, threads=t, iterations=max(1, 1024 // batch))
            for t in sorted({1, 2, cores} if cores > 1 else {1})]
    yield "threads-fleet", "256 nets 2-16-1, 400 samples, 100 iterations", "seconds", [
        point(t, 1 / t, [2, 16, 1], 400, threads=t, iterations=100, nets=256)
        for t in sorted({1, 2, cores} if cores > 1 else {1})]


def time_of(processes, p, blocks, folder, args):
    process = processes.setdefault(p.threads, run.Process("crease", p.threads, args.bin))
    p.write(folder, None)
    process.ask(p.line(folder))
    process.calibrate(args.seconds)
    for _ in range(5):
        process.block(blocks)
        if sum(process.times) * blocks > 2:
            break
    return min(process.times), sorted(process.times)[len(process.times) // 2], max(process.times)


def exponent(points):
    """Of the upper half: the slope of log time over log x, by least squares."""
    upper = points[len(points) // 2:]
    x, y = np.log([p["x"] for p in upper]), np.log([p["seconds"] for p in upper])
    return float(np.polyfit(x, y, 1)[0])


def cliffs(points):
    found = []
    for a, b in zip(points, points[1:]):
        ratio = (b["seconds"] / b["work"]) / (a["seconds"] / a["work"])
        if ratio > CLIFF:
            found.append({"from": a["x"], "to": b["x"], "ratio": ratio})
    return found


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--bin", required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("--seconds", type=float, default=0.05)
    args = parser.parse_args()
    cores = len(os.sched_getaffinity(0))
    processes, out = {}, []
    with tempfile.TemporaryDirectory() as folder:
        for name, what, unit, todo in sweeps(cores):
            points = []
            for p in todo:
                blocks = 1 if unit == "seconds" else p.iterations
                least, median, most = time_of(processes, p, blocks, folder, args)
                points.append({"x": p.x_value, "work": p.work, "seconds": least, "median": median,
                               "most": most})
            row = {"name": name, "what": what, "unit": unit, "points": points, "cliffs": []}
            if not name.startswith("threads"):
                row["exponent"] = exponent(points)
                row["cliffs"] = cliffs(points)
            out.append(row)
            show(row)
    for process in processes.values():
        process.end()
    with open(args.out, "w") as file:
        json.dump(out, file, indent=1)


def show(row):
    print(f"{row['name']}: {row['what']}; {row['unit']}"
          + (f"; exponent {row['exponent']:.2f}" if "exponent" in row else ""), flush=True)
    for p in row["points"]:
        print(f"  {p['x']:8} {p['seconds']:.3e}   a unit of work {p['seconds'] / p['work']:.3e}")
    for c in row["cliffs"]:
        print(f"  cliff: from {c['from']} to {c['to']} a unit costs {c['ratio']:.2f} times as much")


if __name__ == "__main__":
    main()
