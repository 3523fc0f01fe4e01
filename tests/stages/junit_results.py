"""Prints one line per test of a ctest JUnit file: passed|failed|skipped PRESET:NAME."""
import sys
import xml.etree.ElementTree as tree

preset, path = sys.argv[1:]
words = {"run": "passed", "fail": "failed", "notrun": "skipped", "disabled": "skipped"}
for case in tree.parse(path).getroot().iter("testcase"):
    word = words.get(case.get("status"), "failed")
    reason = ""
    if word == "skipped":
        output = (case.findtext("system-out") or "").strip().splitlines()
        reason = ": " + (output[-1] if output else "no reason given")
    print(f"{word} {preset}:{case.get('name')}{reason}")
