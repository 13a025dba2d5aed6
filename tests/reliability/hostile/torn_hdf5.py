#!/usr/bin/env python3
"""Usage: torn_hdf5.py PROGRAM MAKE_HDF5

A valid HDF5 file cut at many places and with bytes flipped (seeded): every reading of it ends with
0, 1 or 2, in one line where it is refused, and by no signal.
"""

import os
import random
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from measured import Runner, Trouble  # noqa: E402

CUTS = 60
FLIPS = 160


def damaged(whole):
    """(what, bytes) for each damage."""
    rng = random.Random(11)
    for i in range(CUTS):
        n = 1 + i * (len(whole) - 2) // (CUTS - 1)
        yield f"cut after {n} bytes", whole[:n]
    for i in range(FLIPS):
        body = bytearray(whole)
        for _ in range(1 + i % 4):
            body[rng.randrange(8, len(body))] = rng.randrange(256)
        yield f"damage {i}", bytes(body)


def main():
    """Read all; the exit status is 1 where one reading went wrong."""
    done = bad = crashed = 0
    with Runner(sys.argv[1]) as runner:
        subprocess.run([sys.argv[2], runner.folder], check=True)
        with open(runner.path("whole.h5"), "rb") as file:
            whole = file.read()
        for what, body in damaged(whole):
            with open(runner.path("torn.h5"), "wb") as file:
                file.write(body)
            samples = ["train", "-q", "--no-run", "--epochs", "1", "--hidden", "1", "-o", "m.st"]
            command = ["check", "grads", "torn.h5"] if done % 2 else samples + ["-d", "torn.h5"]
            done += 1
            try:
                crashed += b"crashes" in runner.check("torn.h5", command, [0, 1, 2]).err
            except Trouble as trouble:
                bad += 1
                print(f"{what}, {' '.join(command)}: {trouble}")
    print(f"{done} readings, {crashed} of them crashed libhdf5, {bad} went wrong")
    return bad > 0


if __name__ == "__main__":
    sys.exit(main())
