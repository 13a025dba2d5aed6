#!/usr/bin/python3
"""PyTorch's gradcheck on the nets that bench_gradcheck writes.

Usage: bench/gradcheck_torch.py FILE     (Debian: python3-torch)

Each net's activation is an autograd.Function whose backward is the right one or the
planted slip, so that torch.autograd.gradcheck judges the same gradients. Its defaults:
eps 1e-6, atol 1e-5, rtol 1e-3.
"""
import json
import sys
import time

import torch

KINDS = ["anywhere", "on kinks", "within 1e-12"]
SLIPS = ["right", "mask always true", "mask inverted", "slope of the left side", "off by 1/1000"]


def activation(act, slip):
    left = 0.0 if act == "relu" else 0.01

    def slope(z, value):
        return torch.where(z > 0, torch.ones_like(z), torch.where(z < 0, left * torch.ones_like(z), value))

    class Act(torch.autograd.Function):
        @staticmethod
        def forward(ctx, z):
            ctx.save_for_backward(z)
            return torch.where(z < 0, left * z, z)

        @staticmethod
        def backward(ctx, da):
            (z,) = ctx.saved_tensors
            at_kink = torch.full_like(z, left)
            right = slope(z, at_kink)
            if slip == 1:
                return da * torch.ones_like(z)
            if slip == 2:
                return da * slope(-z, at_kink)
            if slip == 3:
                return da * torch.where(z < 0, torch.full_like(z, 0.2), right)
            if slip == 4:
                return da * right * 1.001
            return da * right

    return Act.apply


def passes(net):
    widths, g = net["widths"], activation(net["act"], net["slip"])
    x = torch.tensor(net["x"], dtype=torch.float64).reshape(net["batch"], widths[0])
    y = torch.tensor(net["y"], dtype=torch.float64).reshape(net["batch"], 1)
    params, at = [], 0
    for n_in, n_out in zip(widths, widths[1:]):
        for shape in ((n_out, n_in), (n_out,)):
            size = n_out * (n_in if len(shape) == 2 else 1)
            p = torch.tensor(net["params"][at:at + size], dtype=torch.float64)
            params.append(p.reshape(shape).requires_grad_())
            at += size

    def cost(*params):
        a = x
        for i in range(0, len(params), 2):
            z = a @ params[i].T + params[i + 1]
            a = g(z) if i + 2 < len(params) else z
        return torch.nn.functional.binary_cross_entropy_with_logits(a, y)

    return torch.autograd.gradcheck(cost, params, raise_exception=False)


def main():
    torch.set_num_threads(1)
    tally = {}
    with open(sys.argv[1], encoding="ascii") as file:
        for line in file:
            net = json.loads(line)
            row = tally.setdefault((net["kind"], net["slip"]), [0, 0, 0.0])
            start = time.monotonic()
            row[1] += not passes(net)
            row[0] += 1
            row[2] += time.monotonic() - start
    print(f"torch {torch.__version__}: nets that gradcheck fails (right: false alarms; else: found)")
    for (kind, slip), (nets, failed, seconds) in sorted(tally.items()):
        print(f"{KINDS[kind]:14} {SLIPS[slip]:23} {nets:6} | {failed:6}  ({1e6 * seconds / nets:.0f} us a net)")


if __name__ == "__main__":
    main()
