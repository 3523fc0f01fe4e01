"""Our consumers and Java's as members of the same groups.

  mixed_groups.py PROGRAM CLASSPATH NAME=BOOTSTRAP...

For each broker and assignor, with either kind as leader: members join and leave, every record is read exactly once, committed
offsets are honoured by the other kind, sticky assignors move no more than they must, static members come back to their place.
"""
import collections
import concurrent.futures
import json
import os
import subprocess
import sys
import tempfile
import threading
import time

PATIENCE = 60
PARTITIONS = 6
JAVA_ASSIGNORS = {"range": "RangeAssignor", "roundrobin": "RoundRobinAssignor", "sticky": "StickyAssignor",
                  "cooperative-sticky": "CooperativeStickyAssignor"}
STICKY = {"sticky", "cooperative-sticky"}
LIMITS = {"session.timeout.ms": "20000", "heartbeat.interval.ms": "200"}
folder = tempfile.mkdtemp()


class Failure(Exception):
    pass


def wait_for(what, condition):
    deadline = time.monotonic() + PATIENCE
    while True:
        result = condition()
        if result:
            return result
        if time.monotonic() > deadline:
            raise Failure(f"gave up waiting for {what}")
        time.sleep(0.2)


class JavaProcess:
    """One JVM that runs any number of consumers (GroupMembers.java)."""

    def __init__(self, classpath):
        source = os.path.join(os.path.dirname(os.path.abspath(__file__)), "GroupMembers.java")
        self.errors = open(os.path.join(folder, "java.err"), "w+")
        self.process = subprocess.Popen(
            ["java", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Dorg.slf4j.simpleLogger.defaultLogLevel=error", "-cp", classpath, source],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.errors, text=True)
        self.lock = threading.Lock()
        self.expect("ready")

    def expect(self, wanted):
        line = self.process.stdout.readline().strip()
        if line != wanted:
            self.errors.seek(0)
            raise Failure(f"the Java members say '{line}' instead of '{wanted}': {self.errors.read()}")

    def command(self, line):
        with self.lock:
            self.process.stdin.write(line + "\n")
            self.process.stdin.flush()
            self.expect("done " + line)

    def end(self):
        self.process.stdin.close()
        self.process.wait(PATIENCE)


class Member:
    count = 0
    processes = []

    def __init__(self, kind, test, instance=None):
        Member.count += 1
        # A static member that comes back is shown under the client id of its first time.
        self.kind, self.test, self.name = kind, test, instance or f"{kind}-{Member.count}"
        self.file = os.path.join(folder, f"{test.group}-{Member.count}")
        properties = dict(LIMITS)
        if instance:
            properties["group.instance.id"] = instance
        if kind == "java":
            properties.update({"bootstrap.servers": test.bootstrap, "group.id": test.group, "client.id": self.name,
                               "partition.assignment.strategy": "org.apache.kafka.clients.consumer." + JAVA_ASSIGNORS[test.assignor]})
            test.java.command(f"start {self.file} {self.file} {test.topic} " + " ".join(f"{k}={v}" for k, v in properties.items()))
        else:
            properties.update({"partition.assignment.strategy": test.assignor, "client.id": self.name})
            options = [option for pair in properties.items() for option in ("-X", "=".join(pair))]
            self.errors = open(self.file + ".err", "w")
            self.process = subprocess.Popen(
                [test.program, "consume", "-b", test.bootstrap, "-t", test.topic, "-G", test.group, "-o", "beginning", "-u",
                 "-f", "%p %o %s\n", *options], stdout=open(self.file, "w"), stderr=self.errors)
            Member.processes.append(self.process)

    def stop(self):
        if self.kind == "java":
            self.test.java.command(f"stop {self.file}")
        else:
            self.process.terminate()
            if self.process.wait(PATIENCE) != 0:
                raise Failure(f"{self.name} ended with {self.process.returncode}: {open(self.file + '.err').read()}")

    def lines(self):
        with open(self.file) as lines:
            return [line for line in lines.read().split("\n") if line]


class Test:
    def __init__(self, program, java, bootstrap, name, assignor):
        self.program, self.java, self.bootstrap, self.assignor, self.group, self.topic = program, java, bootstrap, assignor, name, name
        self.members, self.sent = [], 0
        try:
            self.run("topic", "create", "-b", bootstrap, self.topic, "-p", str(PARTITIONS))
        except Failure as failure:
            # A busy Apache Kafka repeats the request to its controller by itself; the name is nobody else's.
            if "TOPIC_ALREADY_EXISTS" not in str(failure):
                raise

    def run(self, *arguments, **options):
        done = subprocess.run([self.program, *arguments], capture_output=True, text=True, timeout=PATIENCE, **options)
        if done.returncode != 0:
            raise Failure(f"barnabas {' '.join(arguments)}: {done.stderr}")
        return done.stdout

    def join(self, kind, instance=None):
        self.members.append(Member(kind, self, instance))
        return self.members[-1]

    def produce(self, count):
        values = "".join(f"key-{i}:{i}\n" for i in range(self.sent, self.sent + count))
        self.run("produce", "-b", self.bootstrap, "-t", self.topic, "-K:", input=values)
        self.sent += count

    def owners(self):
        """Which client has which partitions, once the group is stable."""
        done = subprocess.run([self.program, "group", "describe", "-b", self.bootstrap, self.group, "--json"],
                              capture_output=True, text=True, timeout=PATIENCE)
        if done.returncode != 0:
            return None  # nobody has joined yet
        group = json.loads(done.stdout)[0]
        if group["state"] != "Stable":
            return None
        return {member["clientId"]: {part for part in member["assignment"]} for member in group["members"]}

    def await_owners(self, members):
        """Waits until these members, and no others, share all partitions fairly."""
        names = {member.name for member in members}
        share = PARTITIONS // len(members)
        seen = {"last": None}

        def settled():
            seen["last"] = self.owners()
            owners = seen["last"]
            return owners if owners and set(owners) == names and all(len(parts) == share for parts in owners.values()) else None
        try:
            return wait_for("the group to settle", settled)
        except Failure as failure:
            raise Failure(f"{failure}: {sorted(names)} should share, but it is {seen['last']}")

    def await_all_read(self):
        """Every record that was sent was read by one member, once."""
        def read():
            lines = [line for member in self.members for line in member.lines()]
            return lines if len(lines) >= self.sent else None
        try:
            lines = wait_for("records", read)
        except Failure as failure:
            raise Failure(f"{failure}: {[(m.name, len(m.lines())) for m in self.members]} of {self.sent}")
        values = collections.Counter(line.split(" ")[2] for line in lines)
        twice = [value for value, times in values.items() if times > 1]
        if twice or len(values) != self.sent:
            raise Failure(f"{len(values)} of {self.sent} records were read, {len(twice)} of them twice, such as {twice[:3]}")


def moved(before, after):
    """Partitions that left a member which is still there although it had no more than its share."""
    return {name: parts - after[name] for name, parts in before.items() if name in after and parts - after[name]}


def dynamic_members(test, first, other):
    a = test.join(first)
    alone = test.await_owners([a])
    b = test.join(other)
    two = test.await_owners([a, b])
    test.produce(600)
    test.await_all_read()
    c = test.join(other)
    three = test.await_owners([a, b, c])
    if test.assignor in STICKY:
        for before, after in ((alone, two), (two, three)):
            for name, parts in after.items():
                if name in before and not parts <= before[name]:
                    raise Failure(f"{name} was given {parts} although it had {before[name]}")
    a.stop()  # the leader: now the other kind assigns
    left = test.await_owners([b, c])
    if test.assignor in STICKY and moved(three, left):
        raise Failure(f"partitions moved without need: {three} became {left}")
    test.produce(600)
    test.await_all_read()
    b.stop()
    c.stop()
    # What the others committed is where the next one goes on, whatever its kind.
    test.produce(60)
    d = test.join(first)
    test.await_owners([d])
    test.await_all_read()
    d.stop()


def static_members(test, first, other):
    a = test.join(first, "instance-a")
    test.await_owners([a])
    b = test.join(other, "instance-b")
    before = test.await_owners([a, b])
    test.produce(300)
    test.await_all_read()
    for kind, leaving, staying, instance in ((other, b, a, "instance-b"), (first, a, None, "instance-a")):
        leaving.stop()
        if leaving.name not in (test.owners() or {}):
            raise Failure(f"the static member {leaving.name} left the group, or a rebalance began, when it stopped")
        back = test.join(kind, instance)
        staying = staying or b
        after = test.await_owners([back, staying])
        if after[back.name] != before[leaving.name] or after[staying.name] != before[staying.name]:
            raise Failure(f"the return of {instance} moved partitions: {before} became {after}")
        before = after
        if instance == "instance-b":
            b = back
        test.produce(300)
        test.await_all_read()


def main():
    program, classpath, *brokers = sys.argv[1:]
    java = JavaProcess(classpath)
    tests = []
    for broker in brokers:
        name, bootstrap = broker.split("=", 1)
        for number, assignor in enumerate(JAVA_ASSIGNORS):
            orders = [("ours", "java"), ("java", "ours")]
            # Apache Kafka's coordinator is not what is tested; each assignor with one order is enough there.
            for first, other in orders if name == "ours" else orders[number % 2:number % 2 + 1]:
                tests.append((f"{name}-{assignor}-{first}-first", bootstrap, assignor, dynamic_members, first, other))
        tests.append((f"{name}-static", bootstrap, "range", static_members, "ours", "java"))

    def run(entry):
        title, bootstrap, assignor, scenario, first, other = entry
        began = time.monotonic()
        try:
            scenario(Test(program, java, bootstrap, title, assignor), first, other)
        except Exception as problem:  # reported with the rest
            return f"FAILED {title}: {problem if isinstance(problem, Failure) else repr(problem)}"
        return f"{title}: {time.monotonic() - began:.1f} s"

    with concurrent.futures.ThreadPoolExecutor(max_workers=6) as pool:
        results = list(pool.map(run, tests))
    print("\n".join(results))
    # A scenario that failed leaves its members behind; they would make its topics anew in the next run's brokers.
    for process in Member.processes:
        if process.poll() is None:
            process.kill()
    java.end()
    return 1 if any(result.startswith("FAILED") for result in results) else 0


sys.exit(main())
