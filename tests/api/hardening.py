"""
Usage: hardening.py HARDENING COMMANDS ARCHIVE FILE...

Every FILE, the program, the library, its parts and its helpers, is built with what HARDENING
lists, separated by commas: what cmake/CreaseHardening.cmake found that compiler and linker have.
ARCHIVE is the static library, whose objects must each say that they are made for protected
branches; COMMANDS is compile_commands.json.
"""
import json
import re
import sys

import elf

# What writes formatted text, and has a version that checks it. Not snprintf and vsnprintf: the
# compiler takes these where it knows that the size is right.
PRINTS = {"printf", "fprintf", "dprintf", "sprintf", "vprintf", "vfprintf", "vsprintf", "vdprintf",
          "asprintf", "vasprintf"}


def flaws_of_file(path, hardening):
    segments = elf.segments(path)
    flags = [text for tag, text in elf.dynamic(path) if tag in ("FLAGS", "FLAGS_1")]
    imports = elf.imports(path)
    if "DYN" not in re.search(r"Type:\s+(.*)", elf.readelf("-hW", path))[1]:
        yield "is loaded to a fixed address"
    if "now" in hardening:
        if not any("NOW" in text for text in flags):
            yield "looks up functions when they are first called (no BIND_NOW)"
        if not any(kind == "GNU_RELRO" for kind, _, _ in segments):
            yield "leaves its relocations writable (no RELRO)"
    if any("E" in flags for kind, flags, _ in segments if kind == "GNU_STACK"):
        yield "has an executable stack"
    if any("W" in flags and "E" in flags for _, flags, _ in segments):
        yield "has a segment that is writable and executable"
    if "separate" in hardening:
        code = [inside for kind, flags, inside in segments if kind == "LOAD" and "E" in flags]
        if len(code) != 1 or code[0] & {".rodata", ".dynsym", ".dynstr", ".eh_frame"}:
            yield "has constants in its executable segment"
    if "protector" in hardening and "__stack_chk_fail" not in imports:
        yield "does not check its stack (__stack_chk_fail)"
    if "fortify" in hardening:
        if imports & PRINTS:
            yield f"calls unchecked: {', '.join(sorted(imports & PRINTS))}"
        if not any(re.fullmatch(r"__\w+_chk", name) and name != "__stack_chk_fail"
                   for name in imports):
            yield "has no checked call (__*_chk)"


def flaws_of_objects(archive, hardening):
    if "branches" not in hardening:
        return
    for part in elf.readelf("-nW", archive).split("\nFile: ")[1:]:
        name = part.split("\n")[0]
        if not re.search(r"IBT, SHSTK|BTI, PAC", part):
            yield f"{name} is not made for protected branches"


def flaws_of_commands(commands, hardening):
    """Sources of the product that are compiled without the flags that leave no trace in a file."""
    with open(commands, encoding="utf-8") as file:
        for command in json.load(file):
            text = command["command"]
            if not re.search(r"/(src|cli|helper)/[^ ]*\.c$", command["file"]):
                continue
            if "clash" in hardening and "-fstack-clash-protection" not in text:
                yield f"{command['file']}: no -fstack-clash-protection"
            if "-fno-stack-protector" in text or "-D_FORTIFY_SOURCE=0" in text:
                yield f"{command['file']}: switches a protection off"


def main():
    hardening = set(sys.argv[1].split(","))
    flaws = [*flaws_of_commands(sys.argv[2], hardening), *flaws_of_objects(sys.argv[3], hardening)]
    for path in sys.argv[4:]:
        flaws += [f"{path}: {flaw}" for flaw in flaws_of_file(path, hardening)]
    print("\n".join(flaws) or f"{len(sys.argv) - 4} files with {', '.join(sorted(hardening))}")
    return len(flaws) > 0


sys.exit(main())
