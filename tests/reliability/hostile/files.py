#!/usr/bin/env python3
"""Usage: files.py PROGRAM [MAKE_HDF5]

Files that claim, repeat and unpack more than they hold are refused within the budget of a file,
256 MB and 64 times its size, and in one line that says what allows more. Files that hold much of
the same honestly are read.
"""

import json
import os
import random
import re
import struct
import subprocess
import sys
import zlib

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from measured import Runner, Trouble  # noqa: E402

OVER = rb"--max-memory [0-9]+[MG] allows"


# ---- files ---------------------------------------------------------------------------------------


def npy(descr, shape, body=b"", order="False"):
    """The bytes of a .npy file."""
    head = f"{{'descr': {descr}, 'fortran_order': {order}, 'shape': {shape}, }}".encode()
    head += b" " * (-(len(head) + 11) % 64) + b"\n"
    return b"\x93NUMPY\1\0" + struct.pack("<H", len(head)) + head + body


def deflated(head, block, n):
    """`head` and n times `block`, packed without packing the block more than once."""
    packer = zlib.compressobj(6, zlib.DEFLATED, -15)
    first = packer.compress(head) + packer.flush(zlib.Z_FULL_FLUSH)
    again = packer.compress(block) + packer.flush(zlib.Z_FULL_FLUSH)
    crc = zlib.crc32(head)
    for _ in range(n):
        crc = zlib.crc32(block, crc)
    size = len(head) + n * len(block)
    return first + again * n + b"\3\0", crc, size


def npz(entries):
    """The bytes of an .npz file of (name, head, block, n): see deflated."""
    body, directory, count = b"", b"", 0
    for name, head, block, n in entries:
        packed, crc, size = deflated(head, block, n)
        name = (name + ".npy").encode()
        fields = struct.pack("<HHHIIIIHH", 20, 0, 8, 0x210000, crc, len(packed), size, len(name), 0)
        directory += b"PK\1\2" + struct.pack("<H", 20) + fields
        directory += struct.pack("<HHHII", 0, 0, 0, 0, len(body)) + name
        body += b"PK\3\4" + fields + name + packed
        count += 1
    end = struct.pack("<HHHHIIH", 0, 0, count, count, len(directory), len(body), 0)
    return body + directory + b"PK\5\6" + end


def gz(head, block, n):
    """The bytes of a .gz file of the same."""
    packed, crc, size = deflated(head, block, n)
    return b"\x1f\x8b\x08\0\0\0\0\0\0\xff" + packed + struct.pack("<II", crc, size & 0xFFFFFFFF)


def safetensors(tensors, body=b"", length=None):
    """The bytes of a safetensors file."""
    head = tensors if isinstance(tensors, bytes) else json.dumps(tensors).encode()
    return struct.pack("<Q", len(head) if length is None else length) + head + body


def tensor(shape, begin, end, dtype="F64"):
    """A tensor's entry in the header."""
    return {"dtype": dtype, "shape": shape, "data_offsets": [begin, end]}


def labels(n):
    """n labels of two classes as .npy."""
    return npy("'<f8'", f"({n},)", b"".join(struct.pack("<d", i % 2) for i in range(n)))


def zeros(n):
    """n zero bytes that take no time to make."""
    return bytes(n)


def hostile():
    """(name, bytes, pattern of the message of `check grads` or `train`, or None for any)."""
    million = 1000000
    line = b"1,2,0\n1,2,1\n" * 87381
    yield "huge1.npy", npy("'<f8'", "(1000000000000, 1000000000000)"), None
    yield "huge2.npy", npy("'<f8'", "(4294967296, 4294967296)"), None
    yield "huge3.npy", npy("'<f8'", "(18446744073709551615, 2)"), None
    yield "huge4.npy", npy("'<f8'", "(2305843009213693952, 1)"), None
    yield "none.npy", npy("'<f8'", "(0, 18446744073709551615)"), None
    yield "claim.npy", npy("'<f8'", "(3000000000, 1)", zeros(64)), None
    yield "header.npy", b"\x93NUMPY\2\0" + struct.pack("<I", 0xFFFFFFFF) + b"{", None
    # 100 MB of bytes would be 800 MB of doubles
    yield "bomb.npz", npz([("X", npy("'|u1'", f"(100, {million})"), zeros(million), 100), ("y", labels(100), b"", 0)]), OVER
    yield "bool.npz", npz([("W1", npy("'|b1'", f"(100, {million})"), zeros(million), 100)]), OVER
    yield "repeated.npz", npz([(f"W{i}", npy("'|u1'", f"({million},)"), zeros(million), 1) for i in range(40)]), OVER
    yield "fortran.npz", npz([("W1", npy("'|u1'", "(4000, 5000)", b"", "True"), zeros(million), 20)]), OVER
    yield "bomb.csv.gz", gz(b"a,b,c\n", line, 300), OVER
    yield "zeros.csv.gz", gz(b"a,b\n1,2\n", zeros(1 << 20), 400), OVER
    yield "bomb.idx.gz", gz(struct.pack(">IIII", 0x803, 400 << 10, 32, 32), zeros(1 << 20), 400), OVER
    yield "wide.csv.gz", gz(b"", b"1," * (1 << 19), 15), None
    yield "overlap.safetensors", safetensors({"X": tensor([2, 2], 0, 32), "y": tensor([2, 2], 16, 48)}, zeros(48)), None
    yield "claim.safetensors", safetensors({"X": tensor([1 << 31, 1 << 31], 0, 32)}, zeros(32)), None
    yield "header.safetensors", safetensors({"X": tensor([2, 2], 0, 32)}, b"", 1 << 63), None
    yield "open.safetensors", safetensors(b"[" * 100000), None
    yield "many.safetensors", safetensors({f"t{i}": tensor([0], 0, 0) for i in range(50000)}), None
    yield "claim.idx", struct.pack(">IIII", 0x803, 0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF), None
    yield "short.idx", struct.pack(">IIII", 0x803, 1 << 30, 28, 28) + zeros(1000), None
    yield "long_line.csv", b"1," * (10 << 20), None
    yield "wide.csv", b",".join(b"c%d" % i for i in range(million)) + b"\n" + (b"1," * million)[:-1] + b"\n", None
    yield "quotes.csv", b'"' * 5000000, None
    yield "newlines.csv", b"\n" * 10000000, None


def honest():
    """(name, bytes): much in little, and nothing wrong with it."""
    rng = random.Random(1)
    rows = "".join(f"{rng.random():.6f},{rng.random():.6f},{i % 2}\n" for i in range(50000))
    pixels = bytearray(5000 * 784)
    for i in range(0, len(pixels), 7):
        pixels[i] = rng.randrange(256)
    picture = struct.pack(">IIII", 0x803, 5000, 28, 28) + bytes(pixels)
    tags = struct.pack(">II", 0x801, 5000) + bytes(i % 10 for i in range(5000))
    x = npy("'|u1'", "(5000, 784)", bytes(pixels))
    yield "rows.csv", rows.encode()
    yield "rows.csv.gz", gz(rows.encode(), b"", 0)
    yield "same.csv.gz", gz(b"", b"1.5,2.5,0\n1.25,3.5,1\n" * 1000, 100)  # 300 to 1
    yield "images-ubyte.gz", gz(picture, b"", 0)
    yield "labels-ubyte.gz", gz(tags, b"", 0)
    yield "pictures.npz", npz([("X", x, b"", 0), ("y", labels(5000), b"", 0)])
    yield "half.npz", npz([("X", npy("'<f4'", "(30, 100000)"), zeros(1000000), 12), ("y", labels(30), b"", 0)])
    yield "half.safetensors", safetensors(
        {"X": tensor([1000, 8], 0, 16000, "F16"), "y": tensor([1000], 16000, 24000)},
        zeros(16000) + b"".join(struct.pack("<d", i % 2) for i in range(1000)),
    )


# ---- what is done with them ------------------------------------------------------------------------


def train(name, *more):
    """A short training on a file."""
    return ["train", "-q", "--no-run", "--epochs", "1", "--hidden", "1", "-o", "m.st", "--data", name, *more]


def write(runner, name, body):
    """Put a file into the folder of the runs."""
    with open(runner.path(name), "wb") as file:
        file.write(body)


def refused(runner, name, pattern):
    """By the command that reads it as arrays, and those that read samples."""
    results = []
    if not re.search(r"\.(csv|idx)(\.gz)?$", name):
        results.append(runner.check(name, ["check", "grads", name], [2]))
    if not name.endswith(".mat"):
        results.append(runner.check(name, train(name), [2]))
        if not name.endswith(".gz"): # as train, and it takes long
            results.append(runner.check(name, ["predict", "model.st", "--data", name], [2]))
        if os.path.exists(runner.path("m.st")):
            raise Trouble("a model was written")
    if pattern is not None and not any(re.search(pattern, r.err) for r in results):
        raise Trouble(f"not said: {pattern}: {[r.err for r in results]}")


def accepted(runner, name):
    """Read as samples, with no option, and far from the limit."""
    more = ["--target", "labels-ubyte.gz"] if name.startswith("images") else []
    if name.startswith("labels"):
        return
    result = runner.run(train(name, *more))
    if os.path.exists(runner.path("m.st")):
        os.remove(runner.path("m.st"))
    if result.status != 0:
        raise Trouble(f"refused: {result.err!r}")


def option(runner, name):
    """What the message says is enough, and less than a file needs is refused."""
    arguments = ["check", "grads", name]
    first = runner.check(name, arguments, [2])
    wanted = re.search(rb"--max-memory ([0-9]+[MG]) allows it", first.err)
    if wanted is None:
        raise Trouble(f"no option is said: {first.err!r}")
    second = runner.run(arguments + ["--max-memory", wanted.group(1).decode()])
    if b"--max-memory" in second.err or second.status not in (0, 1, 2):
        raise Trouble(f"{wanted.group(1)!r} is not enough: {second.err!r}")


def little(runner, name, command):
    """With 1000 bytes it is refused, whatever it is."""
    result = runner.check(name, command + ["--max-memory", "1000"], [2])
    if not re.search(rb"--max-memory allows; --max-memory [0-9]+[MG] allows", result.err):
        raise Trouble(f"no limit is said: {result.err!r}")


class Count:
    """Checks, and those that went wrong."""

    def __init__(self):
        self.done, self.bad = 0, 0

    def check(self, name, function, *arguments):
        """Call the function; say what went wrong."""
        self.done += 1
        try:
            function(*arguments)
        except Trouble as trouble:
            self.bad += 1
            print(f"{name}: {trouble}")


def check_hdf5(runner, count, maker):
    """The same with files of HDF5."""
    subprocess.run([maker, runner.folder], check=True)
    over = {"links.h5", "deflated.h5", "sparse.h5", "chunk.h5"}
    words = {"soft_external.h5": rb"leads into another file", "virtual.h5": rb"in other files",
             "stored_elsewhere.h5": rb"in other files", "mat_overflow.mat": rb"is called empty",
             "mat_huge.mat": rb"is called empty", "mat_short.mat": rb"is called empty"}
    for name in sorted(os.listdir(runner.folder)):
        if not re.search(r"\.(h5|mat)$", name) or name in ("whole.h5", "twice.h5", "pictures.h5", "secret.h5"):
            continue
        if name == "fewer_links.h5":
            count.check(name, option, runner, name)
        count.check(name, refused, runner, name, OVER if name in over else words.get(name))
    for name in ("crash.h5", "allocate.h5"):  # on which libhdf5 1.10.8 crashes, and wants gigabytes
        with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), name), "rb") as file:
            write(runner, name, file.read())
        count.check(name, refused, runner, name, rb"is damaged|HDF5: ")
    for name in ("whole.h5", "twice.h5", "pictures.h5"):
        count.check(name, accepted, runner, name)
    count.check("whole.h5", little, runner, "whole.h5", ["check", "grads", "whole.h5"])
    count.check("whole.h5", little, runner, "whole.h5", train("whole.h5"))


def main():
    """Check all; the exit status is 1 where one went wrong."""
    count = Count()
    with Runner(sys.argv[1]) as runner:
        write(runner, "small.csv", b"a,b,c\n1,2,0\n2,1,1\n3,5,0\n4,4,1\n")
        if runner.run(train("small.csv")).status != 0:
            raise SystemExit("a small table is not trained on")
        os.rename(runner.path("m.st"), runner.path("model.st"))
        for name, body, pattern in hostile():
            write(runner, name, body)
            count.check(name, refused, runner, name, pattern)
        count.check("repeated.npz", option, runner, "repeated.npz")
        for name, body in honest():
            write(runner, name, body)
            if name == "labels-ubyte.gz":
                count.check("images-ubyte.gz", accepted, runner, "images-ubyte.gz")
            elif name != "images-ubyte.gz":
                count.check(name, accepted, runner, name)
            if not name.startswith(("same", "half.npz", "images", "labels")):
                count.check(name, little, runner, name, train(name))
        if len(sys.argv) > 2:
            check_hdf5(runner, count, sys.argv[2])
    print(f"{count.done} checks, {count.bad} went wrong")
    return count.bad > 0


if __name__ == "__main__":
    sys.exit(main())
