"""The other ends: sink and source (bench_peer), Apache Kafka, our broker."""

import os
import pathlib
import shutil
import subprocess
import tempfile
import uuid

TICKS = os.sysconf("SC_CLK_TCK")


class Unavailable(Exception):
    """A broker that cannot be had on this machine."""


def cpu_seconds(pid):
    """User and system time of a process."""
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


class Peer:
    """bench_peer, made anew for each scenario: it serves one kind of batch."""

    def __init__(self, bin_folder, scenario):
        arguments = [bin_folder / "bench_peer", "serve", "--size", scenario.size, "--partitions", scenario.partitions, "--brokers", scenario.brokers,
                     "--codec", scenario.arguments.get("codec", "none")]
        self.process = subprocess.Popen([str(a) for a in arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.bootstrap = self.process.stdout.readline().strip()
        self.pid = self.process.pid

    def topic(self, _partitions):
        return "bench"

    def drop(self, _topic):
        pass

    def stop(self):
        self.process.stdin.close()
        self.process.wait()


class Broker:
    """What has topics: made once, with a new topic for each run that produces."""

    def __init__(self, bin_folder):
        self.program = bin_folder / "barnabas"

    def topic(self, partitions):
        name = f"bench-{uuid.uuid4().hex[:12]}"
        self._command("create", name, "-p", str(partitions))
        return name

    def drop(self, topic):
        self._command("delete", topic)

    def _command(self, *arguments):
        subprocess.run([str(self.program), "topic", arguments[0], "-b", self.bootstrap, *arguments[1:]], check=True,
                       stdout=subprocess.DEVNULL)


class ApacheKafka(Broker):
    def __init__(self, bin_folder, script):
        super().__init__(bin_folder)
        self.script = script
        self.folder = tempfile.mkdtemp(prefix="barnabas-bench-")
        environment = dict(os.environ, KAFKA_TIER="4")
        started = subprocess.run([str(script), "start", self.folder, "--heap", "1g", "--base-port", "19592"],
                                 env=environment, capture_output=True, text=True)
        if started.returncode != 0:
            shutil.rmtree(self.folder)
            raise Unavailable(f"Apache Kafka: {started.stderr.strip().splitlines()[-1:]}")
        self.bootstrap = started.stdout.split()[-1]
        self.pid = int(pathlib.Path(self.folder, "node-1", "pid").read_text())

    def stop(self):
        subprocess.run([str(self.script), "stop", self.folder])
        shutil.rmtree(self.folder, ignore_errors=True)


class OurBroker(Broker):
    def __init__(self, bin_folder):
        super().__init__(bin_folder)
        self.folder = tempfile.mkdtemp(prefix="barnabas-bench-")
        # As Apache Kafka: an acknowledged record is in the page cache, not yet on the disk.
        self.process = subprocess.Popen(
            [str(self.program), "broker", "--listen", "127.0.0.1:0", "--data", self.folder, "-X", "barnabas.fsync=never"],
            stdout=subprocess.PIPE, text=True)
        self.bootstrap = self.process.stdout.readline().split()[-1]
        self.pid = self.process.pid

    def stop(self):
        self.process.terminate()
        self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)
