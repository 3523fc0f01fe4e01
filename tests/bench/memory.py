"""The machine's memory, before anything is measured."""

import mmap
import pathlib
import time

PART = 0.8  # of what is free


def free_bytes():
    facts = dict(line.split(":", 1) for line in open("/proc/meminfo"))
    free = int(facts["MemAvailable"].split()[0]) * 1024
    group = pathlib.Path("/sys/fs/cgroup")
    try:
        limit = (group / "memory.max").read_text().strip()
        if limit != "max":
            free = min(free, int(limit) - int((group / "memory.current").read_text()))
    except OSError:
        pass  # no such limit
    return max(0, free)


def touch():
    """Has the system write once to most of the memory that is free. In a virtual machine memory comes from the host when it is written
    to for the first time, which takes longer than all that a broker does with a byte; whose bytes meet it would be chance. Returns
    bytes and seconds."""
    size = int(free_bytes() * PART) // mmap.PAGESIZE * mmap.PAGESIZE
    if size == 0:
        return 0, 0.0
    begin = time.monotonic()
    mmap.mmap(-1, size, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | mmap.MAP_POPULATE).close()
    return size, time.monotonic() - begin
