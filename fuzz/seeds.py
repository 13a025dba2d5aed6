#!/usr/bin/env python3
"""Usage: fuzz/seeds.py BUILD FOLDER

Small valid inputs for the targets of fuzz/, in FOLDER/TARGET: tables, arrays and pictures made here,
models trained by BUILD/bin/crease, states of trainings saved by the target fuzz_fit (of build/fuzz),
rules from the transcripts of tests/cli. Only starting points: what fuzzing makes of them is in
fuzz/corpus.
"""
import glob
import gzip
import io
import json
import os
import random
import re
import struct
import subprocess
import sys
import tempfile
import zipfile

BUILD, FOLDER = sys.argv[1:3]


def put(target, name, data):
    folder = os.path.join(FOLDER, target)
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, name), "wb") as file:
        file.write(data)


def npy(descr, shape, data, fortran=False):
    header = "{'descr': '%s', 'fortran_order': %s, 'shape': %s, }" % (descr, fortran, shape)
    header += " " * (63 - (10 + len(header)) % 64) + "\n"
    return b"\x93NUMPY\x01\0" + struct.pack("<H", len(header)) + header.encode() + data


def npz(entries, how):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", how) as file:
        for name, data in entries:
            file.writestr(zipfile.ZipInfo(name + ".npy", (1980, 1, 1, 0, 0, 0)), data, how)
    return out.getvalue()


def safetensors(tensors, metadata=None):
    header, body = {}, b""
    if metadata:
        header["__metadata__"] = metadata
    for name, dtype, shape, data in tensors:
        header[name] = {"dtype": dtype, "shape": shape, "data_offsets": [len(body), len(body) + len(data)]}
        body += data
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    return struct.pack("<Q", len(text)) + text + body


def doubles(*values):
    return struct.pack("<%dd" % len(values), *values)


X = [0.5, -1, 2, 3, 1e-3, 7, 0, 1, -2, 4, 5, 6]
Y = [0, 1, 0, 1, 1, 0]
FILES = {
    "npy": npy("<f8", (6, 2), doubles(*X)),
    "fortran.npy": npy(">f4", (6, 2), struct.pack(">12f", *X), True),
    "whole.npy": npy("<i8", (6, 2), struct.pack("<12q", *range(12))),
    "bool.npy": npy("|b1", (2, 2), b"\0\1\1\0"),
    "scalar.npy": npy("<f2", (), b"\0\x3c"),
    "npz": npz([("X", npy("<f8", (6, 2), doubles(*X))), ("y", npy("<i8", (6,), struct.pack("<6q", *Y)))],
               zipfile.ZIP_STORED),
    "packed.npz": npz([("x_train", npy("<f4", (6, 2), struct.pack("<12f", *X))),
                       ("y_train", npy("|u1", (6,), bytes(Y)))], zipfile.ZIP_DEFLATED),
    "safetensors": safetensors([("X", "F64", [6, 2], doubles(*X)), ("y", "I64", [6], struct.pack("<6q", *Y))]),
    "b.safetensors": safetensors([("set_x", "BF16", [2, 2], bytes(8)), ("set_y", "U8", [2], b"\0\1"),
                                  ("flag", "BOOL", [], b"\1"), ("none", "F16", [0, 3], b"")]),
    "idx": b"\0\0\x08\3" + struct.pack(">3I", 2, 2, 2) + bytes(range(8)),
    "labels.idx": b"\0\0\x08\1" + struct.pack(">I", 6) + bytes(Y),
    "floats.idx": b"\0\0\x0d\2" + struct.pack(">2I", 2, 2) + struct.pack(">4f", 1, 2, 3, 4),
}
TABLES = {
    "plain": b"x1,x2,label\n1,2,0\n3,4,1\n5,6,0\n7,8,1\n",
    "classes": b"a;b;c;kind\n1;2;3;cat\n4;5;6;dog\n7;8;9;cat\n1;0;2;owl\n",
    "missing": b"a,b,y\n1,,2.5\nNA,3,3.5\n4,?,1e-3\n5,6,7\n8,9,1\n",
    "headless": b"1\t2\t0\n3\t4\t1\n5\t6\t1\n",
    "quoted": b'"a ""b""","c,d",e\n"1",2,"x"\n3,"4",y\n',
    "labels": b"x1,x2,y1,y2\n1,2,0,1\n3,4,1,1\n5,6,0,0\n",
    "bom": b"\xef\xbb\xbfx,y\r\n1,2\r\n# a remark\r\n3,4\r\n",
}


def readers():
    kinds = {"npz": 0, "npy": 1, "safetensors": 2}
    for name, data in FILES.items():
        kind = name.split(".")[-1]
        put("arrays", name, bytes([kinds.get(kind, 4)]) + data)
        which = {"npy": 2, "idx": 3, "safetensors": 4, "npz": 5}[kind]
        put("data", name, bytes([which, 0, 0, 0]) + data)
        put("data", "keep-" + name, bytes([which, 128, 2, 0]) + data)
    header = json.dumps({"X": {"dtype": "F32", "shape": [1, 1], "data_offsets": [0, 4]}}).encode()
    put("arrays", "header", b"\5" + header + b"\0\0\0\0\1")
    for name, data in TABLES.items():
        put("data", name, bytes([0, 0, 0, 0]) + data)
        put("data", "drop-" + name, bytes([1, 3, 1 + 16, 0]) + data)
        put("data", "keep-" + name, bytes([0, 128, 2 + 128, 128 + 64 + 2]) + b"\x02\x04\x02\x08" + data)
        put("data", "gz-" + name, bytes([64, 0, 8, 0]) + data)
        put("data", "like-" + name, bytes([128, 0, 0, 0]) + data + data)
        put("data", "gz-file-" + name, bytes([1, 0, 0, 0]) + gzip.compress(data, mtime=0))


def models():
    crease = os.path.join(BUILD, "bin", "crease")
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "m")
        tables = {}
        for name, data in TABLES.items():
            tables[name] = os.path.join(folder, name + ".csv")
            with open(tables[name], "wb") as file:
                file.write(data)
        runs = {
            "planar": ["planar", "--hidden", "3"],
            "layers": ["planar", "--layers", "4:leaky_relu:0.1@0.5+bn+drop=0.2,4:tanh+skip,1", "--dtype", "f64"],
            "classes": [tables["classes"], "--hidden", "2", "--loss", "softmax", "--label-smoothing", "0.1"],
            "values": [tables["missing"], "--missing", "median", "--hidden", "2", "--loss", "huber"],
            "labels": [tables["labels"], "--target", "3-4", "--task", "labels", "--hidden", "2", "--scale", "minmax"],
            "hinge": [tables["plain"], "--loss", "hinge", "--hidden", "2", "--act", "elu:0.5"],
            "linear": [tables["headless"], "--layers", "1", "--opt", "lbfgs", "--batch", "0"],
        }
        for name, words in runs.items():
            done = subprocess.run([crease, "train", "--no-run", "-q", "--epochs", "1", "-o", path, "--data"] + words,
                                  capture_output=True, text=True, check=False)
            if done.returncode != 0:
                print(name, done.stderr, file=sys.stderr)
                continue
            with open(path, "rb") as file:
                put("model", name, file.read())
            os.remove(path)


def texts():
    for i, text in enumerate(
            ["relu", "leaky_relu:0.1@0.5", "512:relu,256:tanh+bn+drop=0.2,10", "3:elu:0.5@0.25+skip,3+skip=2,1", "he",
             "randn:0.01", "sgd", "momentum:0.9", "adam:beta1=0.8,eps=1e-6", "lbfgs:history=5", "adamw:decay=0.1",
             "constant:warmup=2", "step:every=5,factor=0.5", "plateau:patience=3", "cosine:floor=0.1", "onecycle",
             "softmax", "f32", "standard", "planar"]):
        put("texts", "t%d" % i, text.encode())
    for i, (columns, ignore, target) in enumerate([("a,b", "", "e"), ("1-3", "2", "6"), ("b-2-3", "1", "e"),
                                                   ("", "\"c,d\"", "2-3,e"), ("4-5", "", "1-2")]):
        put("columns", "c%d" % i, b"\0" + b"\0".join(x.encode() for x in (columns, ignore, target)))
        put("columns", "d%d" % i, b"\1" + b"\0".join(x.encode() for x in (columns, ignore, target)))
    rules = set()
    for path in glob.glob(os.path.join(os.path.dirname(__file__), "../tests/cli/*.t")):
        with open(path, encoding="utf-8", errors="replace") as file:
            rules.update(re.findall(r"'([^']*[AZ][^']*)'", file.read()))
    rules.update(["np.where(Z > 0, dA, 0)", "dZ = np.array(dA, copy=True); dZ[Z <= 0] = 0; return dZ",
                  "grad_output * (x > 0).float()", "x > 0 ? 1 : 0.01f", "1 - np.tanh(Z)**2",
                  "s = 1/(1+np.exp(-Z))\ndZ = dA * s * (1-s)", "grad_output.clamp(min=0) if x > 0 else 0"])
    for i, rule in enumerate(sorted(rules)):
        put("rule", "r%d" % i, bytes([i % 256 if i % 8 else 240 + i // 8 % 16]) + rule.encode()[:400])
    for i, words in enumerate([["--flag", "x"], ["--count=3", "--real", "0.5", "-fq"], ["-r", "A > 0", "-r", "it's"],
                               ["--help"], ["--seed", "7", "--threads", "2", "--", "-x"], ["--fl"], ["-n"], ["a b", "'"]]):
        put("cli", "w%d" % i, b"\1" + b"\0".join(w.encode() for w in words))
    put("cli", "map", b"\0\2\3\4" + bytes(range(120, 132)))


def choices():
    """Long lists of choices, mostly small numbers, for the targets that make their file of them."""
    random_bytes = random.Random(1)
    for target in ("npz", "hdf5", "wire", "diagnose"):
        for i in range(150):
            n = random_bytes.randrange(40, 400)
            put(target, "s%d" % i, bytes(random_bytes.choice((random_bytes.randrange(256), random_bytes.randrange(16),
                                                              random_bytes.randrange(4))) for _ in range(n)))


choices()
os.makedirs(os.path.join(FOLDER, "fit"), exist_ok=True)
subprocess.run(["build/fuzz/fuzz/fuzz_fit", "-runs=0"], check=False, stderr=subprocess.DEVNULL,
               env=dict(os.environ, SEEDS=os.path.join(FOLDER, "fit")))
readers()
models()
texts()
