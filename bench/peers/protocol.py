"""The protocol of peer.h for peers in Python, and the arithmetic of what comes out."""
import json
import sys
import time

import numpy as np


class Workload:
    """What `load` names; arrays are float64 until a peer makes them its own."""

    def __init__(self, words):
        (self.dir, self.kind, self.dtype, threads, batch, iterations, nets, lr, self.loss,
         samples, widths) = words
        self.threads, self.batch, self.iterations = int(threads), int(batch), int(iterations)
        self.nets, self.samples, self.lr = int(nets), int(samples), float(lr)
        self.widths = [int(w) for w in widths.split(",")]
        self.type = np.float64 if self.dtype == "f64" else np.float32
        read = lambda name: np.fromfile(f"{self.dir}/{name}")
        self.x = read("x").reshape(self.samples, self.widths[0])
        self.y = read("y")
        self.order = read("order").astype(np.int64)
        self.params = read("w").reshape(self.nets, -1)

    def layers(self, params):
        """[(W [n_out, n_in], b [n_out])], views of a row of parameters."""
        at, out = 0, []
        for n_in, n_out in zip(self.widths, self.widths[1:]):
            w = params[at:at + n_in * n_out].reshape(n_out, n_in)
            b = params[at + n_in * n_out:at + n_in * n_out + n_out]
            out.append((w, b))
            at += (n_in + 1) * n_out
        return out

    def flat(self, layers):
        return np.concatenate([np.asarray(p, dtype=np.float64).ravel() for l in layers for p in l])


def outputs(workload, params, x):
    """z of the output in float64: what every peer's result is judged by."""
    a = x
    layers = workload.layers(params)
    for i, (w, b) in enumerate(layers):
        z = a @ w.T + b
        a = np.maximum(z, 0) if i + 1 < len(layers) else z
    return a


def judge(workload, params):
    """Mean cost and accuracy over all nets, from float64 parameters."""
    costs, right = [], []
    for row in params.reshape(workload.nets, -1):
        z = outputs(workload, row, workload.x)
        y = workload.y
        if workload.widths[-1] == 1:
            z = z[:, 0]
            costs.append(np.mean(np.logaddexp(0, z) - y * z))
            right.append(np.mean((z > 0) == (y > 0.5)))
        else:
            z = z - z.max(axis=1, keepdims=True)
            log = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
            costs.append(-np.mean(log[np.arange(len(y)), y.astype(int)]))
            right.append(np.mean(z.argmax(axis=1) == y))
    return float(np.mean(costs)), float(np.mean(right))


def serve(peer):
    """`peer` has load(workload) -> None or a reason, run(), save() -> array."""
    for line in sys.stdin:
        words = line.split()
        if words[0] == "load":
            why = peer.load(Workload(words[1:]))
            answer = {"ok": True} if why is None else {"no": why}
        elif words[0] == "run":
            start = time.perf_counter()
            for _ in range(int(words[1])):
                peer.run()
            answer = {"seconds": time.perf_counter() - start}
        elif words[0] == "save":
            np.asarray(peer.save(), dtype=np.float64).tofile(words[1])
            answer = {"ok": True}
        else:
            break
        print(json.dumps(answer), flush=True)
