"""Checks that every source includes only what its layer may.  layers.py [--self-test]"""
import re
import subprocess
import sys

SYSTEM_IO = {"sys/socket.h", "sys/epoll.h", "sys/eventfd.h", "sys/uio.h", "sys/stat.h", "unistd.h", "fcntl.h",
             "netdb.h", "poll.h", "signal.h", "csignal", "thread", "mutex", "condition_variable", "shared_mutex",
             "future", "fstream", "filesystem", "iostream", "random", "stop_token", "ctime", "time.h"}
CORE_PROJECT = {"protocol/base", "protocol/wire", "protocol/records", "protocol/compression", "protocol/network",
                "protocol/messages", "protocol/sasl"}

# Layer: (which files, project prefixes they may include, whether system I/O headers are allowed).
LAYERS = [
    ("public protocol headers", r"^protocol/include/", set(), False),
    ("public client headers", r"^client/include/", set(), True),
    ("public broker headers", r"^broker/include/", set(), True),
    ("schema compiler", r"^protocol/schemac/", {"protocol/schemac", "protocol/base"}, True),
    ("transport", r"^protocol/transport/", CORE_PROJECT | {"protocol/transport"}, True),
    ("protocol", r"^protocol/", CORE_PROJECT, False),
    ("client core", r"^client/src/core/", CORE_PROJECT | {"client/src/core"}, False),
    ("client shells", r"^client/src/io/", CORE_PROJECT | {"protocol/transport", "client/src"}, True),
    ("broker core", r"^broker/src/core/", CORE_PROJECT | {"broker/src/core"}, False),
    ("broker handlers", r"^broker/src/handlers/", CORE_PROJECT | {"broker/src/core", "broker/src/handlers"}, False),
    ("public simulation headers", r"^simulation/include/", set(), True),
    ("simulation", r"^simulation/src/",
     CORE_PROJECT | {"client/src/io", "broker/src/core", "broker/src/handlers", "broker/src/io", "simulation/src"}, True),
    ("broker shells", r"^broker/src/io/", CORE_PROJECT | {"protocol/transport", "broker/src"}, True),
]
# Public headers that client and broker share come from protocol/include; the others are their owner's.
THIRD_PARTY_IN_PUBLIC = re.compile(r"^(asio|openssl|lz4|zstd|zlib|snappy|CLI|nlohmann|benchmark)")
# Files that have a reason to include more than their layer may. Keep it short.
EXCEPTIONS = {
    ("client/src/core/producer/append_lock.hpp", "mutex"):
        "the producer's append path has its own short locks (ARCHITECTURE.md, Deciding without I/O)",
    ("client/src/core/producer/append_lock.cpp", "thread"): "who finds such a lock taken leaves the processor to its holder",
}
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.MULTILINE)


def public_owner(name, files):
    for layer in ("protocol", "client", "broker", "simulation"):
        if f"{layer}/include/{name}" in files:
            return layer
    return None


def problems(path, text, files):
    for title, pattern, allowed, io_allowed in LAYERS:
        if not re.match(pattern, path):
            continue
        own = path.split("/")[0]
        for kind, name in INCLUDE.findall(text):
            if (path, name) in EXCEPTIONS:
                continue
            if name.startswith("barnabas/"):
                owner = public_owner(name, files)
                if owner is None:
                    yield f"{path}: <{name}> does not exist"
                elif owner not in ("protocol", own) and own != "simulation":
                    yield f"{path}: {title} must not include <{name}> of {owner}/"
            elif kind == '"':
                if not any(name.startswith(prefix + "/") for prefix in allowed):
                    yield f"{path}: {title} must not include \"{name}\""
            elif not io_allowed and name in SYSTEM_IO:
                yield f"{path}: {title} must not include <{name}>: I/O, clocks, threads and chance belong in shells"
            elif "/include/" in path and THIRD_PARTY_IN_PUBLIC.match(name):
                yield f"{path}: public headers include no third-party header, found <{name}>"
        return


def self_test():
    files = {"client/include/barnabas/producer.hpp", "protocol/include/barnabas/error.hpp"}
    bad = [("client/src/core/x.cpp", '#include "broker/src/core/log.hpp"'),
           ("broker/src/core/x.cpp", '#include "protocol/transport/event_loop.hpp"'),
           ("broker/src/core/x.cpp", "#include <barnabas/producer.hpp>"),
           ("client/src/core/x.cpp", "#include <mutex>"),
           ("protocol/wire/x.cpp", "#include <sys/socket.h>"),
           ("client/include/barnabas/producer.hpp", "#include <asio.hpp>")]
    good = [("client/src/core/x.cpp", '#include "client/src/core/y.hpp"\n#include <barnabas/error.hpp>\n#include <vector>'),
            ("client/src/io/x.cpp", '#include "protocol/transport/event_loop.hpp"\n#include <mutex>')]
    failures = [entry for entry in bad if not list(problems(*entry, files))]
    failures += [entry for entry in good if list(problems(*entry, files))]
    for entry in failures:
        print("self-test failed for", entry)
    return 1 if failures else 0


def main():
    if "--self-test" in sys.argv:
        return self_test()
    files = set(subprocess.check_output(["git", "ls-files"], text=True).split())
    found = []
    for path in sorted(files):
        if path.endswith((".hpp", ".cpp")):
            with open(path, encoding="ascii") as source:  # ASCII only is a rule of its own
                found += problems(path, source.read(), files)
    print("\n".join(found) or "layers are clean")
    return 1 if found else 0


sys.exit(main())
