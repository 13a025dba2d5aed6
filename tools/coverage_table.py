"""Usage: coverage_table.py SUMMARY.json BAR PLACE...

For script/coverage: from gcovr's summary a line a folder, with the share of lines and branches that
ran; then those PLACEs (folders or files) of which BAR percent of the lines must have run. The exit
status is 1 where one has fewer.
"""
import collections
import json
import sys


def share(ran, total):
    return "%5.1f %%" % (100.0 * ran / total) if total else "      -"


def line(name, counts):
    print("%-24s %s of %5d lines  %s of %5d branches"
          % (name, share(counts[0], counts[1]), counts[1], share(counts[2], counts[3]), counts[3]))


def add(to, file):
    for i, key in enumerate(("line_covered", "line_total", "branch_covered", "branch_total")):
        to[i] += file[key]


def main():
    with open(sys.argv[1], encoding="utf-8") as summary:
        files = json.load(summary)["files"]
    bar, places = float(sys.argv[2]), sys.argv[3:]
    folders = collections.defaultdict(lambda: [0] * 4)
    judged = {place: [0] * 4 for place in places}
    missed = []
    for file in files:
        name = file["filename"]
        add(folders["/".join(name.split("/")[:2]) if name.startswith("src/") else "cli"], file)
        for place in places:
            if name == place or name.startswith(place + "/"):
                add(judged[place], file)
                missed.append((file["line_total"] - file["line_covered"], name, file))
    for name in sorted(folders):
        line(name, folders[name])
    print("\nMost lines that never ran:")
    for lines, name, file in sorted(missed, reverse=True, key=lambda entry: entry[0])[:12]:
        print("  %3d of %4d  %s" % (lines, file["line_total"], name))
    print("\nThe bar: %g %% of the lines" % bar)
    bad = 0
    for place in places:
        line(place, judged[place])
        if judged[place][1] == 0 or 100.0 * judged[place][0] < bar * judged[place][1]:
            bad = 1
            print("  below %g %%" % bar)
    return bad


sys.exit(main())
