"""Usage: every_alloc.py PROGRAM SHIM HELPERS [--all] [--seed N] [--list] [COMMAND...]

Every command with every allocation failing in turn, and with all failing from it on. Each run must
end with exit status 3, one line and no output, or with the status and the bytes of a run that was
left alone. Commands with very many allocations: the first, the last and some between them, drawn
with --seed, unless --all. HELPERS is the folder with make_arrays. --list shows every failing run.
Exit status 0: all is well; 1: it is not; 77: this machine cannot do it."""

import argparse
import collections
import concurrent.futures
import os
import random
import shutil
import struct
import sys
import tempfile
import threading
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import commands  # noqa: E402

FIRST, BETWEEN, LAST = 150, 50, 50  # of a command with many allocations


class Worker:
    """A folder with the inputs, for one thread; the count of allocations beside it."""

    def __init__(self, base, inputs, program, shim):
        self.folder = tempfile.mkdtemp(dir=base)
        self.count_file = self.folder + ".count"
        self.program, self.shim = program, shim
        for name in os.listdir(inputs):
            shutil.copy(os.path.join(inputs, name), self.folder)

    def run(self, command, n=0, all_after=False):
        with open(self.count_file, "wb") as f:
            f.write(bytes(8))
        environment = {"LD_PRELOAD": self.shim, "CREASE_ALLOC_COUNT": self.count_file,
                       "CREASE_ALLOC_FAIL": str(n)}
        if all_after:
            environment["CREASE_ALLOC_ALL"] = "1"
        return commands.run(self.program, command, self.folder, environment, timeout=30)

    def count(self):
        with open(self.count_file, "rb") as f:
            return struct.unpack("<q", f.read(8))[0]


def choose(total, every, is_heavy, seed):
    first, between, last = (n // 10 if is_heavy else n for n in (FIRST, BETWEEN, LAST))
    if every or total <= first + between + last:
        return range(1, total + 1)
    middle = random.Random(seed).sample(range(first + 1, total - last + 1), between)
    return [*range(1, first + 1), *sorted(middle), *range(total - last + 1, total + 1)]


def try_command(name, workers, pool, args):
    command = commands.COMMANDS[name]
    local = threading.local()

    def mine():
        if not hasattr(local, "worker"):
            local.worker = workers.pop()
        return local.worker

    alone = workers[0].run(command)
    total = workers[0].count()
    again = workers[0].run(command)
    if alone.status not in (0, 1, 2):
        return 0, total, [(0, False, "does not work undisturbed", repr(alone.err[:300]))]
    verdict = commands.judge(again, alone)
    if verdict is not None:
        return 0, total, [(0, False, "differs undisturbed", str(verdict))]

    def one(job):
        n, all_after = job
        got = mine().run(command, n, all_after)
        verdict = commands.judge(got, alone)
        return None if verdict is None else (n, all_after, *verdict)

    jobs = [(n, all_after) for all_after in (False, True) for n in choose(total, args.all, name in commands.HEAVY, args.seed)]
    kept = list(workers)
    bad = [b for b in pool(one, jobs) if b is not None]
    workers[:] = kept
    return len(jobs), total, bad


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("shim")
    parser.add_argument("helpers")
    parser.add_argument("commands", nargs="*")
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    program, shim = os.path.abspath(args.program), os.path.abspath(args.shim)
    n_workers = os.cpu_count() or 1
    started, runs, kinds = time.time(), 0, collections.Counter()
    with tempfile.TemporaryDirectory(dir=commands.fast_folder()) as base:
        inputs = os.path.join(base, "inputs")
        missing = commands.prepare(program, os.path.abspath(args.helpers), inputs)
        workers = [Worker(base, inputs, program, shim) for _ in range(n_workers)]

        def pool(function, jobs):
            with concurrent.futures.ThreadPoolExecutor(n_workers) as executor:
                return list(executor.map(function, jobs))

        for name in args.commands or commands.COMMANDS:
            if name.split("_")[0] in missing:
                print(f"{name}: left out, this build has no {name.split('_')[0]}")
                continue
            begun = time.time()
            n, total, bad = try_command(name, workers, pool, args)
            runs += n
            print(f"{name}: {total} allocations, {n} runs, {len(bad)} wrong, {time.time() - begun:.1f} s", flush=True)
            groups = collections.OrderedDict()
            for at, all_after, kind, details in bad:
                kinds[kind] += 1
                groups.setdefault(kind if not args.list else (kind, at, all_after), []).append((at, all_after, details))
            for kind, those in groups.items():
                at, all_after, details = those[0]
                print(f"  {kind if not args.list else kind[0]}, {len(those)} times, first at allocation {at}"
                      f"{' and all after it' if all_after else ''}: {details}")
    print(f"{runs} runs in {time.time() - started:.0f} s, seed {args.seed}: "
          + (", ".join(f"{n} {kind}" for kind, n in kinds.most_common()) or "all as they must be"))
    return 1 if kinds or runs == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
