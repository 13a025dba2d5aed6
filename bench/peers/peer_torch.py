"""
PyTorch in two ways: `eager`, with autograd, as its users write it; `jit`, the whole loop
scripted and the gradient by hand, the fastest that was found. Threads: the environment's.
"""
import os
import sys
from typing import List

import torch
import torch.nn.functional as F

import protocol


@torch.jit.script
def forward(x: torch.Tensor, ws: List[torch.Tensor], bs: List[torch.Tensor]) -> List[torch.Tensor]:
    a = [x]
    for i in range(len(ws)):
        z = torch.addmm(bs[i], a[-1], ws[i].t())
        if i + 1 < len(ws):
            z = z.relu_()
        a.append(z)
    return a


@torch.jit.script
def step(x: torch.Tensor, y: torch.Tensor, ws: List[torch.Tensor], bs: List[torch.Tensor],
         lr: float):
    a = forward(x, ws, bs)
    z = a[-1]
    dz = z.sigmoid_() if z.size(1) == 1 else torch.softmax(z, 1)
    dz.sub_(y)
    scale = -lr / x.size(0)
    for k in range(len(ws)):
        l = len(ws) - 1 - k
        below = dz
        if l > 0:
            below = torch.mm(dz, ws[l])
            below = torch.ops.aten.threshold_backward(below, a[l], 0)
        ws[l].addmm_(dz.t(), a[l], alpha=scale)
        bs[l].add_(dz.sum(0), alpha=scale)
        dz = below


@torch.jit.script
def train(x: torch.Tensor, y: torch.Tensor, order: torch.Tensor, batch: int, iterations: int,
          ws: List[torch.Tensor], bs: List[torch.Tensor], lr: float):
    for i in range(iterations):
        if batch == 0:
            step(x, y, ws, bs, lr)
        else:
            at = i * batch % x.size(0)
            rows = order[at:at + batch]
            step(x.index_select(0, rows), y.index_select(0, rows), ws, bs, lr)


@torch.jit.script
def train_many(x: torch.Tensor, y: torch.Tensor, iterations: int, ws: List[torch.Tensor],
               bs: List[torch.Tensor], lr: float):
    for i in range(iterations):
        z1 = torch.baddbmm(bs[0], x, ws[0].transpose(1, 2)).relu_()
        dz = torch.baddbmm(bs[1], z1, ws[1].transpose(1, 2)).sigmoid_().sub_(y)
        below = torch.ops.aten.threshold_backward(torch.bmm(dz, ws[1]), z1, 0)
        scale = -lr / x.size(1)
        ws[1].baddbmm_(dz.transpose(1, 2), z1, alpha=scale)
        bs[1].add_(dz.sum(1, keepdim=True), alpha=scale)
        ws[0].baddbmm_(below.transpose(1, 2), x, alpha=scale)
        bs[0].add_(below.sum(1, keepdim=True), alpha=scale)


class Peer:
    eager = sys.argv[1] == "eager"

    def load(self, w):
        if self.eager and (w.nets > 1 or w.kind == "forward"):
            return "the scripted one stands for both"
        self.w = w
        self.type = torch.float64 if w.dtype == "f64" else torch.float32
        tensor = lambda v: torch.tensor(v, dtype=self.type)
        self.x = tensor(w.x)
        self.order = torch.tensor(w.order)
        if w.widths[-1] == 1:
            self.y = tensor(w.y)[:, None]
        elif self.eager:
            self.y = torch.tensor(w.y, dtype=torch.int64)
        else:
            self.y = tensor(w.y[:, None] == range(w.widths[-1]))
        each = [w.layers(row) for row in w.params]
        n = range(len(w.widths) - 1)
        if w.nets == 1:
            self.start = [[tensor(e) for e in each[0][l]] for l in n]
        else:
            self.start = [[torch.stack([tensor(e[l][0]) for e in each]),
                           torch.stack([tensor(e[l][1])[None, :] for e in each])] for l in n]
            self.x = self.x.expand(w.nets, -1, -1).contiguous()
        if w.kind == "forward":
            self.begin()
        return None

    def begin(self):
        self.ws = [layer[0].clone() for layer in self.start]
        self.bs = [layer[1].clone() for layer in self.start]

    def run(self):
        w = self.w
        if w.kind == "forward":
            with torch.no_grad():
                for i in range(w.iterations):
                    at = i % (w.samples // w.batch) * w.batch
                    z = forward(self.x[at:at + w.batch], self.ws, self.bs)[-1]
                    self.out = torch.softmax(z, 1) if w.widths[-1] > 1 else torch.sigmoid(z)
            return
        self.begin()
        if self.eager:
            return self.run_eager()
        with torch.no_grad():
            if w.nets > 1:
                train_many(self.x, self.y, w.iterations, self.ws, self.bs, w.lr)
            else:
                train(self.x, self.y, self.order, w.batch, w.iterations, self.ws, self.bs, w.lr)

    def run_eager(self):
        w = self.w
        for p in self.ws + self.bs:
            p.requires_grad_(True)
        optimizer = torch.optim.SGD(self.ws + self.bs, lr=w.lr, foreach=True)
        loss = F.binary_cross_entropy_with_logits if w.widths[-1] == 1 else F.cross_entropy
        for i in range(w.iterations):
            x, y = self.x, self.y
            if w.batch > 0:
                at = i * w.batch % w.samples
                rows = self.order[at:at + w.batch]
                x, y = x[rows], y[rows]
            for l in range(len(self.ws)):
                x = F.linear(x, self.ws[l], self.bs[l])
                if l + 1 < len(self.ws):
                    x = F.relu(x)
            optimizer.zero_grad(set_to_none=True)
            loss(x, y).backward()
            optimizer.step()

    def save(self):
        if self.w.kind == "forward":
            return self.out[-1].numpy()
        layers = [[p.detach().numpy() for p in pair] for pair in zip(self.ws, self.bs)]
        if self.w.nets == 1:
            return self.w.flat(layers)
        import numpy as np
        return np.concatenate([self.w.flat([(weight[i], b[i]) for weight, b in layers])
                               for i in range(self.w.nets)])


torch.set_num_threads(int(os.environ["PEER_THREADS"]))
protocol.serve(Peer())
