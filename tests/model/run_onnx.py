"""Usage: run_onnx.py FOLDER: every mN.onnx there, read with Python's standard library after
onnx.proto and evaluated after the operators' definitions, against mN.json (make_models.c)."""
import glob
import math
import struct
import sys

import read_model


def varint(data, at):
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            return value, at


def message(data):
    """{field: [values]} of one message of protocol buffers."""
    fields, at = {}, 0
    while at < len(data):
        key, at = varint(data, at)
        kind = key & 7
        if kind == 0:
            value, at = varint(data, at)
        elif kind == 2:
            n, at = varint(data, at)
            value, at = data[at:at + n], at + n
            assert len(value) == n
        else:
            assert kind == 5
            (value,), at = struct.unpack("<f", data[at:at + 4]), at + 4
        fields.setdefault(key >> 3, []).append(value)
    return fields


def tensor(data):
    t = message(data)
    dims = t.get(1, [])
    code = {1: "f", 11: "d"}[t[2][0]]
    n = math.prod(dims)
    values = struct.unpack(f"<{n}{code}", t[9][0])
    return t[8][0].decode(), (dims, values)


def each(a, b, f):
    """Elementwise, a row with a row or a single number."""
    b = [b[0]] * len(a) if len(b) == 1 else b
    a = [a[0]] * len(b) if len(a) == 1 else a
    assert len(a) == len(b)
    return [f(x, y) for x, y in zip(a, b)]


UNARY = {"Relu": lambda z: max(z, 0), "Abs": abs, "Softplus": read_model.softplus,
         "Sigmoid": read_model.sigmoid, "Tanh": math.tanh, "Erf": math.erf, "IsNaN": math.isnan,
         "Identity": lambda z: z}
BINARY = {"Add": lambda x, y: x + y, "Sub": lambda x, y: x - y, "Mul": lambda x, y: x * y,
          "Div": lambda x, y: x / y, "PRelu": lambda x, y: x if x >= 0 else x * y}


def run(nodes, initializers, row):
    values = {name: list(v) for name, (_, v) in initializers.items()}
    values["x"] = row
    for op, inputs, output, attributes in nodes:
        a = [values[name] for name in inputs]
        if op in UNARY:
            out = [UNARY[op](v) for v in a[0]]
        elif op in BINARY:
            out = each(a[0], a[1], BINARY[op])
        elif op == "Gemm":
            assert attributes == {"transB": 1}
            n_out, n_in = initializers[inputs[1]][0]
            assert len(a[0]) == n_in and len(a[2]) == n_out
            out = [math.fsum([a[2][j]] + [a[1][j * n_in + i] * a[0][i] for i in range(n_in)])
                   for j in range(n_out)]
        elif op == "BatchNormalization":
            eps = attributes["epsilon"]
            out = [(x - m) / math.sqrt(v + eps) * g + b for x, g, b, m, v in zip(*a)]
        elif op == "Clip":
            out = [read_model.clip(z, a[1][0], a[2][0]) for z in a[0]]
        elif op == "Elu":
            out = [z if z > 0 else math.expm1(z) for z in a[0]]
        elif op == "Where":
            out = [y if c else x for c, y, x in zip(*a)]
        else:
            assert op == "Softmax" and attributes == {"axis": 1}, op
            out = [math.exp(z - max(a[0])) for z in a[0]]
            out = [v / math.fsum(out) for v in out]
        values[output] = out
    return values["y"]


def main(folder):
    wrong = n = 0
    for path in sorted(glob.glob(folder + "/m*.onnx")):
        with open(path, "rb") as file:
            model = message(file.read())
        assert model[1] == [8] and message(model[8][0]) == {2: [13]}
        graph = message(model[7][0])
        initializers = dict(tensor(t) for t in graph[5])
        nodes = []
        for data in graph[1]:
            node = message(data)
            attributes = {}
            for about in map(message, node.get(5, [])):
                attributes[about[1][0].decode()] = about[2 if about[20] == [1] else 3][0]
            nodes.append((node[4][0].decode(), [v.decode() for v in node[1]], node[2][0].decode(),
                          attributes))
        assert message(graph[11][0])[1] == [b"x"] and message(graph[12][0])[1] == [b"y"]
        a, b = read_model.compare(path.replace(".onnx", ".json"),
                                  lambda row: run(nodes, initializers, row))
        wrong, n = wrong + a, n + b
    print(n, "outputs,", wrong, "wrong")
    return wrong > 0 or n == 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
