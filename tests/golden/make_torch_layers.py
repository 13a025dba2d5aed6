#!/usr/bin/python3
"""Print tests/golden/torch_layers.h: what PyTorch computes for small nets with batch
normalisation and skips, and for losses with weights and smoothing, in float64.

    /usr/bin/python3 tests/golden/make_torch_layers.py > tests/golden/torch_layers.h

Run once, with PyTorch 1.13.0 (Debian 12), on one thread. Dropout's numbers are nobody else's:
what a drawn mask does is checked against NumPy-like sums in the test itself. The hinge of several
outputs is not in PyTorch (its multi_margin_loss divides by the number of classes, and that is
undone here).
"""
import torch
import torch.nn.functional as F

torch.set_num_threads(1)
torch.set_default_dtype(torch.float64)
torch.manual_seed(5)

print("/* Made by tests/golden/make_torch_layers.py; do not edit. */")
print("#ifndef GOLDEN_TORCH_LAYERS_H\n#define GOLDEN_TORCH_LAYERS_H\n")


def put(name, tensor):
    numbers = [float(v).hex() for v in tensor.detach().reshape(-1)]
    print(f"static const double {name}[] = {{")
    for i in range(0, len(numbers), 4):
        print("    " + ", ".join(numbers[i:i + 4]) + ",")
    print("};")


# ---- a net: 5 inputs, 6 leaky_relu with batch normalisation, 6 tanh with both and a skip of one
# layer, 3 softmax; 7 samples
BATCH, N_IN, UNITS, N_OUT = 7, 5, 6, 3
MOMENTUM, EPS = [0.1, 0.3], [1e-5, 1e-3]
lin = [torch.nn.Linear(N_IN, UNITS), torch.nn.Linear(UNITS, UNITS), torch.nn.Linear(UNITS, N_OUT)]
norm = [torch.nn.BatchNorm1d(UNITS, momentum=MOMENTUM[i], eps=EPS[i]) for i in range(2)]
for n in norm:
    torch.nn.init.uniform_(n.weight, -1.5, 1.5)
    torch.nn.init.normal_(n.bias)
x = torch.randn(BATCH, N_IN)
y = torch.tensor([0, 2, 1, 1, 0, 2, 2])


def run(name):
    z1 = norm[0](lin[0](x))
    a1 = F.leaky_relu(z1, 0.1)
    z2 = norm[1](lin[1](a1))
    a2 = torch.tanh(z2) + a1
    z3 = lin[2](a2)
    for t in (z1, z2, a2, z3):
        t.retain_grad()
    cost = F.cross_entropy(z3, y)
    for m in lin + norm:
        m.zero_grad()
    cost.backward()
    put(f"{name}_cost", cost)
    put(f"{name}_z1", z1.t())
    put(f"{name}_z2", z2.t())
    put(f"{name}_a2", a2.t())
    put(f"{name}_z3", z3.t())
    put(f"{name}_gradient", torch.cat([g.reshape(-1) for g in (
        lin[0].weight.grad, lin[0].bias.grad, norm[0].weight.grad, norm[0].bias.grad,
        lin[1].weight.grad, lin[1].bias.grad, norm[1].weight.grad, norm[1].bias.grad,
        lin[2].weight.grad, lin[2].bias.grad)]))
    put(f"{name}_running", torch.cat([norm[0].running_mean, norm[0].running_var,
                                      norm[1].running_mean, norm[1].running_var]))


put("net_x", x)
put("net_y", y)
put("net_params", torch.cat([p.reshape(-1) for p in (
    lin[0].weight, lin[0].bias, norm[0].weight, norm[0].bias, lin[1].weight, lin[1].bias,
    norm[1].weight, norm[1].bias, lin[2].weight, lin[2].bias)]))
run("train")          # running values after one batch
run("train_again")    # and after two
for n in norm:
    n.eval()
run("eval")

# ---- losses: 6 samples; the cost and its gradient by z, times the batch as dz is
N, K = 6, 4
z = (2 * torch.randn(N, K)).requires_grad_()
t = torch.randn(N, K)
classes = torch.tensor([3, 0, 1, 1, 2, 0])
bits = (torch.rand(N, K) > 0.5).double()
w = torch.tensor([0.5, 2.0, 0.0, 1.0, 3.25, 0.125])
put("loss_z", z)
put("loss_values", t)
put("loss_classes", classes)
put("loss_bits", bits)
put("loss_weights", w)


def loss(name, per_sample):
    for suffix, weights in (("", torch.ones(N)), ("_weighted", w)):
        z.grad = None
        cost = (weights * per_sample()).sum() / weights.sum()
        cost.backward()
        put(f"{name}{suffix}_cost", cost)
        put(f"{name}{suffix}_dz", N * z.grad.t())


loss("softmax", lambda: F.cross_entropy(z, classes, reduction="none"))
loss("softmax_smooth", lambda: F.cross_entropy(z, classes, reduction="none", label_smoothing=0.3))
loss("bce", lambda: F.binary_cross_entropy_with_logits(z, bits, reduction="none").sum(1))
loss("bce_smooth", lambda: F.binary_cross_entropy_with_logits(
    z, 0.8 * bits + 0.1, reduction="none").sum(1))
loss("squared", lambda: 0.5 * F.mse_loss(z, t, reduction="none").sum(1))
loss("absolute", lambda: F.l1_loss(z, t, reduction="none").sum(1))
loss("huber", lambda: F.huber_loss(z, t, reduction="none", delta=0.75).sum(1))
loss("hinge", lambda: K * F.multi_margin_loss(z, classes, reduction="none"))
loss("hinge_single", lambda: F.relu(1 - (2 * bits[:, 0] - 1) * z[:, 0]))

print("\n#endif")
