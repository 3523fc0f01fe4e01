#!/usr/bin/env python3
"""Fails when producing or consuming a record takes a tenth more instructions than it did.

  tests/bench/instructions_test.py [--bin build/bench/bin] [--write]

Instructions are counted by callgrind in all threads of bench_barnabas, against the sink and the source, after a warm-up.
They do not depend on the machine's mood, as times do, but on compiler and processor a little: hence the tenth, and the
compiler is stored beside the bounds. --write stores what was counted as the new bounds. Exit status 77: cannot be run here.
"""

import argparse
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

import brokers
import scenarios

ROOT = pathlib.Path(__file__).resolve().parents[2]
BOUNDS = pathlib.Path(__file__).with_name("instructions.json")
ALLOWED = 1.10

# Batches close because they are full, never because time has passed: time is another one under callgrind.
CASES = {
    "produce 100 B": ("produce", 100, {"linger-ms": 2000}),
    "produce 100 B, many at once": ("produce", 100, {"linger-ms": 2000, "call": "batch"}),
    "produce 100 B with keys": ("produce", 100, {"linger-ms": 2000, "keys": 100}),
    "produce 100 B with a callback each": ("produce", 100, {"linger-ms": 2000, "report": "callback"}),
    "consume 100 B": ("consume", 100, {}),
}
MESSAGES = 200_000


def count(bin_folder, mode, size, arguments):
    """Instructions a message."""
    scenario = scenarios.Scenario("instructions", mode, (), (), MESSAGES, size)
    peer = brokers.Peer(bin_folder, scenario)
    with tempfile.TemporaryDirectory() as folder:
        try:
            out = pathlib.Path(folder, "out")
            values = {"bootstrap": peer.bootstrap, "size": size, "messages": MESSAGES, "warmup": MESSAGES // 4, **arguments}
            command = ["valgrind", "--tool=callgrind", "--instr-atstart=no", f"--callgrind-out-file={out}",
                       bin_folder / "bench_barnabas", mode] + [x for n, v in values.items() for x in (f"--{n}", v)]
            done = subprocess.run([str(x) for x in command], capture_output=True, text=True, timeout=240)
            if done.returncode != 0:
                sys.exit(f"{mode}: {done.stderr[-500:]}")
            line = json.loads(done.stdout.splitlines()[-1])
            total = int(re.search(r"Collected : (\d+)", done.stderr).group(1))
            return total / line["messages"], line["allocations_per_message"]
        finally:
            peer.stop()


def compiler():
    return subprocess.run(["g++", "-dumpversion"], capture_output=True, text=True).stdout.strip()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--bin", type=pathlib.Path, default=ROOT / "build/bench/bin")
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    if not shutil.which("valgrind"):
        print("valgrind is not installed")
        return 77
    bounds = json.loads(BOUNDS.read_text()) if BOUNDS.exists() else {"instructions": {}}
    counted, failed = {}, []
    for name, (mode, size, arguments) in CASES.items():
        instructions, allocations = count(options.bin, mode, size, arguments)
        counted[name] = round(instructions)
        bound = bounds["instructions"].get(name)
        print(f"{name}: {instructions:.0f} instructions (stored {bound}), {allocations:.4f} allocations")
        if not options.write and (bound is None or instructions > bound * ALLOWED):
            failed.append(f"{name}: {instructions:.0f} instructions a message, {bound} are stored")
        elif bound is not None and instructions < bound / ALLOWED:
            print(f"  fewer than stored: make that the bound with --write")
        # A record that allocates shows as 1; batches and chunks are one in a thousand.
        if "callback" not in name and allocations > 0.1:
            failed.append(f"{name}: {allocations:.2f} allocations a message")
    if options.write:
        BOUNDS.write_text(json.dumps({"compiler": f"g++ {compiler()}", "instructions": counted}, indent=2) + "\n")
    for failure in failed:
        print("FAILED:", failure)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
