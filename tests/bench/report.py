"""Medians, spreads, ratios; Markdown, JSON lines and pictures."""

import html
import json
import statistics


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


def markdown(collected, machine, rounds, not_equal):
    parts = ["# Benchmark", "", machine, "",
             f"Medians of {rounds} interleaved rounds; the spread is half the distance between the extremes, of the median.", ""]
    for (scenario, peer), results in collected.items():
        parts += [f"## {scenario.name} ({peer})", ""]
        if scenario.about:
            parts += [scenario.about, ""]
        parts += [markdown_table(results), ""]
    parts += ["## What is not equal", ""] + [f"- {line}" for line in not_equal]
    return "\n".join(parts) + "\n"


def picture(collected, figure="cpu_ns_per_message", title="Client CPU per message (ns, user + system)"):
    """Bars, a group for each scenario, as SVG."""
    groups = [(f"{s.name}", {n: f[figure] for n, f in r.items() if figure in f}) for (s, _), r in collected.items()]
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


def write(folder, collected, raw, machine, rounds, not_equal):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "results.jsonl").write_text("".join(json.dumps(line) + "\n" for line in raw))
    text = markdown(collected, machine, rounds, not_equal)
    (folder / "results.md").write_text(text)
    for mode in sorted({s.mode for s, _ in collected}):
        chosen = {key: value for key, value in collected.items() if key[0].mode == mode}
        (folder / f"{mode}.svg").write_text(picture(chosen))
    return text
