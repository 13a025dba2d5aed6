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


DROPOUT, MOMENTUM, EPS = 0.2, 0.1, 1e-5  # of kind layers


@torch.jit.script
def step_layers(x: torch.Tensor, y: torch.Tensor, ws: List[torch.Tensor], bs: List[torch.Tensor],
                gammas: List[torch.Tensor], betas: List[torch.Tensor], means: List[torch.Tensor],
                variances: List[torch.Tensor], lr: float, drop: float, momentum: float, eps: float):
    us, zs, masks, saved, a = [x], [x], [x], [(x, x)], [x]
    us.clear(), zs.clear(), masks.clear(), saved.clear()
    last = len(ws) - 1
    for i in range(last):
        u = torch.addmm(bs[i], a[-1], ws[i].t())
        z, mean, inverse = torch.native_batch_norm(u, gammas[i], betas[i], means[i], variances[i],
                                                   True, momentum, eps)
        r = torch.relu(z)
        mask = torch.empty_like(r).bernoulli_(1 - drop).div_(1 - drop)
        us.append(u), zs.append(r), masks.append(mask), saved.append((mean, inverse))
        a.append(r * mask)
    dz = torch.softmax(torch.addmm(bs[last], a[last], ws[last].t()), 1).sub_(y)
    scale = -lr / x.size(0)
    for k in range(len(ws)):
        l = last - k
        below = dz
        if l > 0:
            below = torch.mm(dz, ws[l]).mul_(masks[l - 1])
            below = torch.ops.aten.threshold_backward(below, zs[l - 1], 0)
            mean, inverse = saved[l - 1]
            below, dgamma, dbeta = torch.ops.aten.native_batch_norm_backward(
                below, us[l - 1], gammas[l - 1], means[l - 1], variances[l - 1], mean, inverse,
                True, eps, [True, True, True])
            gammas[l - 1].add_(dgamma, alpha=scale)
            betas[l - 1].add_(dbeta, alpha=scale)
        ws[l].addmm_(dz.t(), a[l], alpha=scale)
        bs[l].add_(dz.sum(0), alpha=scale)
        dz = below


@torch.jit.script
def train_layers(x: torch.Tensor, y: torch.Tensor, order: torch.Tensor, batch: int,
                 iterations: int, ws: List[torch.Tensor], bs: List[torch.Tensor],
                 gammas: List[torch.Tensor], betas: List[torch.Tensor], means: List[torch.Tensor],
                 variances: List[torch.Tensor], lr: float, drop: float, momentum: float,
                 eps: float):
    for i in range(iterations):
        at = i * batch % x.size(0)
        rows = order[at:at + batch]
        step_layers(x.index_select(0, rows), y.index_select(0, rows), ws, bs, gammas, betas, means,
                    variances, lr, drop, momentum, eps)


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

    def begin_layers(self):
        widths = self.w.widths[1:-1]
        self.norms = [torch.nn.BatchNorm1d(n, EPS, MOMENTUM).to(self.type) for n in widths]
        if not self.eager:
            return
        parts = []
        for l, layer in enumerate(self.start):
            linear = torch.nn.Linear(*reversed(layer[0].shape)).to(self.type)
            with torch.no_grad():
                linear.weight.copy_(layer[0]), linear.bias.copy_(layer[1])
            parts.append(linear)
            if l + 1 < len(self.start):
                parts += [self.norms[l], torch.nn.ReLU(), torch.nn.Dropout(DROPOUT)]
        self.net = torch.nn.Sequential(*parts)
        self.ws = [p.weight for p in parts if isinstance(p, torch.nn.Linear)]
        self.bs = [p.bias for p in parts if isinstance(p, torch.nn.Linear)]

    def run_layers(self):
        w = self.w
        self.begin_layers()
        if self.eager:
            optimizer = torch.optim.SGD(self.net.parameters(), lr=w.lr, foreach=True)
            for i in range(w.iterations):
                at = i * w.batch % w.samples
                rows = self.order[at:at + w.batch]
                x, y = self.x[rows], self.y[rows]
                optimizer.zero_grad(set_to_none=True)
                F.cross_entropy(self.net(x), y).backward()
                optimizer.step()
            return
        with torch.no_grad():
            train_layers(self.x, self.y, self.order, w.batch, w.iterations, self.ws, self.bs,
                         [n.weight.data for n in self.norms], [n.bias.data for n in self.norms],
                         [n.running_mean for n in self.norms], [n.running_var for n in self.norms],
                         w.lr, DROPOUT, MOMENTUM, EPS)

    def folded(self):
        """Weights and biases that do what the running values do to predictions."""
        out = []
        for l, (weight, b) in enumerate(zip(self.ws, self.bs)):
            weight, b = weight.detach().double(), b.detach().double()
            if l < len(self.norms):
                n = self.norms[l]
                scale = n.weight.detach().double() / torch.sqrt(n.running_var.double() + EPS)
                b = scale * (b - n.running_mean.double()) + n.bias.detach().double()
                weight = scale[:, None] * weight
            out.append([weight.numpy(), b.numpy()])
        return self.w.flat(out)

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
        if w.kind == "layers":
            return self.run_layers()
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
        if self.w.kind == "layers":
            return self.folded()
        layers = [[p.detach().numpy() for p in pair] for pair in zip(self.ws, self.bs)]
        if self.w.nets == 1:
            return self.w.flat(layers)
        import numpy as np
        return np.concatenate([self.w.flat([(weight[i], b[i]) for weight, b in layers])
                               for i in range(self.w.nets)])


torch.set_num_threads(int(os.environ["PEER_THREADS"]))
protocol.serve(Peer())
