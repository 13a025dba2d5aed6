"""What crease must reach, and whether a run of it did: one row a bar."""

import math
import statistics

WORD = {True: "met", False: "**not met**", None: "?", "equal, within chance": "equal, within chance"}
REFERENCE_PEAK = 260.0  # GFLOP/s of the core on which the hand-written kernels were timed


class Run:
    """Look-ups in one run's results. A figure that was not taken is None."""

    def __init__(self, about, bench, peers, cores):
        self.about, self.cores = about, cores
        self.cases = {c["name"]: c for c in bench["cases"]}
        self.limits = {m["name"]: m for m in bench["machine"]}
        self.workloads = {w["name"]: {p["peer"]: p for p in w["peers"]} for w in peers}

    def seconds(self, workload, peer="crease"):
        row = self.workloads.get(workload, {}).get(peer)
        return row and row["seconds"][0]

    def times(self, workload, peers):
        """How many times as long the fastest of `peers` takes: median, least, most."""
        rows = [self.workloads.get(workload, {}).get(p) for p in peers]
        rows = [r for r in rows if r]
        return min((r["ratio"] for r in rows), default=None)

    def case(self, name, field="seconds"):
        row = self.cases.get(name)
        return row and row[field]


def bar(work, must, measured, met):
    return {"work": work, "must": must, "measured": measured, "met": met}


def at_least(work, must, ratio, least, text="{:.2f} times ({:.2f} to {:.2f})"):
    if ratio is None:
        return bar(work, must, "not taken", None)
    return bar(work, must, text.format(*ratio), ratio[0] >= least)


def at_most(work, must, value, most, text):
    if value is None:
        return bar(work, must, "not taken", None)
    return bar(work, must, text.format(value), value <= most)


def planar(r):
    peak = r.limits["fma-f32-1"]["median"]
    for hidden, microseconds in ((4, 0.18), (20, 0.55), (50, 1.13)):
        t = r.seconds(f"planar-{hidden}-f32")
        allowed = microseconds * REFERENCE_PEAK / peak
        yield at_most(f"planar 2-{hidden}-1, float32",
                      f"at most {microseconds} us at {REFERENCE_PEAK:.0f} GFLOP/s: "
                      f"{allowed:.2f} us at this run's {peak:.0f}",
                      t and 1e6 * t, allowed, "{:.2f} us an iteration")
    for hidden in (4, 20, 50):
        narrow, wide = r.seconds(f"planar-{hidden}-f32"), r.seconds(f"planar-{hidden}-f64")
        yield at_most(f"planar 2-{hidden}-1, float64", "at most 2.3 times float32",
                      narrow and wide and wide / narrow, 2.3, "{:.2f} times")
    own, text = r.case("planar-20-f32"), r.case("planar-20-f32-rule")
    yield at_most("planar 2-20-1, the rule as text", "at most 1.3 times the built-in one",
                  own and text and text / own, 1.3, "{:.2f} times")


def nets(r):
    for depth in (2, 4, 8):
        for width in (16, 32, 64):
            share = r.case(f"net-depth-{depth}-width-{width}", "share")
            yield at_least(f"depth {depth}, width {width}", "at least 35 % of the FMA peak",
                           share and [100 * share], 35, "{:.0f} %")
    for depth in (2, 4, 8):
        for width in (2, 16, 64):
            yield at_least(f"depth {depth}, width {width}", "at least 10 times PyTorch",
                           r.times(f"net-{depth}-{width}", ("PyTorch",)), 10)


def fleet(r):
    t = r.seconds("fleet")
    yield at_least("256 nets 2-16-1, all cores", "5,000 nets a second", t and [1 / t], 5000,
                   "{:,.0f} a second")
    yield at_least("256 nets 2-16-1, all cores", "60 times the best batched peer",
                   r.times("fleet", ("NumPy", "PyTorch")), 60)


def large(r):
    torch = ("PyTorch", "PyTorch eager")
    for threads, factors in ((1, (1.9, 1.4, 1.2)), (r.cores, (2.3, 1.5, 1.25))):
        for batch, factor in zip((32, 128, 1024), factors):
            yield at_least(f"784-512-256-10, batch {batch}, threads {threads}",
                           f"{factor} times PyTorch's best",
                           r.times(f"large-{batch}-{threads}", torch), factor)
    yield at_least(f"784-512-256-10, batch 128, batch normalisation and dropout, threads {r.cores}",
                   "1.3 times PyTorch's best", r.times(f"layers-128-{r.cores}", torch), 1.3)
    share = r.case("large-batch-128-threads-1", "share")
    yield at_least("784-512-256-10, batch 128, threads 1", "85 % of the FMA peak",
                   share and [100 * share], 85, "{:.0f} %")
    yield at_least("784-32-10, batch 32", "6 times PyTorch", r.times("narrow-32-1", torch), 6)
    yield at_least("784-32-10, batch 32", "1.2 times C + OpenBLAS",
                   r.times("narrow-32-1", ("C + OpenBLAS",)), 1.2)


def forward(r):
    for threads, most in ((1, 20), (r.cores, 13)):
        t = r.seconds(f"forward-1-{threads}")
        yield at_most(f"forward 784-512-256-10, batch 1, threads {threads}", f"{most} us",
                      t and 1e6 * t, most, "{:.1f} us")
    t = r.seconds("forward-small")
    yield at_most("forward 2-20-1, batch 1", "under 50 ns", t and 1e9 * t, 50, "{:.0f} ns")
    for threads in (1, r.cores):
        yield at_least(f"forward 784-512-256-10, batch 1024, threads {threads}",
                       "1.15 times PyTorch, scripted",
                       r.times(f"forward-1024-{threads}", ("PyTorch",)), 1.15)


def rest(r):
    t = r.case(f"cats-threads-{r.cores}")
    yield at_most("four-layer cat net, 2,500 iterations, float64, all cores", "under 8 s",
                  t and 2500 * t, 8, "{:.1f} s (on numbers of that shape)")
    yield at_most("sweep over 2^32 inputs, a comparison", "under 0.5 s", r.case("sweep-relu-1"),
                  0.5, "{:.2f} s")
    for name, what in (("sweep-tanh", "tanh"), ("sweep-exp", "exp")):
        yield at_most(f"sweep over 2^32 inputs, a rule with {what}", "under 4 s", r.case(name), 4,
                      "{:.2f} s")
    t = r.case("start-version")
    yield at_most("crease --version", "under 10 ms", t and 1e3 * t, 10, "{:.1f} ms")
    memory = r.about["memory"]
    yield at_most("memory while 784-512-256-10 trains",
                  f"data + twice the parameters + 64 MiB: {memory['allowed'] / 2**20:.0f} MiB",
                  memory["peak"] / 2**20, memory["allowed"] / 2**20, "{:.0f} MiB at most")


def all_bars(about, bench, peers, cores):
    r = Run(about, bench, peers, cores)
    return [b for part in (planar, nets, fleet, large, forward, rest) for b in part(r)]


# ---- training on real data -----------------------------------------------------------------


def median_error(values):
    """Standard error of a median of so many: that of the mean times sqrt(pi / 2)."""
    return (math.pi / 2 / len(values)) ** 0.5 * statistics.stdev(values) if len(values) > 1 else 0


def digits_bars(digits):
    """A median below the peer's by less than two standard errors of the difference is called equal
    within chance: such a run cannot tell them apart."""
    rows = []
    for s in digits["settings"]:
        found = {p["peer"]: [100 * a for a in p["accuracy"]] for p in s["peers"]}
        own = found.pop("crease")
        middle = statistics.median(own)
        if s["name"] == "recipe":
            rows.append(bar("digits, the recipe", "more than 97.5 % right", f"{middle:.2f} %",
                            middle > 97.5))
        for peer, other in found.items():
            ahead = middle - statistics.median(other)
            error = (median_error(own) ** 2 + median_error(other) ** 2) ** 0.5
            verdict = True if ahead >= 0 else "equal, within chance" if ahead > -2 * error else False
            rows.append(bar(f"digits, {s['what']}",
                            f"as right as {peer}, or more: {statistics.median(other):.2f} %",
                            f"{middle:.2f} %: {ahead:+.2f}, standard error {error:.2f}",
                            verdict))
    return rows
