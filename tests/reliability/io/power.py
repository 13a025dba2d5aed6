"""Usage: power.py PROGRAM SHIM.so [CASE...]

Loss of power at any moment. The shim writes down what a command does to its files; every beginning
of that is replayed under this model: bytes that were not followed by fsync of the file may be
there, lost or torn; what happened to a name and was not followed by fsync of its folder may have
happened or not, each name on its own. In every state of the disk

- each file is whole, and is the old one or one that the command has put there;
- nothing that was committed (a name given, the folder synced) is lost;
- an old run is as it was until there is a new checkpoint;
- a checkpoint is committed before the next one is begun;
- what else there is has a temporary name, which the same command removes when it runs again.

And the command has committed all when it ends. Some of the states are put on the disk, and the
training goes on from them with --resume to the same bytes.
"""
import concurrent.futures
import hashlib
import json
import os
import random
import re
import shutil
import struct
import subprocess
import sys
import tempfile

PROGRAM, SHIM = sys.argv[1:3]
NET = " --hidden 6 --opt adam --batch 8 --every 500"
TRAIN = "train --data d.csv --valid 0.2 --epochs 24000 --checkpoint 0.02 -q -o o.safetensors" + NET
CASES = {
    "train": TRAIN,
    "train_again": TRAIN,
    "train_resume": TRAIN + " --resume",
    "train_killed": TRAIN + " --resume",
    "predict": "predict m.safetensors --data d.csv -q -o o.csv",
    "compare": "compare Z>0 -n 2 --hidden 2 --data d.csv -q --html o.html --svg o.svg",
    "compare_again": "compare Z>0 -n 2 --hidden 2 --data d.csv -q --html o.html --svg o.svg",
}
TEMPORARY = re.compile(r"\.crease\.part-[0-9a-v]{12}$")
CHECKPOINT = "o.run/checkpoint.safetensors"


def crease(arguments, **env):
    return subprocess.run([PROGRAM] + arguments.split() + ["--threads", "1"], check=False,
                          stdin=subprocess.DEVNULL, capture_output=True,
                          env={**os.environ, **env}, timeout=100)


# ---- the disk ------------------------------------------------------------------------------------

class File:
    """Contents since the last fsync, the one that is sure first."""

    def __init__(self, content=b""):
        self.now = content
        self.pending = [content]

    def write(self, at, data):
        self.now = self.now[:at].ljust(at, b"\0") + data + self.now[at + len(data):]
        self.pending.append(self.now)

    def cut(self, n):
        self.now = self.now[:n].ljust(n, b"\0")
        self.pending.append(self.now)

    def sync(self):
        self.pending = [self.now]

    def choices(self):
        """Lost, there, torn, and as long as it should be without what it should hold."""
        if len(self.pending) == 1:
            return self.pending
        torn = self.now[:len(self.now) // 2]
        return [self.pending[0], self.now, torn, torn.ljust(len(self.now), b"\0")]


class Disk:
    """A name's history since the last fsync of its folder: a File, FOLDER, or None for nothing."""
    FOLDER = "folder"

    def __init__(self, files):
        self.names = {}
        self.inodes = {}
        self.commits = {}  # path: contents in the order of their commits
        self.versions = {}  # path: every content that it was given
        for path, content in files.items():
            folder = os.path.dirname(path)
            if folder:
                self.names[folder] = [Disk.FOLDER]
            self.names[path] = [File(content)]
            self.commits[path] = [content]
            self.versions[path] = [content]

    def set(self, path, what):
        self.names.setdefault(path, [None]).append(what)
        if isinstance(what, File) and not TEMPORARY.search(path):
            self.versions.setdefault(path, []).append(what.now)

    def now(self, path):
        return self.names.get(path, [None])[-1]

    def apply(self, line, base):
        what, _, rest = line.partition(" ")
        if what == "open":
            inode, is_new, truncated, path = rest.split(" ", 3)
            path = os.path.relpath(path, base)
            if is_new == "1":
                self.set(path, File())
            self.inodes[inode] = self.now(path)
            if truncated == "1":
                self.inodes[inode].cut(0)
        elif what == "write":
            inode, at, data = rest.split(" ")
            self.inodes[inode].write(int(at), bytes.fromhex(data))
        elif what == "cut":
            inode, n = rest.split(" ")
            self.inodes[inode].cut(int(n))
        elif what == "sync":
            self.inodes[rest].sync()
        elif what == "syncfolder":
            self.sync_folder(os.path.normpath(os.path.relpath(rest, base)))
        elif what in ("rename", "exchange"):
            a, b = (os.path.relpath(p, base) for p in rest.split("|"))
            old, new = self.now(b), self.now(a)
            self.set(a, old if what == "exchange" else None)
            self.set(b, new)
        elif what in ("unlink", "rmdir"):
            self.set(os.path.relpath(rest, base), None)
        elif what == "mkdir":
            self.set(os.path.relpath(rest, base), Disk.FOLDER)
        else:
            sys.exit(f"{what}?")

    def sync_folder(self, folder):
        for path, history in self.names.items():
            if (os.path.dirname(path) or ".") != folder:
                continue
            del history[:-1]
            if isinstance(history[0], File) and not TEMPORARY.search(path):
                if self.commits.setdefault(path, [])[-1:] != [history[0].now]:
                    self.commits[path].append(history[0].now)
            elif history[0] is None:
                self.commits.pop(path, None)  # its removal is committed

    def states(self, rng):
        """(path: content) of disks that the loss of power may leave."""
        open_names = [p for p, h in self.names.items() if len(h) > 1]
        plans = [{}, {p: -1 for p in open_names}]
        plans += [{p: -1} for p in open_names]
        plans += [{q: -1 for q in open_names if q != p} for p in open_names]
        plans += [{p: rng.randrange(len(self.names[p])) for p in open_names} for _ in range(4)]
        for plan in plans:
            for kind in range(4):
                state = {}
                for path, history in self.names.items():
                    what = history[plan.get(path, 0)]
                    folder = os.path.dirname(path)
                    if folder and self.names.get(folder, [None])[plan.get(folder, 0)] is None:
                        continue
                    if isinstance(what, File):
                        choices = what.choices()
                        state[path] = choices[kind % len(choices)]
                yield state


# ---- what has to hold -------------------------------------------------------------------------------

WHOLE = {}


def is_whole(path, content):
    key = (os.path.splitext(path)[1], hashlib.sha256(content).digest())
    if key not in WHOLE:
        WHOLE[key] = look_whole(path, content)
    return WHOLE[key]


def look_whole(path, content):
    try:
        if path.endswith(".json"):
            return isinstance(json.loads(content), dict)
        if path.endswith(".jsonl"):
            return all(isinstance(json.loads(line), dict) for line in content.splitlines())
        if path.endswith(".safetensors"):
            n = struct.unpack("<Q", content[:8])[0]
            ends = [t["data_offsets"][1] for k, t in json.loads(content[8:8 + n]).items()
                    if k != "__metadata__"]
            return 8 + n + max(ends) == len(content)
    except (ValueError, struct.error):
        return False
    return content.endswith({".html": b"</html>\n", ".svg": b"</svg>\n"}.get(
        os.path.splitext(path)[1], b"\n"))


def check_state(state, disk, old, starts_new):
    for path, content in state.items():
        if TEMPORARY.search(path):
            continue
        if not is_whole(path, content) or content not in disk.versions[path]:
            return f"{path} is neither the old one nor a new one, whole"
    for path, committed in disk.commits.items():
        if TEMPORARY.search(path):
            continue
        if path not in state:
            if disk.names[path][-1] is None:
                continue  # being removed
            return f"{path} is lost"
        versions = disk.versions[path]
        if versions.index(state[path]) < versions.index(committed[-1]):
            return f"{path} is older than what was committed"
    if starts_new and state.get(CHECKPOINT) == old[CHECKPOINT]:
        for path, content in old.items():
            if path.startswith("o.run/") and state.get(path) != content:
                return f"the old run's {path} has gone before there is a new checkpoint"
    return None


def check_end(disk):
    for path, history in disk.names.items():
        if TEMPORARY.search(path):
            if history[-1] is not None:
                return f"the command ends, and {path} is there"
            continue
        if len(history) > 1 and history[-1] is not history[0]:
            return f"the command ends, and {path} is not on the disk yet"
        if isinstance(history[-1], File) and len(history[-1].pending) > 1:
            return f"the command ends, and the bytes of {path} are not on the disk yet"
    return None


def put(state):
    """The state as files, in place of what is there."""
    for name in os.listdir("."):
        if name.startswith("o."):
            (os.unlink if os.path.isfile(name) else shutil.rmtree)(name)
    for path, content in state.items():
        if path.startswith("o."):
            os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
            with open(path, "wb") as file:
                file.write(content)


def go_on(state, case, model):
    """The same command again, from that state, to the same model; nothing temporary is left."""
    put(state)
    command = CASES[case].replace(" --resume", "")
    if case.startswith("train"):
        command += " --resume"
    done = crease(command)
    with open("o.safetensors" if case.startswith("train") else "d.csv", "rb") as file:
        same = not case.startswith("train") or file.read() == model
    left = [f for _, _, files in os.walk(".") for f in files if TEMPORARY.search(f)]
    if done.returncode != 0 or done.stderr or not same or left:
        return f"going on: status {done.returncode}, same {same}, left {left}: {done.stderr}"
    return None


# ---- a case -------------------------------------------------------------------------------------------

def snapshot():
    found = {}
    for folder, _, files in os.walk("."):
        for name in files:
            path = os.path.relpath(os.path.join(folder, name))
            with open(path, "rb") as file:
                found[path] = file.read()
    return found


def run_case(case):
    base = os.path.realpath(tempfile.mkdtemp())
    rng = random.Random(case)
    try:
        os.mkdir(base + "/here")
        os.chdir(base + "/here")
        assert crease("data moons -n 60 -q -o d.csv").returncode == 0
        assert crease(TRAIN + " -o m.safetensors --run o.run --checkpoint 1000").returncode == 0
        with open("m.safetensors", "rb") as file:
            model = file.read()
        if case == "train_again":  # over a run with another net
            shutil.rmtree("o.run")
            assert crease(TRAIN + " --hidden 3").returncode == 0
        elif case == "train_killed":
            for name in ("result.json", "report.html", "pictures.svg"):
                os.unlink("o.run/" + name)
        elif case == "compare_again":
            assert crease(CASES[case] + " --seed 5").returncode == 0
        elif case != "train_resume":
            shutil.rmtree("o.run")
        return try_case(case, base, model, rng)
    finally:
        os.chdir("/")
        shutil.rmtree(base)


def replay(case, log, old, here, rng):
    """Every beginning of the log; what is wrong, how many states there were, some of them."""
    disk = Disk(old)
    n_states, bad, sample, checkpoints = 0, [], [], 0
    for i, line in enumerate([""] + log):
        if line.startswith("open") and CHECKPOINT + "." in line:
            checkpoints += 1
            if len(disk.names.get(CHECKPOINT, [None])) > 1:
                bad.append(f"{case}: a checkpoint is begun before the last one is committed")
        if line:
            disk.apply(line, here)
        for state in disk.states(rng):
            n_states += 1
            wrong = check_state(state, disk, old, case == "train_again")
            if wrong is not None:
                bad.append(f"{case}: after {i} of {len(log)} ({line[:90]}): {wrong}")
            if len(sample) < 8:
                sample.append(state)
            elif rng.randrange(n_states) < 8:
                sample[rng.randrange(8)] = state
    wrong = check_end(disk)
    bad += [f"{case}: {wrong}"] if wrong else []
    if case == "train" and checkpoints < 3:
        bad.append(f"{case}: {checkpoints} checkpoints, expected some more to be tested")
    return bad, n_states, sample


def try_case(case, base, model, rng):
    here = base + "/here"
    old = snapshot()
    done = crease(CASES[case], LD_PRELOAD=SHIM, IO_FOLDER=here, IO_LOG=base + "/log")
    if done.returncode != 0:
        return 0, 0, [f"{case}: {done}"]
    with open(base + "/log", encoding="ascii") as file:
        log = file.read().splitlines()
    bad, n_states, sample = replay(case, log, old, here, rng)
    for state in sample:
        # A checkpoint of another net is refused, as it should be.
        if case != "train_again" or state.get(CHECKPOINT) != old[CHECKPOINT]:
            wrong = go_on(state, case, model)
            bad += [f"{case}: {wrong}"] if wrong else []
    # A program that did not sync would be found out.
    for planted in ("sync ", "syncfolder "):
        without = [line for line in log if not line.startswith(planted)]
        if not replay(case, without, old, here, rng)[0]:
            bad.append(f"{case}: nothing is said of a program without {planted}")
    return len(log), n_states, bad


def main():
    n_states, bad = 0, []
    with concurrent.futures.ProcessPoolExecutor(min(len(os.sched_getaffinity(0)), 4)) as pool:
        cases = sys.argv[3:] or CASES
        for case, (steps, states, wrong) in zip(cases, pool.map(run_case, cases)):
            print(f"{case}: {steps} steps, {states} states of the disk, {len(wrong)} wrong")
            n_states += states
            bad += wrong
    print("\n".join(bad[:30]))
    print(f"{n_states} states of the disk, {len(bad)} not as due")
    sys.exit(bool(bad) or n_states < 100)


if __name__ == "__main__":
    main()
