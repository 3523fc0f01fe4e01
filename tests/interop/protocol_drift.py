#!/usr/bin/env python3
"""Compares protocol/schemas with Apache Kafka's own definitions, field by field and version by version.

    protocol_drift.py FACTS CODES JAR...

FACTS: what `schemac --facts` prints. CODES: what conformance/KafkaCodes.java prints. JARs: those that hold
common/message/*.json. Prints a line for each difference and ends with 1 if there are any.

Compared: names, types, order, versions, null, defaults, tags, ignorable, flexible versions. Whether a default is null
or empty is compared for tagged fields only: our language has null wherever it is legal, and elsewhere this does not
reach the wire. `ignorable` is compared where the field is missing in some version. What differs on purpose is declared
below, with its reason.
"""
import json
import re
import sys
import zipfile

OPEN = 32767

# Messages of Kafka that we do not have. Those between controllers and brokers only, and those of no valid version,
# need no entry.
NOT_OURS = {
    "ControlRecordTypeSchema": "two int16, read by hand (records/control_record)",
    "DefaultPrincipalData": "inside Envelope, between brokers and controllers",
    "EndTxnMarker": "read by hand (records/control_record)",
    "KRaftVersionRecord": "in the controllers' log only",
    "LeaderChangeMessage": "in the controllers' log only",
    "SnapshotFooterRecord": "in the controllers' log only",
    "SnapshotHeaderRecord": "in the controllers' log only",
    "VotersRecord": "in the controllers' log only",
}
# Ours under another name, or one of ours for two of Kafka's. A key's version stands for its kind with us.
RENAMED = {"LegacyOffsetCommitKey": "OffsetCommitKey", "LegacyOffsetCommitValue": "OffsetCommitValue"}
# Versions of Kafka's that we leave out.
FEWER_VERSIONS = {"RequestHeader": (0, "served one request that Kafka 4.0 removed")}
# Errors that are retriable with us only.
RETRIABLE_WITH_US = {"BROKER_NOT_AVAILABLE": "our client says so of a broker that it does not know yet"}
# APIs whose messages travel between controllers and brokers only.
INTERNAL = {"controller", "raft"}


def snake_case(name):
    name = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name)
    return name.lower()


def versions(text, within):
    """A Kafka version range as a pair, cut to `within`; None when nothing is left."""
    if text is None:
        return within
    if text == "none":
        return None
    first, _, last = text.rstrip("+").partition("-")
    pair = (int(first), OPEN if text.endswith("+") else int(last or first))
    return cut(pair, within)


def cut(pair, within):
    pair = (max(pair[0], within[0]), min(pair[1], within[1]))
    return pair if pair[0] <= pair[1] else None


def contains(pair, version):
    return pair is not None and pair[0] <= version <= pair[1]


class Theirs:
    """One of Kafka's definitions."""

    def __init__(self, definition):
        self.name = definition["name"]
        self.kind = definition["type"]
        self.key = definition.get("apiKey")
        self.listeners = set(definition.get("listeners", []))
        self.valid = versions(definition["validVersions"], (0, OPEN))
        self.unstable = definition.get("latestVersionUnstable", False)
        flexible = definition.get("flexibleVersions", "none")
        self.flexible = OPEN if flexible == "none" else int(flexible.rstrip("+"))
        self.fields = definition.get("fields", [])
        self.structs = {each["name"]: each["fields"] for each in definition.get("commonStructs", [])}
        # Only requests name their listeners.
        self.internal = self.kind == "request" and self.listeners and self.listeners <= INTERNAL

    def at(self, version, fields=None, around=(0, OPEN)):
        tree = []
        for field in self.fields if fields is None else fields:
            present = versions(field.get("versions"), around)
            if "taggedVersions" in field and present is not None:
                present = versions(field["taggedVersions"], present)
            if not contains(present, version):
                continue
            nullable = contains(versions(field.get("nullableVersions", "none"), (0, OPEN)), version)
            element = field["type"].removeprefix("[]")
            tree.append({
                "name": snake_case(field["name"]), "type": field["type"], "nullable": nullable,
                "default": self.default(field), "tag": field.get("tag"), "ignorable": field.get("ignorable", False),
                "plain": field.get("flexibleVersions") == "none",
                "always": cut(self.valid, present) == self.valid,
                "fields": self.at(version, field.get("fields", self.structs.get(element)), present)
                if element[0].isupper() else None})
        return tree

    @staticmethod
    def default(field):
        text = field.get("default")
        kind = field["type"]
        if text is not None and str(text) == "null":
            return None
        if kind == "bool":
            return str(text).lower() == "true"
        if kind.startswith("int") or kind.startswith("uint"):
            return int(str(text), 0) if text not in (None, "") else 0
        return text or ""


class Ours:
    """A message of `schemac --facts`."""

    def __init__(self, message):
        self.__dict__.update(message)

    def at(self, version, fields=None):
        tree = []
        for field in self.fields if fields is None else fields:
            if not contains(field["versions"], version):
                continue
            tree.append(dict(field, nullable=contains(field["nullable"], version),
                             always=field["versions"] == self.versions,
                             fields=self.at(version, field["fields"]) if "fields" in field else None))
        return tree


class Report:
    def __init__(self):
        self.lines = {}

    def say(self, where, what, version=None):
        self.lines.setdefault((where, what), []).append(version)

    def print(self):
        for (where, what), found in self.lines.items():
            found = [version for version in found if version is not None]
            in_versions = f" (versions {found[0]}-{found[-1]})" if found else ""
            print(f"{where}: {what}{in_versions}")
        return len(self.lines)


def compare_trees(ours, theirs, where, version, report):
    def ordered(tree):
        return [f["name"] for f in tree if f["tag"] is None]

    our_fields = {field["name"]: field for field in ours}
    their_fields = {field["name"]: field for field in theirs}
    for name in their_fields.keys() - our_fields.keys():
        report.say(where, f"we lack the field {name}", version)
    for name in our_fields.keys() - their_fields.keys():
        report.say(where, f"Kafka lacks the field {name}", version)
    if our_fields.keys() == their_fields.keys() and ordered(ours) != ordered(theirs):
        report.say(where, f"the order is {ordered(ours)} with us, {ordered(theirs)} with Kafka", version)
    for name in our_fields.keys() & their_fields.keys():
        our, their = our_fields[name], their_fields[name]
        path = f"{where}.{name}"
        seen = ["type", "nullable", "tag", "plain"]
        if our["tag"] is not None or our["default"] not in (None, ""):
            seen.append("default")
        if not our["always"]:
            seen.append("ignorable")
        for fact in seen:
            if our[fact] != their[fact]:
                report.say(path, f"{fact} is {our[fact]!r} with us, {their[fact]!r} with Kafka", version)
        if our["fields"] is not None and their["fields"] is not None:
            compare_trees(our["fields"], their["fields"], path, version, report)


def compare_message(ours, theirs, report):
    """Returns how many versions were compared."""
    if theirs.kind == "coordinator-key":
        # Kafka counts kinds beside versions; both are the one int16 in front of the key.
        if not contains(ours.versions, theirs.key):
            report.say(theirs.name, f"is of kind {theirs.key}, ours has {ours.versions}")
        common = {theirs.key: 0}
        flexible = OPEN if theirs.flexible == OPEN else theirs.key
    else:
        first, reason = FEWER_VERSIONS.get(theirs.name, (None, None))
        expected = (theirs.valid[0] if reason is None else first + 1, theirs.valid[1])
        if theirs.name not in RENAMED and tuple(ours.versions) != expected:
            report.say(theirs.name, f"versions are {ours.versions} with us, {list(theirs.valid)} with Kafka")
        unstable = [theirs.valid[1]] * 2 if theirs.unstable else None
        if theirs.kind == "request" and ours.unstable != unstable:
            report.say(theirs.name, f"unstable are {ours.unstable} with us, {unstable} with Kafka")
        common = {v: v for v in range(theirs.valid[0], theirs.valid[1] + 1) if contains(ours.versions, v)}
        flexible = theirs.flexible
    if theirs.name not in RENAMED and ours.flexible != flexible:
        report.say(theirs.name, f"flexible from {ours.flexible} with us, from {flexible} with Kafka")
    if theirs.kind in ("request", "response") and ours.key != theirs.key:
        report.say(theirs.name, f"key {ours.key} with us, {theirs.key} with Kafka")
    for our_version, their_version in common.items():
        compare_trees(ours.at(our_version), theirs.at(their_version), theirs.name, our_version, report)
    return len(common)


def load_theirs(jars):
    for jar in jars:
        with zipfile.ZipFile(jar) as archive:
            for name in sorted(archive.namelist()):
                if name.startswith("common/message/") and name.endswith(".json"):
                    text = archive.read(name).decode()
                    yield Theirs(json.loads(re.sub(r"^\s*//.*$", "", text, flags=re.M)))


def compare_codes(facts, codes, report):
    """Errors and API keys: lines "error NUMBER NAME RETRIABLE" and "key NUMBER NAME"."""
    theirs = [line.split() for line in codes.splitlines()]
    ours = {e["number"]: e for e in facts["errors"] if e["number"] < 1000}
    for _, number, name, retriable in (line for line in theirs if line[0] == "error"):
        our = ours.pop(int(number), None)
        if our is None or our["name"] != name:
            report.say(f"error {number}", f"{our and our['name']} with us, {name} with Kafka")
        elif our["retriable"] != (retriable == "true") and name not in RETRIABLE_WITH_US:
            report.say(f"error {name}", f"retriable is {our['retriable']} with us, {retriable} with Kafka")
    for number, our in ours.items():
        report.say(f"error {number}", f"Kafka lacks {our['name']}")
    keys = {key["number"]: key["name"] for key in facts["keys"]}
    their_keys = {int(line[1]): line[2] for line in theirs if line[0] == "key"}
    for number in sorted(keys.keys() | their_keys.keys()):
        our, their = keys.get(number), their_keys.get(number)
        if (our or "").upper() != (their or "").replace("_", "").upper():
            report.say(f"key {number}", f"{our} with us, {their} with Kafka")


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        facts = json.load(file)
    with open(sys.argv[2], encoding="utf-8") as file:
        codes = file.read()
    report = Report()
    ours = {message["name"]: Ours(message) for message in facts["messages"]}
    theirs = list(load_theirs(sys.argv[3:]))
    internal_keys = {each.key for each in theirs if each.internal}
    compared, seen = 0, set()
    for each in theirs:
        removed = each.valid is None
        internal = each.kind in ("request", "response") and each.key in internal_keys
        name = RENAMED.get(each.name, each.name)
        if name not in ours:
            if not (removed or internal or each.name in NOT_OURS):
                report.say(each.name, "we do not have it")
            continue
        if removed:
            report.say(each.name, "Kafka has removed it")
            continue
        seen.add(name)
        compared += compare_message(ours[name], each, report)
    for name in ours.keys() - seen:
        report.say(name, "Kafka does not have it")
    compare_codes(facts, codes, report)
    count = report.print()
    print(f"{len(seen)} messages in {compared} versions compared: {count} differences")
    return 1 if count or not compared else 0


if __name__ == "__main__":
    sys.exit(main())
