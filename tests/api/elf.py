"""What readelf says of an ELF file; used by hardening.py and runpath.py."""
import os
import re
import subprocess


def readelf(*arguments):
    return subprocess.run(["readelf", *arguments], check=True, text=True, capture_output=True,
                          env=dict(os.environ, LC_ALL="C")).stdout


def linked_files(*folders):
    """Every program and shared library below the folders; CMake's own trials aside."""
    found = []
    for folder in folders:
        for where, names, files in os.walk(folder):
            names[:] = [n for n in names if n != "CMakeFiles"]
            for path in (os.path.join(where, name) for name in files):
                if os.path.islink(path) or path.endswith(".o"):
                    continue
                with open(path, "rb") as file:
                    start = file.read(18)
                if start[:4] == b"\x7fELF" and int.from_bytes(start[16:18], "little") in (2, 3):
                    found.append(path)
    return sorted(found)


def dynamic(path):
    """The dynamic section: (tag, text) each."""
    return re.findall(r"0x[0-9a-f]+ \((\w+)\)\s+(.*)", readelf("-dW", path))


def needed(path):
    return [text.split("[")[1].rstrip("]") for tag, text in dynamic(path) if tag == "NEEDED"]


def folders_searched(path):
    """The entries of RPATH and RUNPATH, empty ones included."""
    return [entry for tag, text in dynamic(path) if tag in ("RPATH", "RUNPATH")
            for entry in text[text.index("[") + 1:text.rindex("]")].split(":")]


def segments(path):
    """(type, flags) of the program headers, and the sections in each."""
    text = readelf("-lW", path)
    heads = re.findall(r"^  (\w+) +0x\S+ 0x\S+ 0x\S+ 0x\S+ 0x\S+ ([RWE ]{3})", text, re.M)
    sections = [set(line.split()) for line in re.findall(r"^   \d\d +(.*)$", text, re.M)]
    return [(kind, flags.replace(" ", ""), inside) for (kind, flags), inside in zip(heads, sections)]


def imports(path):
    """The names of functions that it wants from other libraries."""
    rows = (line.split() for line in readelf("--dyn-syms", "-W", path).splitlines())
    return {row[7].split("@")[0] for row in rows if len(row) > 7 and row[6] == "UND"}
