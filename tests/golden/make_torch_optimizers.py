#!/usr/bin/python3
"""Print tests/golden/torch_optimizers.h: what torch.optim, clip_grad_norm_ and
torch.optim.lr_scheduler give, as bits (C99 hexadecimal floats).

    /usr/bin/python3 tests/golden/make_torch_optimizers.py > tests/golden/torch_optimizers.h
    clang-format -i tests/golden/torch_optimizers.h

Run once, with PyTorch 1.13 on a CPU (Debian 12). The tests need no Python.

25 parameters p take 6 steps; the gradient is that of 1/2 sum c (p - goal)^2 at the p that the
optimizer has reached, so that it changes from step to step and the test can compute it alike.
c grows from 0.1 to 10; every seventh derivative is 0 throughout.
"""
import warnings

import numpy as np
import torch

warnings.simplefilter("ignore")  # the schedulers want steps of the optimizer between theirs
N, STEPS = 25, 6
RANDOM = np.random.RandomState(5)
# Of float32, so that both types start alike. p moves away from 0: a relative error means something.
START = (RANDOM.choice([-1, 1], N) * RANDOM.uniform(0.5, 2, N)).astype(np.float32)
GOAL = (START * RANDOM.uniform(1.5, 3, N)).astype(np.float32)
CURVE = np.geomspace(0.1, 10, N).astype(np.float32)
CURVE[::7] = 0

OPTIMIZERS = [
    ("sgd", torch.optim.SGD, {}),
    ("sgd:decay=0.1", torch.optim.SGD, {"weight_decay": 0.1}),
    ("momentum", torch.optim.SGD, {"momentum": 0.9}),
    ("momentum:momentum=0.5,decay=0.01", torch.optim.SGD, {"momentum": 0.5, "weight_decay": 0.01}),
    ("nesterov", torch.optim.SGD, {"momentum": 0.9, "nesterov": True}),
    ("nesterov:momentum=0.8,decay=0.02", torch.optim.SGD,
     {"momentum": 0.8, "nesterov": True, "weight_decay": 0.02}),
    ("rmsprop", torch.optim.RMSprop, {}),
    ("rmsprop:alpha=0.9,eps=1e-06,decay=0.05", torch.optim.RMSprop,
     {"alpha": 0.9, "eps": 1e-6, "weight_decay": 0.05}),
    ("adam", torch.optim.Adam, {}),
    ("adam:beta1=0.8,beta2=0.99,eps=0.0001,decay=0.1", torch.optim.Adam,
     {"betas": (0.8, 0.99), "eps": 1e-4, "weight_decay": 0.1}),
    ("adam:beta1=0", torch.optim.Adam, {"betas": (0, 0.999)}),
    ("adamw", torch.optim.AdamW, {}),
    ("adamw:beta2=0.95,decay=0.3", torch.optim.AdamW, {"betas": (0.9, 0.95), "weight_decay": 0.3}),
    ("adagrad", torch.optim.Adagrad, {}),
    ("adagrad:eps=0.001,decay=0.2", torch.optim.Adagrad, {"eps": 1e-3, "weight_decay": 0.2}),
]
RATES = [0.02, 0.02, 0.01, 0.03, 0.005, 0.02]  # of the steps: they change as well


def numbers(values):
    return ", ".join("NAN" if np.isnan(v) else float(v).hex() for v in values)


def floats(values):
    return ", ".join(float(v).hex() + "f" for v in values)


def reals(name, values, comment):
    print(f"\n/* {comment} */\nstatic const double {name}[] = {{ {numbers(values)} }};")


def trace(make, options, dtype):
    """p after every step."""
    p = torch.nn.Parameter(torch.tensor(START, dtype=dtype))
    goal, curve = (torch.tensor(x, dtype=dtype) for x in (GOAL, CURVE))
    optimizer = make([p], lr=RATES[0], **options)
    rows = []
    for lr in RATES:
        optimizer.param_groups[0]["lr"] = lr
        p.grad = curve * (p.detach() - goal)
        optimizer.step()
        rows.append(p.detach().numpy().copy())
    return rows


def optimizers():
    print("\n/* p [STEPS, N] after each step, in float64 and in float32 */")
    print("static const struct {\n    const char *optim;\n    double f64[TORCH_STEPS][TORCH_N];"
          "\n    float f32[TORCH_STEPS][TORCH_N];\n} torch_steps[] = {")
    for text, make, options in OPTIMIZERS:
        wide, narrow = (trace(make, options, dtype) for dtype in (torch.float64, torch.float32))
        print(f'{{ "{text}", {{')
        print(",\n".join("{ " + numbers(row) + " }" for row in wide))
        print("}, {")
        print(",\n".join("{ " + floats(row) + " }" for row in narrow))
        print("} },")
    print("};")


def lbfgs():
    """Small derivatives and curvatures around 1: the first trial of every search is taken."""
    curve = torch.tensor(np.geomspace(0.6, 1.4, N), dtype=torch.float64)
    start = torch.tensor(GOAL, dtype=torch.float64) + torch.tensor(RANDOM.uniform(-0.05, 0.05, N))
    p = torch.nn.Parameter(start.clone())
    optimizer = torch.optim.LBFGS([p], lr=1, max_iter=1, history_size=3, tolerance_grad=0,
                                  tolerance_change=0, line_search_fn="strong_wolfe")

    def closure():
        apart = p.detach() - torch.tensor(GOAL, dtype=torch.float64)
        p.grad = curve * apart
        return (curve * apart * apart).sum() / 2

    reals("torch_lbfgs_start", start, "of L-BFGS")
    reals("torch_lbfgs_curve", curve, "its gradient is this (p - goal)")
    print("\n/* p after each step of LBFGS, history 3 */\n"
          "static const double torch_lbfgs[TORCH_STEPS][TORCH_N] = {")
    for _ in range(STEPS):
        optimizer.step(closure)
        print(f"{{ {numbers(p.detach())} }},")
    print("};")


def clip():
    """Half the norm, just above it, and so little above that the 1e-6 still scales."""
    x = torch.tensor(GOAL, dtype=torch.float64)
    norm = float(x.norm())
    reals("torch_norm", [norm], "the Euclidean norm of torch_goal")
    print("\n/* clip_grad_norm_ of torch_goal to `limit` */\nstatic const struct {"
          "\n    double limit;\n    double x[TORCH_N];\n} torch_clipped[] = {")
    for limit in (norm / 2, norm * 1.5, norm + 5e-7):
        p = torch.nn.Parameter(torch.zeros_like(x))
        p.grad = x.clone()
        torch.nn.utils.clip_grad_norm_(p, limit)
        print(f"{{ {limit.hex()}, {{ {numbers(p.grad)} }} }},")
    print("};")


def rates(make, n, scores=None, **options):
    """The step size before each of n calls of step(), relative to the one asked for."""
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=1.0, momentum=0.9)
    schedule = make(optimizer, **options)
    out = []
    for i in range(n):
        out.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        if i + 1 < n:
            schedule.step(*(() if scores is None else (scores[i],)))
    return out


def schedules():
    s = torch.optim.lr_scheduler
    for steps in (1, 2, 3, 10, 47):
        reals(f"torch_onecycle_{steps}", rates(s.OneCycleLR, steps, max_lr=1.0, total_steps=steps),
              f"OneCycleLR of {steps} steps")
    reals("torch_cosine", rates(s.CosineAnnealingLR, 40, T_max=40, eta_min=0.02),
          "CosineAnnealingLR of 40 steps down to 0.02")
    reals("torch_step", rates(s.StepLR, 40, step_size=7, gamma=0.5), "StepLR: half, every 7 epochs")
    scores = [3, 2, 2, 2, 1.5, float("nan"), 1.6, 1.5, 1.5, 1.5, 1.5, 1.4, 9, 9, 9, 9, 9, 9]
    reals("torch_scores", scores, "of an epoch each")
    reals("torch_plateau", rates(s.ReduceLROnPlateau, len(scores), scores, factor=0.3, patience=2,
                                 threshold=0, eps=0), "ReduceLROnPlateau, patience 2, factor 0.3")


def main():
    print(f"/* Made by tests/golden/make_torch_optimizers.py with PyTorch {torch.__version__}. "
          "Do not edit. */")
    print("#ifndef GOLDEN_TORCH_OPTIMIZERS_H\n#define GOLDEN_TORCH_OPTIMIZERS_H\n\n#include <math.h>\n")
    print(f"#define TORCH_N {N}\n#define TORCH_STEPS {STEPS}")
    reals("torch_start", START, "p at first")
    reals("torch_goal", GOAL, "the gradient is curve (p - goal)")
    reals("torch_curve", CURVE, "0 at every seventh")
    reals("torch_rates", RATES, "the step sizes")
    optimizers()
    lbfgs()
    clip()
    schedules()
    print("\n#endif")


if __name__ == "__main__":
    main()
