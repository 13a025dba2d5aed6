"""
Usage: digits_peer.py torch|sklearn SEED IMAGES LABELS TEST-IMAGES TEST-LABELS OPTION...

One training on digits as PyTorch's or scikit-learn's users write it; OPTIONs are those of
`crease train`. A line of JSON: accuracy on the test samples, seconds and CPU seconds of the
training alone.
"""
import argparse
import gzip
import json
import os
import sys
import time
import warnings

import numpy as np


def idx(path):
    with gzip.open(path) as file:
        data = file.read()
    shape = np.frombuffer(data, ">u4", data[3], 4).astype(int)
    return np.frombuffer(data, np.uint8, offset=4 + 4 * data[3]).reshape(shape)


def pictures(path):
    x = idx(path)
    return (x.reshape(len(x), -1) / np.float32(255)).astype(np.float32)


def with_torch(o, x, y, test):
    import torch
    from torch import nn
    torch.set_num_threads(int(os.environ["PEER_THREADS"]))
    torch.manual_seed(o.seed)
    parts, below = [], x.shape[1]
    for width in o.hidden:
        parts += [nn.Linear(below, width), *([nn.BatchNorm1d(width)] if o.batchnorm else []),
                  nn.ReLU(), *([nn.Dropout(o.dropout)] if o.dropout else [])]
        below = width
    net = nn.Sequential(*parts, nn.Linear(below, int(y.max()) + 1))
    for part in net:
        if isinstance(part, nn.Linear):
            nn.init.kaiming_normal_(part.weight, nonlinearity="relu")
            nn.init.zeros_(part.bias)
    make = {"sgd": torch.optim.SGD, "adam": torch.optim.Adam}[o.opt]
    x, y, test = torch.from_numpy(x), torch.from_numpy(y.astype(np.int64)), torch.from_numpy(test)
    loss = nn.CrossEntropyLoss()
    begin = clock()
    optimizer = make(net.parameters(), lr=o.lr, foreach=True)
    for _ in range(o.epochs):
        order = torch.randperm(len(x))
        for rows in order.split(o.batch):
            optimizer.zero_grad(set_to_none=True)
            loss(net(x[rows]), y[rows]).backward()
            optimizer.step()
    took = since(begin)
    net.eval()
    with torch.no_grad():
        return took, net(test).argmax(1).numpy()


def with_sklearn(o, x, y, test):
    from sklearn.neural_network import MLPClassifier
    warnings.filterwarnings("ignore")  # it is not to converge
    net = MLPClassifier(o.hidden, solver=o.opt, alpha=0, batch_size=o.batch, max_iter=o.epochs,
                        learning_rate_init=o.lr, momentum=0, tol=0, n_iter_no_change=10**9,
                        random_state=o.seed)
    begin = clock()
    net.fit(x, y)
    return since(begin), net.predict(test)


def clock():
    return time.perf_counter(), time.process_time()


def since(begin):
    return [after - before for after, before in zip(clock(), begin)]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("peer")
    parser.add_argument("seed", type=int)
    for name in ("images", "labels", "test_images", "test_labels"):
        parser.add_argument(name)
    parser.add_argument("--hidden", type=lambda text: [int(n) for n in text.split(",")])
    for name, kind in (("epochs", int), ("batch", int), ("lr", float), ("opt", str)):
        parser.add_argument(f"--{name}", type=kind, required=True)
    parser.add_argument("--dropout", type=float, default=0)
    parser.add_argument("--batchnorm", action="store_true")
    o = parser.parse_args()
    learn = {"torch": with_torch, "sklearn": with_sklearn}[o.peer]
    took, answer = learn(o, pictures(o.images), idx(o.labels), pictures(o.test_images))
    json.dump({"accuracy": float(np.mean(answer == idx(o.test_labels))), "seconds": took[0],
               "cpu": took[1]}, sys.stdout)


main()
