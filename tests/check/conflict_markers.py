"""Checks that no tracked file holds what a merge left behind.  conflict_markers.py [--self-test]"""
import re
import subprocess
import sys

MARKER = re.compile(rb"^(<{7}|>{7}|\|{7})( |\r?$)", re.MULTILINE)


def lines_with_markers(data):
    return [data.count(b"\n", 0, match.start()) + 1 for match in MARKER.finditer(data)]


def self_test():
    conflict = b"a\n" + b"<" * 7 + b" HEAD\nb\n" + b"=" * 7 + b"\nc\n" + b">" * 7 + b" other\n"
    harmless = b"std::cout <<<<<<< x\nTitle\n=======\n" + b"<" * 8 + b" a\n"
    return 0 if lines_with_markers(conflict) == [2, 6] and not lines_with_markers(harmless) else 1


def main():
    if "--self-test" in sys.argv:
        return self_test()
    problems = []
    for path in subprocess.check_output(["git", "ls-files", "-z"], text=True).split("\0"):
        if path:
            with open(path, "rb") as file:
                problems += [f"{path}:{line}: conflict marker" for line in lines_with_markers(file.read())]
    print("\n".join(problems) or "no conflict markers")
    return 1 if problems else 0


sys.exit(main())
