"""The commands that are disturbed, what they read, and what they leave.

Every command is run in a folder of its own that has the inputs; all that it writes begins with
"o.". `run` gives what came of it, with the times masked, which differ from run to run."""

import os
import re
import resource
import shutil
import subprocess
import zipfile


def train(options, data="d.csv"):
    return f"train --data {data} -q -o o.safetensors {options}"


# name: the command line. A name that begins with h5 needs the HDF5 part, one with png or pdf cairo.
COMMANDS = {
    "train_run": train("--epochs 2 --hidden 4 --valid 0.2 --checkpoint 0"),
    "train_json": train("--epochs 1 --hidden 3 --run o.folder --json --picture o.svg"),
    "train_gz": train("--epochs 1 --layers 4:relu+bn+drop=0.1,4:relu+skip,2 --opt adam --batch 16 --no-run",
                      "d.csv.gz"),
    "train_lbfgs": train("--epochs 2 --hidden 4 --opt lbfgs --batch 0 --no-run --dtype f64"),
    "train_texts": train("--epochs 1 --hidden 3 --no-run --target kind --test texts.csv --missing mean", "texts.csv"),
    "train_fails": train("--epochs 1 --no-run --target nothing", "texts.csv"),
    "h5_train": train("--epochs 1 --hidden 2 --no-run", "a.h5"),
    "eval": "eval m.safetensors --data d.csv -q",
    "eval_json": "eval m.safetensors --data d.csv -q --json --picture o.svg",
    "predict": "predict m.safetensors --data d.csv -q",
    "predict_json": "predict m.safetensors --data d.csv -q --json",
    "predict_file": "predict texts.safetensors --data texts.csv -q -o o.csv",
    "export": "export m.safetensors --c o.c --onnx o.onnx -q --json",
    "info": "info --json",
    "info_model": "info m.safetensors",
    "info_model_json": "info m.safetensors --json",
    "compare": "compare -n 5 --hidden 3 -q --html o.html --svg o.svg 'A > 0' 'Z >= 0'",
    "compare_json": "compare -n 5 --hidden 3 -q --no-html --json 'A > 0' 'A >= 0'",
    "png_compare": "compare -n 5 --hidden 2 -q --no-html --png o.png 'A > 0'",
    "rule": "check rule --act relu A>=0 -q --svg o.svg",
    "rule_json": "check rule --act relu A>0 'np.where(Z > 0, 1, 0.5)' -q --json",
    "rule_f64": "check rule --act tanh '1 - A**2' -q --dtype f64 --json",
    "net": "check net m.safetensors --data d.csv -q --differences 20",
    "net_json": "check net --hidden 3 --samples 20 -q --differences 5 --rule 'A >= 0' --json",
    "grads": "check grads mask.npz -q",
    "grads_json": "check grads mask.npz -q --json --svg o.svg",
    "grads_html": "check grads few.npz -q --act relu --html o.html",
    "grads_safetensors": "check grads names.safetensors -q --json",
    "data": "data moons -o o.csv -q -n 50",
    "data_json": "data blobs -o o.csv -q -n 20 --json",
    "data_list": "data --list --json",
    "plot": "plot m.safetensors --data d.csv --svg o.svg -q --json",
    "plot_terminal": "plot d.csv",
    "plot_act": "plot --act relu --rule 'A >= 0' --svg o.svg",
    "png_plot": "plot m.safetensors --data d.csv --png o.png -q",
    "pdf_plot": "plot d.csv --pdf o.pdf -q",
}


# A run of these takes long: fewer of them, unless all are asked for.
HEAVY = ("rule_f64", "png_compare", "png_plot", "pdf_plot")


def words(command):
    """A command line's words; quotes keep blanks."""
    return [a or b for a, b in re.findall(r"'([^']*)'|(\S+)", command)]


def write_csv(path, n):
    state, rows = 7, ["x,y,kind"]

    def uniform():
        nonlocal state
        state = (state * 6364136223846793005 + 1442695040888963407) % 2**64
        return (state >> 11) / 2**53

    for _ in range(n):
        x, y = uniform(), uniform()
        rows.append(f"{x:.4f},{y:.4f},{int(x + y > 1)}")
    with open(path, "w") as f:
        f.write("\n".join(rows) + "\n")


def write_texts(path, n):
    rows = ["length,size,kind"]
    for i in range(n):
        size = "" if i == 5 else f"{i * i % 7}.5"
        rows.append(f"{i / 8},{size},{('cat', 'dog', 'a cow')[i * i % 3]}")
    with open(path, "w") as f:
        f.write("\n".join(rows) + "\n")


def prepare(program, helpers, folder):
    """Put the inputs into `folder`; what the commands need that this build cannot do is a set of prefixes."""
    os.makedirs(folder)

    def make(*command):
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
        if done.returncode != 0:
            raise SystemExit(f"{' '.join(command)}: exit {done.returncode}: {done.stderr}")

    write_csv(os.path.join(folder, "d.csv"), 60)
    write_texts(os.path.join(folder, "texts.csv"), 40)
    make("gzip", "-k", "d.csv")
    for bug in ("mask", "few", "names"):
        make(os.path.join(helpers, "make_arrays"), bug, bug + ".npz")
    make(program, *words("train --data d.csv --epochs 3 --hidden 5 -q --no-run -o m.safetensors"))
    make(program, *words("train --data texts.csv --epochs 1 --hidden 3 -q --no-run --missing mean -o texts.safetensors"))
    npz_to_safetensors(os.path.join(folder, "names.npz"), os.path.join(folder, "names.safetensors"))
    missing = set()
    if os.path.exists(os.path.join(helpers, "make_hdf5")):
        make(os.path.join(helpers, "make_hdf5"), "right", "a.h5")
    else:
        missing.add("h5")
    for kind in ("png", "pdf"):
        if subprocess.run([program, "plot", "d.csv", "-q", "--" + kind, "/dev/null"], cwd=folder,
                          capture_output=True).returncode != 0:
            missing.add(kind)
    return missing


def npz_to_safetensors(source, path):
    """Arrays of float64, as make_arrays writes them."""
    import ast
    import json
    header, body = {}, b""
    with zipfile.ZipFile(source) as z:
        for name in z.namelist():
            npy = z.read(name)
            begin = 10 + int.from_bytes(npy[8:10], "little")
            about, data = ast.literal_eval(npy[10:begin].decode()), npy[begin:]
            assert about["descr"] == "<f8" and not about["fortran_order"]
            header[name[:-4]] = {"dtype": "F64", "shape": list(about["shape"]),
                                 "data_offsets": [len(body), len(body) + len(data)]}
            body += data
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as f:
        f.write(len(text).to_bytes(8, "little") + text + body)


# What differs between two undisturbed runs: how long they took.
TIMES = re.compile(rb'("seconds": ?|"seconds":)[-+.0-9e]+|[0-9.]+( ms| s)\b')


def masked(content):
    return TIMES.sub(rb"\1...\2", content)


class Result:
    """What a run left: its exit status (None: it hung), its texts, its files."""

    def __init__(self, status, out, err, files):
        self.status, self.out, self.err, self.files = status, out, err, files


def read_files(folder):
    files = {}
    for where, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(where, name)
            shown = os.path.relpath(path, folder)
            if shown.startswith("o.") or ".part-" in shown:
                with open(path, "rb") as f:
                    files[shown] = masked(f.read())
    return files


def clear(folder):
    for name in os.listdir(folder):
        if name.startswith("o.") or ".part-" in name:
            path = os.path.join(folder, name)
            if os.path.isdir(path):
                shutil.rmtree(path)
            else:
                os.unlink(path)


def run(program, command, folder, environment, limits=(), timeout=60, prefix=()):
    """Run `command` in `folder`, under `limits`: (resource, value) pairs."""
    clear(folder)

    def limit():
        for kind, value in limits:
            resource.setrlimit(kind, (value, value))

    env = {**os.environ, "LC_ALL": "C.UTF-8", "TMPDIR": folder, **environment}
    try:
        done = subprocess.run([*prefix, program, *words(command)], cwd=folder, env=env, stdin=subprocess.DEVNULL,
                              capture_output=True, timeout=timeout, preexec_fn=limit if limits else None)
    except subprocess.TimeoutExpired:
        return Result(None, b"", b"", read_files(folder))
    return Result(done.returncode, masked(done.stdout), done.stderr, read_files(folder))


def fast_folder():
    """Where a file is on the disk at once; None: wherever temporary files are."""
    return "/dev/shm" if os.access("/dev/shm", os.W_OK) else None


def is_of_a_run(name):
    """The folder of a training is there to go on from: what it holds may stay."""
    return re.match(r"o\.(run|folder)/", name) is not None


def judge(got, undisturbed):
    """What is wrong with a disturbed run: None, or a word for its kind and the details."""
    left = [name for name in got.files if ".part-" in name]
    if got.status is None:
        return "hangs", ""
    if got.status < 0 or got.status >= 128:
        return "signal", f"{got.status} {got.err[:200]!r}"
    if left:
        return "temporary file left", f"exit {got.status}: {left}"
    if got.status == undisturbed.status:
        missing = sorted(set(undisturbed.files) - set(got.files))
        other = sorted(name for name in got.files if got.files[name] != undisturbed.files.get(name))
        if missing:
            return "file missing", f"exit {got.status}: {missing} {got.err[:200]!r}"
        if other:
            return "file differs", f"exit {got.status}: {other} {got.err[:200]!r}"
        if got.out != undisturbed.out:
            return "output differs", f"exit {got.status}: {first_difference(got.out, undisturbed.out)} {got.err[:200]!r}"
        return None
    if got.status == 3:
        lines = [line for line in got.err.splitlines() if line]
        if len(lines) != 1:
            return "not one line", repr(got.err[:300])
        kept = sorted(name for name in got.files if not is_of_a_run(name))
        if kept:
            return "output beside a failure", f"{kept}: {got.err[:200]!r}"
        return None
    return "wrong exit status", f"{got.status}: {got.err[:200]!r}"


def first_difference(a, b):
    n = next((i for i, (x, y) in enumerate(zip(a, b)) if x != y), min(len(a), len(b)))
    return f"at byte {n} of {len(a)} and {len(b)}: {a[max(0, n - 30):n + 30]!r}"
