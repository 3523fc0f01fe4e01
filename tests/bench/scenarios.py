"""What is measured: scenarios, and the contestants' command lines."""

from dataclasses import dataclass, field


@dataclass(frozen=True, eq=False)
class Scenario:
    name: str
    mode: str                    # a mode of the programs: produce, consume, latency, forward, group, first, growth
    peers: tuple                 # brokers it runs against: sink, source, kafka, barnabas
    contestants: tuple           # keys of CONTESTANTS
    messages: int                # a run, of the fastest; slow contestants get a part of it
    size: int = 100
    partitions: int = 4
    brokers: int = 1             # that the sink looks like
    arguments: dict = field(default_factory=dict)  # further ones of the programs
    short: bool = False          # part of the short form
    about: str = ""


@dataclass(frozen=True, eq=False)
class Contestant:
    program: str
    arguments: dict = field(default_factory=dict)
    share: float = 1.0           # of the scenario's messages, so that runs take alike


CONTESTANTS = {
    "barnabas": Contestant("bench_barnabas"),
    "barnabas callback": Contestant("bench_barnabas", {"report": "callback"}),
    "barnabas handler": Contestant("bench_barnabas", {"report": "handler"}),
    "barnabas batch": Contestant("bench_barnabas", {"call": "batch"}),
    "barnabas future": Contestant("bench_barnabas", {"report": "future"}),
    "librdkafka": Contestant("bench_librdkafka", share=0.25),
    "librdkafka batch": Contestant("bench_librdkafka", {"call": "batch"}, share=0.25),
    "librdkafka report": Contestant("bench_librdkafka", {"report": "callback"}, share=0.25),
    "floor 16 KB": Contestant("bench_floor", {"batch-bytes": 16_384}),
    "floor 128 KB": Contestant("bench_floor", {"batch-bytes": 131_072}),
    "floor 1 MB": Contestant("bench_floor", {"batch-bytes": 1_000_000}),
    "floor": Contestant("bench_floor"),
    "java": Contestant("java", share=0.5),
}

PRODUCERS = ("barnabas", "barnabas batch", "librdkafka", "librdkafka batch", "floor 16 KB", "floor 128 KB", "floor 1 MB")
CONSUMERS = ("barnabas", "librdkafka", "librdkafka batch", "floor")
BOTH = ("barnabas", "librdkafka")
REPORTING = ("barnabas callback", "barnabas handler", "barnabas future", "librdkafka report")


def size_name(size):
    return f"{size}B" if size < 1000 else f"{size // 1024}KB"


def scenarios():
    counts = {10: 10_000_000, 100: 4_000_000, 1024: 600_000, 10240: 60_000}
    for size, messages in counts.items():
        main = size in (100, 1024)
        for peer in ("sink", "kafka", "barnabas"):
            java = ("java",) if peer == "kafka" and main else ()
            yield Scenario(f"produce-{size_name(size)}-{peer}", "produce", (peer,), PRODUCERS + java, messages, size,
                           short=size == 100 and peer == "sink")
        for peer in ("source", "kafka", "barnabas"):
            java = ("java",) if peer == "kafka" and main else ()
            yield Scenario(f"consume-{size_name(size)}-{peer}", "consume", (peer,), CONSUMERS + java, 2 * messages, size,
                           short=size == 100 and peer == "source")
    yield Scenario("reports-100B-sink", "produce", ("sink",), REPORTING, 3_000_000,
                   about="who wants to know of each record")
    for codec in ("lz4", "zstd"):
        yield Scenario(f"produce-100B-{codec}-sink", "produce", ("sink",), BOTH, 2_000_000,
                       arguments={"codec": codec})
        yield Scenario(f"consume-100B-{codec}-source", "consume", ("source",), CONSUMERS, 4_000_000,
                       arguments={"codec": codec})
    yield Scenario("produce-100B-keyed-sink", "produce", ("sink",), BOTH, 3_000_000,
                   arguments={"keys": 1000})
    for partitions in (1, 1000):
        yield Scenario(f"produce-100B-{partitions}-partitions-sink", "produce", ("sink",), BOTH,
                       3_000_000, partitions=partitions, arguments={"keys": 10_000})
        yield Scenario(f"consume-100B-{partitions}-partitions-source", "consume", ("source",),
                       ("barnabas", "librdkafka batch", "floor"), 4_000_000, partitions=partitions)
    yield Scenario("produce-100B-4-threads-sink", "produce", ("sink",), BOTH, 4_000_000,
                   arguments={"threads": 4})
    yield Scenario("forward-100B-sink", "forward", ("sink",), BOTH, 3_000_000, about="consume, change, produce")
    for peer in ("kafka", "barnabas"):
        yield Scenario(f"forward-100B-{peer}", "forward", (peer,), BOTH, 2_000_000, about="consume, change, produce")
        for members in (1, 4):
            yield Scenario(f"group-of-{members}-100B-{peer}", "group", (peer,), BOTH, 8_000_000, arguments={"members": members},
                           about="members of a group, a thread each, in one process")
    for linger in (0, 5):
        for rate in (1_000, 50_000):
            yield Scenario(f"latency-{rate}-per-second-linger-{linger}", "latency", ("kafka", "barnabas"),
                           BOTH, 4 * rate, partitions=1, arguments={"rate": rate, "linger-ms": linger},
                           about="send to delivery report, and send to a consumer's hands")
    yield Scenario("first-message", "first", ("kafka", "barnabas"), BOTH, 20, partitions=1, arguments={"linger-ms": 0},
                   about="a new producer until its first record is acknowledged, a new consumer until it has read one; per client")
    for brokers, partitions in ((1, 10), (1, 1000), (1, 100_000), (10, 1000), (100, 1000), (1000, 1000)):
        yield Scenario(f"growth-{brokers}-brokers-{partitions}-partitions", "growth", ("sink",), BOTH, 1_000_000,
                       partitions=partitions, brokers=brokers,
                       about="records dealt out to all partitions in turn, after one to each; memory by the resident set")
    for partitions in (10, 1000, 100_000):
        yield Scenario(f"growth-consume-{partitions}-partitions", "consume", ("source",), ("barnabas", "librdkafka batch"),
                       4_000_000, partitions=partitions)


def select(patterns, short):
    from fnmatch import fnmatch
    chosen = [s for s in scenarios() if (any(fnmatch(s.name, p) for p in patterns) if patterns else s.short or not short)]
    if not chosen:
        raise SystemExit("no scenario has such a name; --list shows them")
    return chosen


NOT_EQUAL = [
    "librdkafka checks no checksums when consuming unless told to; here it is told to (`check.crcs`), as Barnabas does.",
    "librdkafka is not idempotent unless told to; here it is told to (`enable.idempotence`), as Barnabas is.",
    "Everything else is each client's default: batch.size 1,000,000 (librdkafka and Barnabas) or 16,384 (Java), linger 5 ms, "
    "buffer 32 MiB (Java and Barnabas) or 100,000 messages (librdkafka).",
    "The floor writes one batch a request with five under way and has no queue: its batches are always full. It fetches only "
    "when it is done with what it has, and knows no errors.",
    "Java's figures are those of its own performance tools, the difference of a long and a short run, so that starting the "
    "virtual machine does not count; they know no allocations and context switches.",
    "When forwarding and in groups librdkafka is read with its batch call, which is its faster one.",
    "The sink and the source take and serve without storing; they share the two processors with the client.",
]
