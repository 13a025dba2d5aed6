"""Usage: overlap.py PROGRAM

No output of any command may be one of its inputs, under whatever name, nor another output. The
options are those that --help of each command shows with a FILE, FOLDER or DATA: a new one is
tried as well, and has to be named below if it is read.
"""
import os
import re
import shutil
import subprocess
import sys
import tempfile

PROGRAM = sys.argv[1]
READ = {"data", "test", "target", "test-target", "valid", "weights", "names"}
# What a command is given besides, and what of it is read; what it needs to be complete.
COMMANDS = {
    "compare": ([], []),
    "train": ([], ["data"]),
    "eval": (["in.model"], ["data"]),
    "predict": (["in.model"], ["data"]),
    "export": (["in.model"], []),
    "data": (["moons"], []),
    "plot": (["in.model"], ["data"]),
    "bench": ([], []),
    "info": (["in.model"], []),
    "check rule": (["A > 0"], []),
    "check net": (["in.model"], ["data"]),
    "check grads": (["in.npz"], []),
}
RUN_FILES = ["settings.json", "curves.csv", "curves.jsonl", "pictures.svg", "report.html",
             "result.json", "checkpoint.safetensors"]
tried = failed = 0


def content():
    """Every file and folder below, links not followed."""
    found = {}
    for folder, folders, files in os.walk("."):
        for name in folders + files:
            path = os.path.join(folder, name)
            if os.path.islink(path):
                found[path] = os.readlink(path)
            elif os.path.isfile(path):
                with open(path, "rb") as file:
                    found[path] = file.read()
            else:
                found[path] = None
    return found


def check(why, arguments, pattern, stdout=None, stderr=None, fds=()):
    """The command is refused with a line of `pattern`, status 2, and nothing has changed."""
    global tried, failed
    tried += 1
    before = content()
    done = subprocess.run([PROGRAM] + arguments, stdin=subprocess.DEVNULL, pass_fds=fds,
                          stdout=stdout or subprocess.PIPE, stderr=stderr or subprocess.PIPE)
    said = (done.stderr if stderr is None else done.stdout).decode()
    if (done.returncode != 2 or said.count("\n") != 1 or not re.search(pattern, said)
            or content() != before):
        failed += 1
        changed = "" if content() == before else ", files have changed"
        print(f"{why}: crease {' '.join(arguments)}: status {done.returncode}{changed}: {said}")


def options(command):
    shown = subprocess.run([PROGRAM] + command.split() + ["--help"], capture_output=True,
                           check=True).stdout.decode()
    rows = re.findall(r"^ +(?:-., *)?--([a-z-]+)=(\S+)", shown, re.M)
    files = [name for name, value in rows if re.search("FILE|FOLDER|DATA", value)]
    return [f for f in files if f in READ], [f for f in files if f not in READ]


def refuse_inputs(command, written, arguments, source):
    """`source` is read, and `written` names it in every way there is."""
    same = r"is an input of the same command|is the same file as the input"
    words = command.split()
    if written == "run":
        for name in RUN_FILES:
            for make in (os.symlink, os.link):
                os.mkdir("run")
                make(("../" if make is os.symlink else "") + source, "run/" + name)
                check("a run's file", words + arguments + ["--run", "run"], same)
                shutil.rmtree("run")
        return
    os.symlink(source, "soft")
    os.symlink("soft", "softer")
    os.link(source, "hard")
    os.mkdir("sub")
    names = [source, "./" + source, "sub/../" + source, os.path.abspath(source), "soft", "softer",
             "hard"]
    for name in names:
        check("a name", words + arguments + ["--" + written, name], same)
    with open(source, "ab") as file:
        fd = file.fileno()
        for name in (f"/dev/fd/{fd}", f"/proc/self/fd/{fd}", f"/proc/thread-self/fd/{fd}"):
            check("a descriptor", words + arguments + ["--" + written, name], same, fds=(fd,))
        for name in ("-", "/dev/stdout", "/proc/self/fd/1"):
            check("stdout", words + arguments + ["--" + written, name], same, stdout=file)
    for name in ("soft", "softer", "hard"):
        os.unlink(name)
    os.rmdir("sub")


def refuse_streams(command, arguments, source):
    same = r"is the same file as the input"
    with open(source, "ab") as file:
        check("stdout", command.split() + arguments, same, stdout=file)
        check("stderr", command.split() + arguments, same, stderr=file)


def refuse_pairs(command, written, arguments):
    """Two outputs, or an output and where stdout goes, are one file."""
    words = command.split()
    files = [w for w in written if w != "run"]
    open("old.svg", "w").close()
    os.symlink("new.svg", "dangling.svg")
    os.symlink("old.svg", "link.svg")
    for i, first in enumerate(files):
        for second in files[i + 1:]:
            for a, b in (("new.svg", "new.svg"), ("new.svg", "./new.svg"), ("old.svg", "link.svg"),
                         ("new.svg", "dangling.svg"), ("-", "-"), ("-", "/dev/stdout")):
                check("a pair", words + arguments + ["--" + first, a, "--" + second, b],
                      "both name|are one file")
        with open("old.svg", "ab") as file:
            check("stdout too", words + arguments + ["--" + first, "link.svg"],
                  "goes to the same file", stdout=file)
    for name in ("old.svg", "dangling.svg", "link.svg"):
        os.unlink(name)


def refuse(command):
    given, needed = COMMANDS[command]
    read, written = options(command)
    sources = [(None, given[0])] if given and given[0].startswith("in.") else []
    # A name of a file looks like one: a column's name has no dot.
    sources += [(name, f"in.{name}.csv") for name in read]
    for _, source in sources:
        with open(source, "w", encoding="ascii") as file:
            file.write("x1,x2,label\n1,2,0\n")
    for option, source in sources:
        arguments = list(given)
        for name in {option, *needed} - {None}:
            arguments += ["--" + name, f"in.{name}.csv"]
        for name in written:
            refuse_inputs(command, name, arguments, source)
        refuse_streams(command, arguments, source)
    arguments = given + [a for name in needed for a in ("--" + name, f"in.{name}.csv")]
    refuse_pairs(command, written, arguments)
    for _, source in sources:
        os.unlink(source)


def refuse_defaults():
    """Outputs that no option names."""
    with open("crease-compare.html", "w", encoding="ascii") as file:
        file.write("x1,x2,label\n1,2,0\n")
    same = "is an input of the same command"
    check("the default", ["compare", "--data", "crease-compare.html"], same)
    check("the default", ["compare", "--svg", "crease-compare.html"], "both name")
    os.rename("crease-compare.html", "crease-model.safetensors")
    check("the default", ["train", "--data", "crease-model.safetensors"], same)
    os.mkdir("crease-model.run")
    os.rename("crease-model.safetensors", "crease-model.run/curves.csv")
    check("the default", ["train", "--data", "crease-model.run/curves.csv"], same)
    with open("crease-model.run/curves.csv", "rb") as file:
        done = subprocess.run([PROGRAM, "train", "--data", "/dev/stdin"], stdin=file,
                              capture_output=True, check=False)
    if done.returncode != 2 or b"is the same file as the input /dev/stdin" not in done.stderr:
        sys.exit(f"stdin: {done}")
    for output in ("pictures.svg", "checkpoint.safetensors"):
        check("the run's own", ["train", "--data", "moons", "--picture",
                                "crease-model.run/" + output], "both name")
    shutil.rmtree("crease-model.run")


def main():
    shown = subprocess.run([PROGRAM, "--help"], capture_output=True, check=True).stdout.decode()
    for name in re.findall(r"^  ([a-z]+) ", shown, re.M):
        if name not in COMMANDS and name != "check":
            sys.exit(f"crease {name}: say in COMMANDS what it reads")
    folder = tempfile.mkdtemp()
    try:
        os.chdir(folder)
        for command in COMMANDS:
            refuse(command)
        refuse_defaults()
        if content():
            sys.exit(f"left behind: {sorted(content())}")
    finally:
        os.chdir("/")
        shutil.rmtree(folder)
    print(f"{tried} overlaps tried, {failed} not refused as due")
    sys.exit(failed > 0 or tried < 400)


main()
