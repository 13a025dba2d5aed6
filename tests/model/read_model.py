"""Usage: read_model.py FOLDER: every mN.safetensors there, read and evaluated with Python's
standard library alone, after docs/model-file.md, against mN.json (make_models.c)."""
import glob
import json
import math
import struct
import sys

SIZES = {"F32": ("f", 4), "F64": ("d", 8), "I64": ("q", 8)}


def read_safetensors(path):
    with open(path, "rb") as file:
        data = file.read()
    (length,) = struct.unpack("<Q", data[:8])
    assert length % 8 == 0, "the header is padded to 8 bytes"
    header = json.loads(data[8:8 + length])
    metadata = header.pop("__metadata__")
    body, at, tensors = data[8 + length:], 0, {}
    for name, about in sorted(header.items(), key=lambda item: item[1]["data_offsets"]):
        code, size = SIZES[about["dtype"]]
        begin, end = about["data_offsets"]
        n = math.prod(about["shape"])
        assert begin == at and begin % size == 0 and end - begin == n * size, name
        tensors[name] = about["dtype"], about["shape"], struct.unpack(f"<{n}{code}", body[begin:end])
        at = end
    assert at == len(body)
    return tensors, metadata


def phi(z):
    return math.erfc(-z / math.sqrt(2)) / 2


def sigmoid(z):
    return 1 / (1 + math.exp(-z)) if z > -700 else 0.0


def softplus(z):
    return max(z, 0) + math.log1p(math.exp(-abs(z)))


def clip(z, lo, hi):
    return min(max(z, lo), hi)


ACTS = {
    "linear": lambda z, p: z,
    "relu": lambda z, p: max(z, 0),
    "leaky_relu": lambda z, p: z if z >= 0 else p * z,
    "relu6": lambda z, p: clip(z, 0, 6),
    "hardtanh": lambda z, p: clip(z, -1, 1),
    "abs": lambda z, p: abs(z),
    "hard_sigmoid": lambda z, p: clip(z + 3, 0, 6) / 6,
    "hard_swish": lambda z, p: z * clip(z + 3, 0, 6) / 6,
    "elu": lambda z, p: z if z > 0 else p * math.expm1(z),
    "selu": lambda z, p: 1.0507009873554804934 * (z if z > 0 else 1.6732632423543772848 * math.expm1(z)),
    "softplus": lambda z, p: softplus(z),
    "sigmoid": lambda z, p: sigmoid(z),
    "tanh": lambda z, p: math.tanh(z),
    "gelu": lambda z, p: z * phi(z),
    "gelu_tanh": lambda z, p: z * sigmoid(2 * math.sqrt(2 / math.pi) * (z + 0.044715 * z ** 3)),
    "silu": lambda z, p: z * sigmoid(z),
    "mish": lambda z, p: z * math.tanh(softplus(z)),
}


def scale(row, scaler):
    if scaler is None:
        return list(row)
    fill = scaler["fill"]
    return [((fill[i] if math.isnan(x) else x) - scaler["shift"][i]) * scaler["scale"][i]
            for i, x in enumerate(row)]


def evaluate(tensors, about, row, used):
    a = [scale(row, about["scaler"])]
    place = 0

    def tensor(name, shape):
        used.add(name)
        dtype, has, values = tensors[name]
        assert dtype == about["dtype"].upper() and has == shape, name
        return values

    for l, layer in enumerate(about["layers"]):
        n_in, n_out = len(a[-1]), layer["units"]
        w = tensor(f"{place}.weight", [n_out, n_in])
        b = tensor(f"{place}.bias", [n_out])
        z = [math.fsum([b[j]] + [w[j * n_in + i] * a[-1][i] for i in range(n_in)]) for j in range(n_out)]
        if l + 1 == len(about["layers"]):
            break
        if layer["batchnorm"]:
            gamma, beta, mean, var = (tensor(f"{place + 1}.{name}", [n_out]) for name in
                                      ("weight", "bias", "running_mean", "running_var"))
            assert tensors[f"{place + 1}.num_batches_tracked"][:2] == ("I64", [])
            used.add(f"{place + 1}.num_batches_tracked")
            z = [(z[j] - mean[j]) / math.sqrt(var[j] + layer["batchnorm"]["eps"]) * gamma[j] + beta[j]
                 for j in range(n_out)]
        name, _, param = layer["act"].partition(":")
        out = [ACTS[name](v, float(param or 0)) for v in z]
        if layer["skip"]:
            out = [u + v for u, v in zip(out, a[-layer["skip"]])]
        a.append(out)
        place += 2 + (layer["batchnorm"] is not None) + (layer["dropout"] > 0)
    if about["loss"] == "bce":
        z = [sigmoid(v) for v in z]
    elif about["loss"] == "softmax":
        z = [math.exp(v - max(z)) for v in z]
        z = [v / math.fsum(z) for v in z]
    target = about["target"]
    if target:
        z = [v / s + t if s else t for v, s, t in zip(z, target["scale"], target["shift"])]
    return z


def compare(path, predict):
    """How many outputs of the model at `path` were wrong, of how many."""
    with open(path) as file:
        cases = json.load(file)
    wrong = n = 0
    for s, row in enumerate(cases["x"]):
        row = [math.nan if x is None else x for x in row]
        for j, got in enumerate(predict(row)):
            n += 1
            if not abs(got - cases["y"][s][j]) <= cases["bound"][s][j]:
                wrong += 1
                print(f"{path}, row {s}, output {j}: {got!r}, expected {cases['y'][s][j]!r} "
                      f"within {cases['bound'][s][j]:.3g}")
    return wrong, n


def main(folder):
    wrong = n = 0
    for path in sorted(glob.glob(folder + "/m*.safetensors")):
        tensors, metadata = read_safetensors(path)
        assert metadata["format"] == "pt"
        about, used = json.loads(metadata["crease"]), set()
        assert about["version"] == 1
        a, b = compare(path.replace(".safetensors", ".json"),
                       lambda row: evaluate(tensors, about, row, used))
        assert used == set(tensors), "tensors that no layer uses"
        wrong, n = wrong + a, n + b
    print(n, "outputs,", wrong, "wrong")
    return wrong > 0 or n == 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
