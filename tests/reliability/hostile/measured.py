"""Runs of crease whose memory, time and words are looked at."""

import os
import resource
import shutil
import subprocess
import tempfile

FREE = 256 << 20  # what a file may take, and so many times its size
TIMES = 64
SECONDS = 12  # of a processor's time: what an endless loop of libhdf5 is cut off at, and some


class Trouble(Exception):
    """Something that must not happen."""


class Result:
    """What a run has said and taken."""

    def __init__(self, status, out, err, peak, seconds):
        self.status, self.out, self.err = status, out, err
        self.peak, self.seconds = peak, seconds


class Runner:
    """Runs PROGRAM in a folder of its own, with an empty TMPDIR."""

    def __init__(self, program):
        self.program = os.path.abspath(program)
        self.folder = tempfile.mkdtemp(prefix="crease-hostile-")
        self.tmp = os.path.join(self.folder, "tmp")
        os.mkdir(self.tmp)
        self.base = 0
        self.base = self.run(["--version"]).peak + (24 << 20)  # threads, JSON, the message

    def __enter__(self):
        return self

    def __exit__(self, *how):
        shutil.rmtree(self.folder)

    def path(self, name):
        """Where a file of that name is."""
        return os.path.join(self.folder, name)

    def run(self, arguments, most_written=None):
        """Run crease; a file of more than `most_written` bytes cannot be written."""

        def limit():
            if most_written is not None:
                resource.setrlimit(resource.RLIMIT_FSIZE, (most_written, most_written))

        environment = dict(os.environ, TMPDIR=self.tmp, OMP_NUM_THREADS="1")
        with open(self.path("out"), "w+b") as out, open(self.path("err"), "w+b") as err:
            child = subprocess.Popen(
                [self.program] + arguments,
                cwd=self.folder,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
                preexec_fn=limit,
            )
            _, how, usage = os.wait4(child.pid, 0)  # and the processes it has waited for
            child.returncode = os.waitstatus_to_exitcode(how)
            out.seek(0)
            err.seek(0)
            result = Result(
                child.returncode,
                out.read(),
                err.read(),
                usage.ru_maxrss << 10,
                usage.ru_utime + usage.ru_stime,
            )
        if os.listdir(self.tmp):
            raise Trouble(f"leaves {os.listdir(self.tmp)} in TMPDIR")
        return result

    def allowed(self, name):
        """Bytes that the file may take."""
        return FREE + TIMES * os.path.getsize(self.path(name))

    def check(self, name, arguments, statuses):
        """Run, within the budget of the file `name`; the status is one of `statuses`."""
        allowed = self.allowed(name)
        result = self.run(arguments, allowed)
        if result.status not in statuses:
            raise Trouble(f"status {result.status}, expected {statuses}: {result.err[-300:]!r}")
        if result.status >= 2:
            check_line(result.err)
        if result.seconds > SECONDS:
            raise Trouble(f"takes {result.seconds:.1f} s")
        if result.peak > allowed + self.base:
            raise Trouble(
                f"takes {result.peak >> 20} MB, of {allowed >> 20} and {self.base >> 20} for itself"
            )
        return result


def check_line(text):
    """One line, of printable text."""
    if text.count(b"\n") != 1 or not text.endswith(b"\n"):
        raise Trouble(f"not one line: {text[:300]!r}")
    if any(byte < 32 or byte == 127 for byte in text[:-1]):
        raise Trouble(f"control characters: {text[:300]!r}")
