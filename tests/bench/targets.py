"""What is to be reached, and how far results are."""

# Title, bound, its unit, whether more is better, and how it comes from the medians.


class Medians:
    """Figures of (scenario, peer, contestant); a missing one is None."""

    def __init__(self, collected, footprint):
        self.collected = {(scenario.name, peer): results for (scenario, peer), results in collected.items()}
        self.footprint = footprint

    def figure(self, scenario, peer, name, figure="cpu_ns_per_message"):
        return self.collected.get((scenario, peer), {}).get(name, {}).get(figure)

    def ratio(self, scenario, peer, other, figure="cpu_ns_per_message", name="barnabas"):
        """How many times ours the other's figure is."""
        ours, theirs = self.figure(scenario, peer, name, figure), self.figure(scenario, peer, other, figure)
        return theirs / ours if ours and theirs else None

    def brokers(self, scenario):
        """Apache Kafka's CPU a message, in terms of our broker's, under the same client."""
        ours = self.figure(f"{scenario}-barnabas", "barnabas", "barnabas", "broker_cpu_ns_per_message")
        theirs = self.figure(f"{scenario}-kafka", "kafka", "barnabas", "broker_cpu_ns_per_message")
        return theirs / ours if ours and theirs else None


def inverse(value):
    return 1 / value if value else None


def rows(medians):
    m = medians
    for mode, peers in (("produce", ("kafka", "sink")), ("consume", ("kafka", "source"))):
        for size in ("100B", "1KB"):
            bound = {"produce100B": 8, "produce1KB": 6, "consume100B": 12, "consume1KB": 5}[mode + size]
            for peer in peers:
                for other in ("librdkafka", "librdkafka batch"):
                    yield (f"{mode} {size}, {peer}: messages per client CPU second, over {other}", bound, "x", True,
                           m.ratio(f"{mode}-{size}-{peer}", peer, other))
    yield "consume 100B, kafka: over the Java client", 5, "x", True, m.ratio("consume-100B-kafka", "kafka", "java")
    for size in ("10B", "100B", "1KB", "10KB"):
        for name in ("barnabas", "barnabas batch"):
            yield (f"produce {size}, sink{', batch call' if 'batch' in name else ''}: CPU over the floor's at 1 MB", 2, "x", False,
                   inverse(m.ratio(f"produce-{size}-sink", "sink", "floor 1 MB", name=name)))
        yield (f"consume {size}, source: CPU over the floor's", 2, "x", False,
               inverse(m.ratio(f"consume-{size}-source", "source", "floor")))
    for name in ("barnabas", "barnabas batch"):
        yield (f"produce 100B, sink{', batch call' if 'batch' in name else ''}: the floor's rate over ours", 1.5, "x", False,
               m.ratio("produce-100B-sink", "sink", "floor 1 MB", "messages_per_second", name=name))
    for peer in ("kafka", "barnabas"):
        for linger in (0, 5):
            for quantile in ("p50", "p99"):
                yield (f"latency {quantile} at 1,000/s, {peer}, linger {linger} ms: over librdkafka", 0.7, "x", False,
                       inverse(m.ratio(f"latency-1000-per-second-linger-{linger}", peer, "librdkafka", f"report_{quantile}_us")))
    for scenario, peer in (("produce-100B-sink", "sink"), ("consume-100B-source", "source")):
        yield f"{scenario}: allocations a record (batches and polls allocate)", 0.02, "", False, m.figure(scenario, peer, "barnabas", "allocations_per_message")
        yield f"{scenario}: context switches a record", 0.01, "", False, m.figure(scenario, peer, "barnabas", "switches_per_message")
    yield "1,000 brokers: threads", 2, "", False, m.figure("growth-1000-brokers-1000-partitions", "sink", "barnabas", "threads")
    for kind in ("idle", "used"):
        yield (f"100,000 partitions: {kind} bytes each", 2048, "", False,
               m.figure("growth-1-brokers-100000-partitions", "sink", "barnabas", f"{kind}_bytes_per_partition"))
    for name, bound, unit in (("broker program in memory: first record acknowledged", 10, "ms"),
                              ("broker program: resident when idle", 10, "MiB"),
                              ("broker program: resident with 10,000 connections", 64, "MiB")):
        yield name, bound, unit, False, m.footprint.get(name)
    for mode in ("produce", "consume"):
        for size in ("10B", "100B", "1KB", "10KB"):
            yield f"our broker: {mode} {size} per broker CPU second, over Apache Kafka", 4, "x", True, m.brokers(f"{mode}-{size}")


def table(medians):
    lines = ["| | wanted | measured | |", "|---|---|---|---|"]
    for title, bound, unit, more, value in rows(medians):
        if value is None:
            continue
        reached = value >= bound if more else value <= bound
        text = f"{value:.3g}" if value < 1000 else f"{value:.0f}"
        lines.append(f"| {title} | {'>=' if more else '<='} {bound}{' ' if unit not in ('', 'x') else ''}{unit} "
                     f"| {text}{' ' if unit not in ('', 'x') else ''}{unit} | {'' if reached else 'missed'} |")
    return "\n".join(lines) if len(lines) > 2 else ""
