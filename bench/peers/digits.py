"""
Usage: digits.py --bin FOLDER --out FILE [--data FOLDER] [--seeds N] [--threads N]
                 [--only NAME]...

Training on real data: handwritten digits (IDX, .gz), the same net, batches and steps for
crease, PyTorch and scikit-learn, turn by turn, a seed a round; what counts is the share of the
test samples that is right. Then the recipe of the README, which the peers are not asked for.
The time is that of the training alone, reading and testing aside; CPU time stands beside it,
since others may be at work; and a thread each, which they disturb least (run.py has several). Written as JSON, which report.py makes a table of.
"""
import argparse
import datetime
import json
import os
import resource
import shlex
import subprocess
import sys
import tempfile

import machine
import run

HERE = os.path.dirname(os.path.abspath(__file__))
DATA = os.path.join(HERE, "..", "..", "..", "shared", "data", "digits")
FILES = {"--data": "train-images-idx3-ubyte.gz", "--target": "train-labels-idx1-ubyte.gz",
         "--test": "t10k-images-idx3-ubyte.gz", "--test-target": "t10k-labels-idx1-ubyte.gz"}
PEERS = {"crease": "crease", "PyTorch eager": "torch", "scikit-learn": "sklearn"}
# name, what, options (those of crease train), who takes part
EQUAL = "--hidden 512,256 --epochs 10 --batch 128"
SETTINGS = (
    ("sgd", "SGD at 0.1", f"{EQUAL} --opt sgd --lr 0.1", tuple(PEERS)),
    ("adam", "Adam at 0.001", f"{EQUAL} --opt adam --lr 0.001", tuple(PEERS)),
    ("layers", "SGD at 0.1, batch normalisation and dropout 0.2 on both hidden layers",
     f"{EQUAL} --opt sgd --lr 0.1 --batchnorm --dropout 0.2", ("crease", "PyTorch eager")),
    ("recipe", "the recipe: batch normalisation, Adam, one cycle, pictures moved by up to 2 pixels",
     "--hidden 512,256 --epochs 40 --batch 64 --opt adam --lr 0.003 --batchnorm "
     "--schedule onecycle --shift 2", ("crease",)),
)


def cpu_of_children():
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def crease(args, options, seed):
    """CPU time is the whole program's: reading, testing and writing the model are in it."""
    with tempfile.TemporaryDirectory() as folder:
        files = [word for option, name in FILES.items() for word in (option, f"{args.data}/{name}")]
        before = cpu_of_children()
        answer = json.loads(subprocess.run(
            [f"{args.bin}/bin/crease", "train", "--json", "-q", "--no-run", "-o", f"{folder}/model",
             "--seed", str(seed), "--threads", str(args.threads), *files, *options], check=True, capture_output=True, text=True,
            env=machine.environment()).stdout)
    return {"accuracy": answer["metrics"]["accuracy"], "seconds": answer["seconds"],
            "cpu": cpu_of_children() - before}


def in_python(args, peer, options, seed):
    answer = subprocess.run(
        [run.PYTHON, f"{HERE}/digits_peer.py", PEERS[peer], str(seed),
         *(f"{args.data}/{name}" for name in FILES.values()), *options], check=True,
        capture_output=True, text=True,
        env=run.environment("PyTorch" if peer.startswith("PyTorch") else peer, args.threads))
    return json.loads(answer.stdout)


def measure(args, name, what, options, peers):
    words = shlex.split(options)
    results = {peer: [] for peer in peers}
    seeds = range(1, 1 + (args.seeds if name != "recipe" else min(args.seeds, 3)))
    for seed in seeds:
        for peer in peers:
            one = crease(args, words, seed) if peer == "crease" else in_python(args, peer, words, seed)
            results[peer].append(one)
            print(f"  {name} seed {seed} {peer:14} {100 * one['accuracy']:.2f} %  "
                  f"{one['seconds']:.2f} s, CPU {one['cpu']:.2f} s", flush=True)
    return {"name": name, "what": what, "options": options, "peers": [
        {"peer": peer, **{key: [r[key] for r in rows] for key in ("accuracy", "seconds", "cpu")}}
        for peer, rows in results.items()]}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--bin", required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("--data", default=DATA)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--only", action="append", default=[])
    args = parser.parse_args()
    missing = [name for name in FILES.values() if not os.path.exists(f"{args.data}/{name}")]
    if missing:
        sys.exit(f"digits.py: no {missing[0]} in {os.path.normpath(args.data)} (--data FOLDER)")
    peers = [p for p in PEERS if run.available(p, args.bin) or p == "crease"
             or print(f"without {p}: not installed", file=sys.stderr)]
    about = {"date": datetime.date.today().isoformat(), "threads": args.threads,
             "cores": len(os.sched_getaffinity(0))}
    load = [os.getloadavg()[0]]
    settings = [measure(args, name, what, options, [p for p in takes_part if p in peers])
                for name, what, options, takes_part in SETTINGS if not args.only or name in args.only]
    load.append(os.getloadavg()[0])
    with open(args.out, "w") as file:
        json.dump({**about, "load": load, "settings": settings}, file, indent=1)


if __name__ == "__main__":
    main()
