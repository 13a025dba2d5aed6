"""
Usage: report.py --bin FOLDER --results FOLDER --docs FOLDER [--digits]

Write docs/speed.md and its pictures from the results of a run. The words around the
tables are speed.in.md's. With --digits only the section on real data is written anew.
"""
import argparse
import json
import math
import os
import re
import statistics
import subprocess

import bars

HERE = os.path.dirname(os.path.abspath(__file__))


def read(folder, name):
    with open(f"{folder}/{name}.json") as file:
        return json.load(file)


def time_text(seconds):
    for unit, scale in (("s", 1), ("ms", 1e3), ("us", 1e6)):
        if seconds * scale >= 1:
            return f"{seconds * scale:.3g} {unit}"
    return f"{seconds * 1e9:.3g} ns"


def each(seconds, unit):
    """ "14.5 us an iteration" """
    return f"{time_text(seconds)} {'an' if unit[0] in 'aeiou' else 'a'} {unit}"


def table(head, rows):
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return "\n".join(lines + ["| " + " | ".join(r) + " |" for r in rows])


# ---- the parts of the page ---------------------------------------------------------------


def machine_part(about, bench):
    info = about["crease"]
    versions = ", ".join(f"{n} {v}" for n, v in about["versions"].items() if v)
    lines = [f"Taken on {about['date']}: {about['cpu']}, {about['system']}, load "
             f"{about['load']:.2f} before it began.", "",
             f"crease {info['version']}, {info['compiler']}, kernels {info['cpu_level']}; "
             f"{info['gemm']}. Debian's packages: {versions}.", ""]
    if about["load"] > about["crease"]["threads"] / 2:
        lines += ["**Others were at work on this machine during the run: its times are worse than "
                  "the machine's, and its ratios are disturbed.** Take it again where nobody is.", ""]
    rows = [[m["name"], f"{m['median']:.0f} {m['unit']}", f"{m['least']:.0f} to {m['most']:.0f}",
             m["what"]] for m in bench["machine"]]
    return "\n".join(lines) + "\n" + table(["limit", "median", "spread", "of"], rows)


def bars_part(rows):
    met = sum(r["met"] is True for r in rows)
    return (f"{met} of {len(rows)} are met in this run.\n\n"
            + table(["work", "must", "measured", ""],
                    [[r["work"], r["must"], r["measured"], bars.WORD[r["met"]]] for r in rows]))


def right_text(p):
    if "error" in p:
        return f"within {p['error']:.0e}"
    return f"cost {p['cost']:.4f}, {100 * p['accuracy']:.1f} %"


def peers_part(peers):
    rows = []
    for w in peers:
        for p in w["peers"]:
            first = p["peer"] == "crease"
            name = p["peer"] + (f" ({p['threads']} threads)" if p["threads"] > 1 else "")
            rows.append([w["what"] if first else "", f"**{name}**" if first else name,
                         each(p["seconds"][0], w["unit"]),
                         "" if first else "{:.2f} ({:.2f} to {:.2f})".format(*p["ratio"]),
                         right_text(p)])
    return table(["work", "who", "time", "times crease's", "what came out"], rows)


def cases_part(bench):
    rows = []
    for c in bench["cases"]:
        share = "" if c["share"] is None else f"{100 * c['share']:.1f} %"
        if c["cost"] is not None:
            right = f"cost {c['cost']:.4f}, {100 * c['accuracy']:.1f} %"
        else:
            right = c["result"] or ""
        rows.append([c["name"], c["what"], each(c["seconds"], c["unit"]),
                     f"{time_text(c['least'])} to {time_text(c['most'])}", share, right])
    return table(["case", "what", "median", "spread", "of peak", "what came out"], rows)


def scaling_part(scaling):
    rows = []
    for s in scaling:
        if "exponent" not in s:
            first = s["points"][0]["seconds"]
            grows = ", ".join(f"{first / p['seconds']:.2f} times with {p['x']} threads"
                              for p in s["points"][1:]) or "one core only"
        else:
            grows = f"exponent {s['exponent']:.2f}"
        steps = "; ".join(f"{c['from']} to {c['to']}: {c['ratio']:.1f} times" for c in s["cliffs"])
        rows.append([s["name"], s["what"], grows, steps or "none"])
    return table(["with", "work", "time grows", "cliffs (a unit of work costs more)"], rows)


def digits_part(digits):
    rows = []
    for s in digits["settings"]:
        for p in s["peers"]:
            right, first = [100 * a for a in p["accuracy"]], p is s["peers"][0]
            rows.append([s["what"] if first else "", f"**{p['peer']}**" if first else p["peer"],
                         f"{statistics.median(right):.2f} %",
                         f"{min(right):.2f} to {max(right):.2f}, {len(right)} seeds",
                         *(f"{statistics.median(p[k]):.2f} s ({min(p[k]):.2f} to {max(p[k]):.2f})"
                           for k in ("seconds", "cpu"))])
    lines = [f"Taken on {digits['date']}, load {digits['load'][0]:.2f} before and "
             f"{digits['load'][1]:.2f} after; threads each: {digits['threads']}.", ""]
    if digits["load"][0] > digits["cores"] / 2:
        lines += ["**Others were at work on this machine: its times are disturbed, less so its CPU "
                  "times. What came out does not depend on it.**", ""]
    met = bars.digits_bars(digits)
    lines += [table(["work", "must", "measured", ""],
                    [[r["work"], r["must"], r["measured"], bars.WORD[r["met"]]] for r in met]), ""]
    lines.append(table(["training", "who", "test accuracy, median", "spread", "time", "CPU time"], rows))
    recipe = [s["options"] for s in digits["settings"] if s["name"] == "recipe"]
    if recipe:
        lines += ["", "The recipe:", "", "    crease train --data train-images-idx3-ubyte.gz "
                  "--target train-labels-idx1-ubyte.gz \\",
                  "      --test t10k-images-idx3-ubyte.gz --test-target t10k-labels-idx1-ubyte.gz \\",
                  f"      {recipe[0]}"]
    return "\n".join(lines)


def write_section(path, heading, page):
    """Put the section of `page` under `heading` in the place of the file's."""
    find = re.compile(rf"^## {re.escape(heading)}\n.*?(?=^## |\Z)", re.M | re.S)
    section = find.search(page).group()
    with open(path) as file:
        text = file.read()
    if not find.search(text):  # before the section that follows it in `page`
        after = re.match(r"^## .*\n", page[find.search(page).end():]).group()
        text = text.replace(after, f"## {heading}\n{after}")
    with open(path, "w") as file:
        file.write(find.sub(lambda _: section, text))


# ---- pictures ------------------------------------------------------------------------------


# FANN is left out: it trains another net
STYLES = {"crease": 1, "C": 2, "C + OpenBLAS": 2, "NumPy": 3, "PyTorch": 4, "PyTorch eager": 5,
          "scikit-learn": 6}


def draw(binary, path, title, caption, panels):
    """`panels`: (row, column, title, x label, y label, log y, [(curve, [(x, y)])])."""
    lines = [f"figure\t{title}\t{caption}"]
    for row, column, name, x_label, y_label, log_y, curves in panels:
        lines.append(f"panel\t{row}\t{column}\t{name}\t{x_label}\t{y_label}\t{int(log_y)}")
        for curve, points in curves:
            lines.append(f"curve\t{curve}\t{STYLES.get(curve, 0)}")
            lines += [f"point\t{x:.9g}\t{y:.9g}" for x, y in points]
    svg = subprocess.run([f"{binary}/peers/draw"], input="\n".join(lines) + "\n", text=True,
                         check=True, capture_output=True).stdout
    with open(path, "w") as file:
        file.write(svg)


def curves_of(peers, names, x, y):
    """A curve a peer through the workloads `names`."""
    found = {}
    by_name = {w["name"]: w for w in peers}
    for name, at in zip(names, x):
        for p in by_name.get(name, {"peers": []})["peers"]:
            found.setdefault(p["peer"], []).append((at, y(p["seconds"][0])))
    return [(peer, points) for peer, points in found.items() if peer in STYLES]


def draw_peers(args, peers, cores):
    hidden, batches = (4, 20, 50), (32, 128, 1024)
    panels = [(0, i, f"2-n-1, 400 samples, {d}", "hidden units", "us an iteration", True,
               curves_of(peers, [f"planar-{h}-{d}" for h in hidden], hidden, lambda s: 1e6 * s))
              for i, d in enumerate(("f32", "f64"))]
    panels += [(1, i, f"784-512-256-10, threads {t}", "log2 of the batch", "samples a second", False,
                curves_of(peers, [f"large-{b}-{t}" for b in batches],
                          [math.log2(b) for b in batches], lambda s: 1 / s))
               for i, t in enumerate(sorted({1, cores}))]
    draw(args.bin, f"{args.docs}/images/speed.svg", "crease and its peers",
         "Medians of turn-by-turn runs. Above: less is better. Below: more is better.", panels)


def draw_scaling(args, scaling):
    for s in (s for s in scaling if "exponent" in s):
        points = [(math.log10(p["x"]), p["seconds"]) for p in s["points"]]
        upper = points[len(points) // 2:]
        mean_x = sum(x for x, _ in upper) / len(upper)
        mean_y = sum(math.log10(y) for _, y in upper) / len(upper)
        fit = [(x, 10 ** (mean_y + s["exponent"] * (x - mean_x))) for x, _ in upper]
        draw(args.bin, f"{args.docs}/images/scaling-{s['name']}.svg", f"Time against {s['name']}",
             f"{s['what']}. Exponent of the upper half: {s['exponent']:.2f}.",
             [(0, 0, s["what"], f"log10 of {s['name']}", s["unit"], True,
               [("crease", points), (f"exponent {s['exponent']:.2f}", fit)])])
    rows = [(s["what"], [(p["x"], s["points"][0]["seconds"] / p["seconds"]) for p in s["points"]])
            for s in scaling if "exponent" not in s]
    if any(len(points) > 1 for _, points in rows):
        draw(args.bin, f"{args.docs}/images/scaling-threads.svg", "Speed-up with threads",
             "One thread is 1.", [(0, 0, "", "threads", "times as fast as one", False, rows)])


def main():
    parser = argparse.ArgumentParser()
    for name in ("--bin", "--results", "--docs"):
        parser.add_argument(name, required=True)
    parser.add_argument("--digits", action="store_true")
    args = parser.parse_args()
    with open(f"{HERE}/speed.in.md") as file:
        page = file.read()
    digits = digits_part(read(args.results, "digits"))
    page = page.replace("{{digits}}", digits)
    if args.digits:
        write_section(f"{args.docs}/speed.md", "Training on real data", page)
        return
    about, bench, peers, scaling = (read(args.results, n)
                                    for n in ("machine", "bench", "run", "scaling"))
    cores = about["crease"]["threads"]
    os.makedirs(f"{args.docs}/images", exist_ok=True)
    draw_peers(args, peers, cores)
    draw_scaling(args, scaling)
    for name, text in (("machine", machine_part(about, bench)),
                       ("bars", bars_part(bars.all_bars(about, bench, peers, cores))),
                       ("peers", peers_part(peers)), ("cases", cases_part(bench)),
                       ("scaling", scaling_part(scaling))):
        page = page.replace("{{" + name + "}}", text)
    with open(f"{args.docs}/speed.md", "w") as file:
        file.write(page)


if __name__ == "__main__":
    main()
