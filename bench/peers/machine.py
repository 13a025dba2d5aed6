"""Where and with what a run was taken."""
import datetime
import json
import os
import platform
import re
import subprocess


def version_of(package):
    answer = subprocess.run(["dpkg-query", "-W", "-f=${Version}", package], capture_output=True,
                            text=True)
    return answer.stdout if answer.returncode == 0 else None


PACKAGES = {"NumPy": "python3-numpy", "PyTorch": "python3-torch", "scikit-learn": "python3-sklearn",
            "FANN": "libfann2", "OpenBLAS": "libopenblas0-pthread", "gcc": "gcc"}


def environment():
    """Without settings of OpenBLAS's: they may hold it to an older CPU's kernels."""
    return {k: v for k, v in os.environ.items() if not k.startswith("OPENBLAS_")}


def describe(crease):
    with open("/proc/cpuinfo") as file:
        names = re.findall(r"^model name\s*: (.*)$", file.read(), re.M)
    return {
        "date": datetime.date.today().isoformat(),
        "cpu": f"{names[0] if names else platform.processor()}, "
               f"{len(os.sched_getaffinity(0))} cores",
        "system": platform.platform(),
        "load": os.getloadavg()[0],
        "crease": json.loads(subprocess.run([crease, "info", "--json"], check=True,
                                            capture_output=True, text=True,
                                            env=environment()).stdout),
        "versions": {name: version_of(package) for name, package in PACKAGES.items()},
    }
