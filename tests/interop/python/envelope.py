"""Records as lines of JSON, in the envelope of `barnabas consume -J`."""
import json
import sys


def encode(text):
    return None if text is None else text.encode()


def decode(data):
    return None if data is None else data.decode()


class Record:
    def __init__(self, line):
        fields = json.loads(line)
        self.key = encode(fields["key"])
        self.value = encode(fields["payload"])
        self.timestamp = fields["ts"]
        self.partition = fields.get("partition")
        headers = fields.get("headers") or []
        self.headers = [(headers[at], encode(headers[at + 1])) for at in range(0, len(headers), 2)]


def read_all():
    return [Record(line) for line in sys.stdin]


def show(topic, partition, offset, timestamp, key, value, headers):
    flat = [item for name, content in headers or [] for item in (name, decode(content))]
    print(json.dumps({"topic": topic, "partition": partition, "offset": offset, "ts": timestamp, "headers": flat,
                      "key": decode(key), "payload": decode(value)}), flush=True)
