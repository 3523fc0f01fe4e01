"""What is measured once and not for each message: starts, sizes, idle memory, connections, compile time."""

import json
import os
import pathlib
import resource
import socket
import statistics
import struct
import subprocess
import tempfile
import time

import brokers

CONNECTIONS = 10_000
STARTS = 20
API_VERSIONS = struct.pack(">hhih", 18, 0, 1, -1)  # key, version, correlation id, no client id


def resident_kib(pid):
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1])
    raise RuntimeError("no resident set")


def undisturbed():
    """What to put before a command whose time is a matter of milliseconds: real-time priority, where that is allowed."""
    command = ["chrt", "-f", "20"]
    try:
        return command if subprocess.run([*command, "true"], stderr=subprocess.DEVNULL).returncode == 0 else []
    except FileNotFoundError:
        return []


def starts(bin_folder):
    """Our broker until it is ready and until a new client's first record is acknowledged, in milliseconds."""
    for mode, title in (("embedded", "embedded broker"), ("program", "broker program")):
        for data in ("", "yes"):
            done = subprocess.run([*undisturbed(), str(bin_folder / "bench_broker"), mode, "--messages", str(STARTS), "--data", data,
                                   "--program", str(bin_folder / "barnabas")], capture_output=True, text=True, check=True)
            line = json.loads(done.stdout.splitlines()[-1])
            where = "on disk" if data else "in memory"
            yield f"{title} {where}: ready", line["ready_p50_us"] / 1000, "ms"
            yield f"{title} {where}: first record acknowledged", line["acknowledged_p50_us"] / 1000, "ms"


def connections(bin_folder):
    """The resident set of our broker, idle and with many connections that have asked something."""
    broker = brokers.OurBroker(bin_folder)
    try:
        time.sleep(0.5)
        yield "broker program: resident when idle", resident_kib(broker.pid) / 1024, "MiB"
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
        if hard < CONNECTIONS + 100:
            return
        host, port = broker.bootstrap.rsplit(":", 1)
        opened = []
        try:
            for _ in range(CONNECTIONS):
                opened.append(socket.create_connection((host, int(port))))
                opened[-1].sendall(struct.pack(">i", len(API_VERSIONS)) + API_VERSIONS)
                if not opened[-1].recv(4):
                    raise RuntimeError("the broker closed a connection")
            yield f"broker program: resident with {CONNECTIONS:,} connections", resident_kib(broker.pid) / 1024, "MiB"
        finally:
            for each in opened:
                each.close()
            resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    finally:
        broker.stop()


def stripped_size(path):
    """Without symbols that only debuggers want."""
    with tempfile.TemporaryDirectory() as folder:
        copy = pathlib.Path(folder, "copy")
        subprocess.run(["strip", "--strip-unneeded", "-o", str(copy), str(path)], check=True)
        return copy.stat().st_size


def sizes(bin_folder):
    lib = bin_folder.parent / "lib"
    for path in (bin_folder / "barnabas", bin_folder / "bench_barnabas", lib / "libbarnabas.a", lib / "libbarnabas_broker.a"):
        if path.exists():
            yield f"size of {path.name}, stripped", stripped_size(path) / 2**20, "MiB"


def compile_time(root, rounds):
    """CPU that g++ takes to read a header and nothing else, medians."""
    for headers in (("barnabas/barnabas.hpp",), ("barnabas/producer.hpp",), ("barnabas/consumer.hpp",),
                    ("string", "vector", "map", "functional", "chrono", "optional", "memory", "span")):
        taken = []
        for _ in range(rounds):
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            source = "".join(f"#include <{header}>\n" for header in headers)
            subprocess.run(["g++", "-std=c++20", "-fsyntax-only", "-x", "c++", "-", f"-I{root}/client/include",
                            f"-I{root}/protocol/include"], input=source, text=True, check=True)
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            taken.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
        title = headers[0] if len(headers) == 1 else "the standard headers that they need"
        yield f"CPU to read {title}", statistics.median(taken), "s"


def measure(bin_folder, root, rounds):
    lines = []
    for part in (starts(bin_folder), connections(bin_folder), sizes(bin_folder), compile_time(root, rounds)):
        for name, value, unit in part:
            lines.append({"scenario": "footprint", "peer": "-", "name": name, "value": value, "unit": unit,
                          "load": os.getloadavg()[0]})
    return lines
