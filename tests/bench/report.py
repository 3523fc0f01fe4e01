"""Medians, spreads, ratios; Markdown, JSON lines and pictures."""

import html
import json
import statistics

import scenarios
import targets


def summary(lines):
    """Of several runs of one contestant: the median of each figure, and how far runs lie from it."""
    figures = {}
    for name in lines[0]:
        values = [line[name] for line in lines if isinstance(line.get(name), (int, float))]
        if len(values) == len(lines):
            middle = statistics.median(values)
            figures[name] = middle
            figures[name + " spread"] = (max(values) - min(values)) / middle / 2 if middle else 0.0
    return figures


def amount(value):
    for limit, unit in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if abs(value) >= limit:
            return f"{value / limit:.2f} {unit}"
    return f"{value:.2f}"


def nanoseconds(value):
    return f"{value:.0f} ns" if value < 10_000 else f"{value / 1000:.1f} us"


def percent(value):
    return f"±{100 * value:.0f}%"


COLUMNS = [
    ("messages/s", "messages_per_second", amount),
    ("bytes/s", "bytes_per_second", amount),
    ("client CPU per message", "cpu_ns_per_message", nanoseconds),
    ("spread", "cpu_ns_per_message spread", percent),
    ("of it in the kernel", "system_ns_per_message", nanoseconds),
    ("broker CPU per message", "broker_cpu_ns_per_message", nanoseconds),
    ("peak memory", "peak_memory_kib", lambda v: f"{v / 1024:.0f} MiB"),
    ("allocations per message", "allocations_per_message", lambda v: f"{v:.4f}"),
    ("threads", "threads", lambda v: f"{v:.0f}"),
    ("bytes an idle partition", "idle_bytes_per_partition", lambda v: f"{v:.0f}"),
    ("bytes a used one", "used_bytes_per_partition", lambda v: f"{v:.0f}"),
    ("metadata known after", "metadata_ms", lambda v: f"{v:.1f} ms"),
    ("switches per message", "switches_per_message", lambda v: f"{v:.5f}"),
    ("report p50", "report_p50_us", lambda v: f"{v:.0f} us"),
    ("p99", "report_p99_us", lambda v: f"{v:.0f} us"),
    ("p99.9", "report_p999_us", lambda v: f"{v:.0f} us"),
    ("hands p50", "hands_p50_us", lambda v: f"{v:.0f} us"),
    ("p99", "hands_p99_us", lambda v: f"{v:.0f} us"),
    ("p99.9", "hands_p999_us", lambda v: f"{v:.0f} us"),
]


def ratio_columns(results, own="barnabas"):
    """How many times as much CPU each contestant takes as ours."""
    ours = results.get(own, {}).get("cpu_ns_per_message")
    return {name: figures["cpu_ns_per_message"] / ours for name, figures in results.items()
            if ours and "cpu_ns_per_message" in figures}


def markdown_table(results):
    columns = [c for c in COLUMNS if any(c[1] in figures for figures in results.values())]
    ratios = ratio_columns(results)
    rows = [["contestant"] + [c[0] for c in columns] + (["CPU, ours = 1"] if ratios else [])]
    for name, figures in results.items():
        cells = [c[2](figures[c[1]]) if c[1] in figures else "-" for c in columns]
        rows.append([name] + cells + ([f"{ratios[name]:.2f}" if name in ratios else "-"] if ratios else []))
    lines = ["| " + " | ".join(row) + " |" for row in rows]
    lines.insert(1, "|" + "---|" * len(rows[0]))
    return "\n".join(lines)


def collect(raw):
    """The medians of each scenario and peer, in the order in which scenarios are listed."""
    collected = {}
    for scenario in scenarios.scenarios():
        for peer in scenario.peers:
            lines = [line for line in raw if line["scenario"] == scenario.name and line["peer"] == peer]
            names = [name for name in scenario.contestants if any(line["name"] == name for line in lines)]
            if names:
                collected[(scenario, peer)] = {name: summary([line for line in lines if line["name"] == name])
                                               for name in names}
    return collected


def footprint(raw):
    return {line["name"]: line for line in raw if line["scenario"] == "footprint"}


BRIEF = ("barnabas", "barnabas batch", "barnabas future", "barnabas callback", "barnabas handler", "librdkafka", "librdkafka batch", "librdkafka report", "java",
         "floor 16 KB", "floor 128 KB", "floor 1 MB", "floor")


def brief_tables(collected):
    """A line for each scenario: the CPU that a message takes of each contestant, and what ours got done."""
    for modes in (("produce",), ("consume", "group", "forward"), ("growth",)):
        chosen = {key: results for key, results in collected.items() if key[0].mode in modes}
        names = [name for name in BRIEF if any(name in results for results in chosen.values())]
        if not names:
            continue
        yield "| client CPU a message | " + " | ".join(names) + " | ours: messages/s | broker CPU a message |"
        yield "|" + "---|" * (len(names) + 3)
        for (scenario, _), results in chosen.items():
            cells = [nanoseconds(results[n]["cpu_ns_per_message"]) if n in results else "" for n in names]
            ours = results.get("barnabas", {})
            cells.append(amount(ours["messages_per_second"]) if ours else "")
            cells.append(nanoseconds(ours["broker_cpu_ns_per_message"]) if ours else "")
            yield f"| {scenario.name} | " + " | ".join(cells) + " |"
        yield ""


def markdown(collected, measured_once, machine, rounds):
    parts = ["# Benchmark", "", machine, "",
             f"Medians of {rounds} interleaved rounds; the spread is half the distance between the extremes, of the median.", ""]
    table = targets.table(targets.Medians(collected, {name: line["value"] for name, line in measured_once.items()}))
    if table:
        parts += ["## What is wanted", "", table, ""]
    brief = list(brief_tables(collected))
    if brief:
        parts += ["## In short", "", *brief]
    for (scenario, peer), results in collected.items():
        parts += [f"## {scenario.name} ({peer})", ""]
        if scenario.about:
            parts += [scenario.about, ""]
        parts += [markdown_table(results), ""]
    if measured_once:
        parts += ["## Footprint", "", "| | |", "|---|---|"]
        parts += [f"| {name} | {line['value']:.2f} {line['unit']} |" for name, line in measured_once.items()] + [""]
    parts += ["## What is not equal", ""] + [f"- {line}" for line in scenarios.NOT_EQUAL]
    return "\n".join(parts) + "\n"


def picture(collected, figure="cpu_ns_per_message", title="Client CPU per message (ns, user + system)"):
    """Bars, a group for each scenario, as SVG."""
    groups = [(s.name if len(s.peers) == 1 else f"{s.name} ({p})", {n: f[figure] for n, f in r.items() if figure in f}) for (s, p), r in collected.items()]
    groups = [g for g in groups if g[1]]
    width, bar, gap, left = 860, 16, 26, 150
    height = 50 + sum(gap + bar * len(g[1]) for g in groups)
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" font-family="sans-serif" font-size="12">',
           f'<rect width="{width}" height="{height}" fill="white"/>',
           f'<text x="10" y="22" font-size="16" font-weight="bold">{html.escape(title)}</text>']
    y = 40
    for name, values in groups:
        y += gap - 6
        out.append(f'<text x="10" y="{y}" font-weight="bold">{html.escape(name)}</text>')
        y += 6
        most = max(values.values())
        for contestant, value in values.items():
            length = max(1.0, (width - left - 90) * value / most)
            colour = "#2f6f9f" if contestant.startswith("barnabas") else "#9aa5ad" if contestant.startswith("floor") else "#c77d3a"
            out.append(f'<text x="{left - 6}" y="{y + 12}" text-anchor="end">{html.escape(contestant)}</text>')
            out.append(f'<rect x="{left}" y="{y + 2}" width="{length:.1f}" height="{bar - 4}" fill="{colour}"/>')
            out.append(f'<text x="{left + length + 5:.1f}" y="{y + 12}">{value:.0f}</text>')
            y += bar
    out.append("</svg>")
    return "\n".join(out) + "\n"


# What a README has room for.
IN_SHORT = ("produce-100B-kafka", "produce-1KB-kafka", "consume-100B-kafka", "consume-1KB-kafka")


def write(folder, raw, machine):
    """Writes everything anew; returns the Markdown."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "results.jsonl").write_text("".join(json.dumps(line) + "\n" for line in raw))
    collected = collect(raw)
    counts = sorted({sum(line["scenario"] == s.name and line["peer"] == p and line["name"] == name for line in raw)
                     for (s, p), results in collected.items() for name in results})
    text = markdown(collected, footprint(raw), machine, " to ".join(str(c) for c in sorted({*counts[:1], *counts[-1:]})))
    (folder / "results.md").write_text(text)
    for mode in sorted({s.mode for s, _ in collected}):
        chosen = {key: value for key, value in collected.items() if key[0].mode == mode}
        if mode in ("latency", "first"):
            picture_text = picture(chosen, "report_p50_us", "From send to report (us, median)")
        else:
            picture_text = picture(chosen)
        (folder / f"{mode}.svg").write_text(picture_text)
    chosen = {key: {n: f for n, f in value.items() if n in ("barnabas", "librdkafka", "librdkafka batch", "java")}
              for key, value in collected.items() if key[0].name in IN_SHORT}
    if chosen:
        (folder / "short.svg").write_text(
            picture(chosen, title="Client CPU per message at Apache Kafka (ns; less is better)"))
    return text
