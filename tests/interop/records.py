"""Records for the interoperability tests, as lines of JSON in the envelope of `barnabas consume -J`.

records.py make COUNT [NAME] [no-partition] [no-null-headers]    COUNT records whose keys and payloads contain NAME
records.py canonical [no-partition] [empty-is-null]    sorts lines, keeping what both sides must agree on
"""
import json
import sys


def make(count, name, flags):
    for i in range(count):
        record = {"key": f"{name}-key-{i % 17}", "payload": f"{name} payload {i} " * (1 + i % 40), "ts": 1700000000000 + 60000 * i}
        if "no-partition" not in flags:
            record["partition"] = i % 3
        if i % 5 == 1:
            record["key"] = None
        if i % 7 == 1:
            record["payload"] = None
        if i % 11 == 1:
            record["payload"] = ""
        if i % 3 == 1:
            record["headers"] = ["trace", f"{name}-{i}", "empty", ""]
        if i % 6 == 1:
            record["headers"] = ["\u00fcber", "\u00e4\u00f6\u00fc"]
            if "no-null-headers" not in flags:
                record["headers"] += ["nothing", None]
        # A tombstone without a key could not be told from another.
        if record["key"] is None and not record["payload"]:
            record["key"] = f"{name}-key-only-{i}"
        print(json.dumps(record, ensure_ascii=False))


def canonical(flags):
    lines = []
    for line in sys.stdin:
        record = json.loads(line)
        kept = [record["ts"], record["key"], record["payload"], record.get("headers") or []]
        if "empty-is-null" in flags:
            kept[1:] = [text or None for text in kept[1:3]] + [[text or None for text in kept[3]]]
        if "no-partition" not in flags:
            kept.insert(0, record["partition"])
        lines.append(json.dumps(kept, ensure_ascii=False))
    print("\n".join(sorted(lines)))


if sys.argv[1] == "make":
    make(int(sys.argv[2]), sys.argv[3] if len(sys.argv) > 3 else "record", sys.argv[4:])
else:
    canonical(sys.argv[2:])
