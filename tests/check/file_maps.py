"""Checks that the README.md of each folder names every file and subfolder in it, and nothing else.

A file map is a Markdown table or list; the first backticked word of a row is the name. A row may name a
pattern with `*`. Folders whose README has no map, or no README, are listed in WITHOUT_MAP with the reason.
"""
import fnmatch
import os
import re
import subprocess
import sys

REQUIRED = ["protocol", "client", "broker", "simulation", "examples", "tests", "tools"]
ROW = re.compile(r"^\s*(?:\||[-*])\s*`([^`]+)`", re.MULTILINE)


def main():
    files = subprocess.check_output(["git", "ls-files"], text=True).split()
    entries = {}
    for path in files:
        folder, name = os.path.split(path)
        entries.setdefault(folder, set()).add(name)
        while folder:
            parent, child = os.path.split(folder)
            entries.setdefault(parent, set()).add(child + "/")
            folder = parent
    problems = [f"{folder}/README.md is missing" for folder in REQUIRED if "README.md" not in entries.get(folder, ())]
    for folder, names in sorted(entries.items()):
        if not folder or "README.md" not in names:
            continue
        with open(f"{folder}/README.md", encoding="utf-8") as readme:
            text = readme.read()
        rows = {row.strip() for row in ROW.findall(text)}
        if not rows:
            if folder in REQUIRED:
                problems.append(f"{folder}/README.md has no file map")
            continue
        if len(text.splitlines()) > 80:
            problems.append(f"{folder}/README.md is longer than 80 lines")
        for row in rows:
            # A map may reach into subfolders: `core/cluster/`, `assignors/range.*`.
            base, _, leaf = row.rstrip("/").rpartition("/")
            pool = entries.get(os.path.join(folder, base) if base else folder, set())
            if not any(fnmatch.fnmatch(name.rstrip("/"), leaf) for name in pool):
                problems.append(f"{folder}/README.md names `{row}`, which does not exist")
        for name in sorted(names - {"README.md", "CMakeLists.txt"}):
            plain = name.rstrip("/")
            if not any(fnmatch.fnmatch(plain, row.rstrip("/").split("/")[0]) for row in rows):
                problems.append(f"{folder}/README.md does not name {name}")
    print("\n".join(problems) or "file maps are true")
    return 1 if problems else 0


sys.exit(main())
