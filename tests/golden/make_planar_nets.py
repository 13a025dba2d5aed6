#!/usr/bin/env python3
"""Costs of planar nets, written down in tests/unit/train/test_planar.c.

Written with NumPy the way the course's notebooks are: one line a formula.
Run once with Debian's python3-numpy 1.24.2; the tests need no Python.
Prints the cost before the updates 0, 10, ... 100 and after the last one.
"""
import numpy as np


def planar():
    np.random.seed(1)
    m, n = 400, 200
    x, y = np.zeros((m, 2)), np.zeros((m, 1))
    for j in range(2):
        rows = range(n * j, n * (j + 1))
        t = np.linspace(j * 3.12, (j + 1) * 3.12, n) + np.random.randn(n) * 0.2
        r = 4 * np.sin(4 * t) + np.random.randn(n) * 0.2
        x[rows] = np.c_[r * np.sin(t), r * np.cos(t)]
        y[rows] = j
    return x.T, y.T


def cost(a, y):
    return -np.mean(y * np.log(a) + (1 - y) * np.log(1 - a))


def train(n_h, seed, mask, iterations, every):
    x, y = planar()
    m = x.shape[1]
    np.random.seed(seed)
    w1, b1 = np.random.randn(n_h, 2) * 0.01, np.zeros((n_h, 1))
    w2, b2 = np.random.randn(1, n_h) * 0.01, np.zeros((1, 1))
    costs = []
    for i in range(iterations + 1):
        z1 = w1 @ x + b1
        a1 = np.maximum(0, z1)
        a2 = 1 / (1 + np.exp(-(w2 @ a1 + b2)))
        if i % every == 0:
            costs.append(cost(a2, y))
        dz2 = a2 - y
        dz1 = (w2.T @ dz2) * mask(z1, a1)
        w2, b2 = w2 - 1.2 * (dz2 @ a1.T) / m, b2 - 1.2 * dz2.mean(1, keepdims=True)
        w1, b1 = w1 - 1.2 * (dz1 @ x.T) / m, b1 - 1.2 * dz1.mean(1, keepdims=True)
    return costs


for n_h in (4, 20, 50):
    for seed in (2, 3):
        for name, mask in (("A > 0", lambda z, a: a > 0), ("A >= 0", lambda z, a: a >= 0)):
            costs = train(n_h, seed, mask, 100, 10)
            print(f'{{{n_h}, {seed}, "{name}", {{{", ".join(f"{c:.9f}" for c in costs)}}}}},')
