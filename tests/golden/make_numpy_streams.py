#!/usr/bin/python3
"""Print tests/golden/numpy_streams.h: what NumPy's legacy generator and
scikit-learn's data generators give, as bits (C99 hexadecimal floats).

    /usr/bin/python3 tests/golden/make_numpy_streams.py > tests/golden/numpy_streams.h
    clang-format -i tests/golden/numpy_streams.h

Run once, with NumPy 1.24.2 and scikit-learn 1.2.1 (Debian 12). The legacy
streams are frozen by NumPy's policy (NEP 19). The tests need no Python.
"""
import numpy as np
import sklearn
from sklearn import datasets


def reals(name, values, comment):
    print(f"\n/* {comment} */\nstatic const double {name}[] = {{")
    for v in np.asarray(values, dtype=np.float64).ravel():
        print(f"    {float(v).hex()},")
    print("};")


def whole(name, values, comment, kind="uint64_t"):
    values = np.asarray(values).ravel()
    suffix = "u" if kind == "uint32_t" else ""
    print(f"\n/* {comment} */\nstatic const {kind} {name}[] = {{")
    for i in range(0, len(values), 8):
        print("    " + " ".join(f"{int(v)}{suffix}," for v in values[i:i + 8]))
    print("};")


def points(name, x, y, comment):
    """The first and last five rows, and the sums of columns and labels."""
    y = np.asarray(y)
    rows = [*range(5), *range(len(x) - 5, len(x))]
    table = [[x[i, 0], x[i, 1], y[i]] for i in rows]
    table.append([x[:, 0].sum(), x[:, 1].sum(), y.sum()])
    weights = np.arange(1, len(y) + 1)  # the order of the labels shows in this one
    table.append([np.abs(x[:, 0]).sum(), np.abs(x[:, 1]).sum(), (weights * y).sum()])
    reals(name, table, comment)


def flower(seed):
    np.random.seed(seed)
    m, n = 400, 200
    x, y = np.zeros((m, 2)), np.zeros(m)
    for j in range(2):
        ix = range(n * j, n * (j + 1))
        t = np.linspace(j * 3.12, (j + 1) * 3.12, n) + np.random.randn(n) * 0.2
        r = 4 * np.sin(4 * t) + np.random.randn(n) * 0.2
        x[ix] = np.c_[r * np.sin(t), r * np.cos(t)]
        y[ix] = j
    return x, y


def spiral(seed):
    np.random.seed(seed)
    n, k = 100, 3
    x, y = np.zeros((n * k, 2)), np.zeros(n * k)
    for j in range(k):
        ix = range(n * j, n * (j + 1))
        r = np.linspace(0.0, 1, n)
        t = np.linspace(j * 4, (j + 1) * 4, n) + np.random.randn(n) * 0.2
        x[ix] = np.c_[r * np.sin(t), r * np.cos(t)]
        y[ix] = j
    return x, y


def xor(seed):
    np.random.seed(seed)
    x = np.random.uniform(-1, 1, (200, 2))
    y = (x[:, 0] > 0) != (x[:, 1] > 0)
    return x + 0.1 * np.random.randn(200, 2), y.astype(float)


def uniform(seed):
    np.random.seed(seed)
    return np.random.rand(200, 2), np.floor(np.random.rand(200, 2)[:, 0] * 2)


print("/* Made by tests/golden/make_numpy_streams.py with "
      f"NumPy {np.__version__}, scikit-learn {sklearn.__version__}. Do not edit. */")
print("#ifndef GOLDEN_NUMPY_STREAMS_H\n#define GOLDEN_NUMPY_STREAMS_H\n")
print("#include <stdint.h>")

R = np.random.RandomState
for seed in (0, 1, 12345, 2**32 - 1):
    reals(f"rand_{seed}", R(seed).rand(8), f"RandomState({seed}).rand(8)")
    reals(f"randn_{seed}", R(seed).randn(9), f"RandomState({seed}).randn(9)")
reals("rand_tail", R(1).rand(2000)[-8:], "RandomState(1).rand(2000)[-8:]: past three refills")
reals("randn_tail", R(1).randn(100000)[-8:], "RandomState(1).randn(100000)[-8:]")
reals("randn_sum", [np.add.accumulate(R(7).randn(100000))[-1]],
      "100,000 values of RandomState(7).randn added from first to last")
reals("uniform_3", R(3).uniform(-10, 10, 8), "RandomState(3).uniform(-10, 10, 8)")
whole("bits_1", R(1).randint(0, 2**32, 8, dtype=np.uint32), "RandomState(1), raw words", "uint32_t")
whole("interval_5", R(5).randint(0, 1000, 16), "RandomState(5).randint(0, 1000, 16)")
whole("interval_wide", R(5).randint(0, 2**40 + 17, 8), "RandomState(5).randint(0, 2**40 + 17, 8)")
whole("permutation_4", R(4).permutation(30), "RandomState(4).permutation(30)", "size_t")
g = R(9)
g.rand(3)
a = np.arange(20)
g.shuffle(a)
whole("shuffle_9", a, "RandomState(9): rand(3), then shuffle(arange(20))", "size_t")
g = R(6)
mixed = [g.randn(), g.rand(), g.randn(), g.randn(), g.uniform(2, 5), g.randint(0, 10), g.randn()]
reals("mixed_6", mixed, "RandomState(6): randn rand randn randn uniform(2, 5) randint(0, 10) randn")

rows = "rows 0-4, rows 195-199 or the last five, sums, sums of |x| and of (i + 1) y"
points("planar_1", *flower(1), f"the course's flower, seed 1: {rows}")
points("planar_3", *flower(3), f"the course's flower, seed 3: {rows}")
points("circles_1", *datasets.make_circles(n_samples=200, factor=.5, noise=.3, random_state=1),
       f"make_circles: {rows}")
points("circles_odd", *datasets.make_circles(n_samples=75, factor=.25, noise=.1, random_state=8),
       f"make_circles(75, factor=.25, noise=.1, random_state=8): {rows}")
points("moons_1", *datasets.make_moons(n_samples=200, noise=.2, random_state=1),
       f"make_moons: {rows}")
bx, by = datasets.make_blobs(n_samples=200, random_state=5, n_features=2, centers=6)
points("blobs_5", bx, by % 2, f"make_blobs, y % 2: {rows}")
points("quantiles_1", *datasets.make_gaussian_quantiles(
    mean=None, cov=0.5, n_samples=200, n_features=2, n_classes=2, shuffle=True, random_state=1),
    f"make_gaussian_quantiles: {rows}")
points("quantiles_odd", *datasets.make_gaussian_quantiles(
    mean=None, cov=2.0, n_samples=101, n_features=2, n_classes=3, shuffle=True, random_state=4),
    f"make_gaussian_quantiles(cov=2, 101 samples, 3 classes, random_state=4): {rows}")
points("spiral_1", *spiral(1), f"the spiral of the CS231n notes, seed 1: {rows}")
points("xor_1", *xor(1), f"xor, seed 1: {rows}")
points("uniform_1", *uniform(1), f"no structure, seed 1: {rows}")
print("\n#endif")
