"""Compiles each public header alone and the umbrella header, and reports what the umbrella costs."""
import os
import subprocess
import sys
import tempfile
import time

ROOTS = [root for root in ("protocol/include", "client/include", "broker/include") if os.path.isdir(root)]
COMPILER = os.environ.get("CXX", "g++")
BASE = [COMPILER, "-std=c++20", "-fsyntax-only", "-Wall", "-Wextra", "-Wpedantic", "-Werror"] + [f"-I{root}" for root in ROOTS]


def compile_text(text):
    with tempfile.NamedTemporaryFile("w", suffix=".cpp") as source:
        source.write(text)
        source.flush()
        return subprocess.run(BASE + [source.name], capture_output=True, text=True)


failed = 0
for root in ROOTS:
    for folder, _, names in os.walk(root):
        for name in sorted(names):
            header = os.path.relpath(os.path.join(folder, name), root)
            result = compile_text(f"#include <{header}>\n")
            if result.returncode:
                failed += 1
                print(f"{header} does not compile alone:\n{result.stderr}")
umbrella = "client/include/barnabas/barnabas.hpp"
if os.path.exists(umbrella):
    started = time.monotonic()
    compile_text("#include <barnabas/barnabas.hpp>\nint main() {}\n")
    print(f"the umbrella header takes {time.monotonic() - started:.2f} s to read")
sys.exit(1 if failed else 0)
