"""kafka-python for ../client_scenario.sh; the actions are described there. KAFKA_PYTHON_API_VERSION sets the version it assumes."""
import logging
import os
import signal
import sys

import kafka
from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer
from kafka.admin import NewTopic

import envelope

old = kafka.__version__.startswith("2.0")


def options():
    if os.environ.get("CLIENT_DEBUG"):
        logging.basicConfig(level=logging.DEBUG)
    version = os.environ.get("KAFKA_PYTHON_API_VERSION")
    return {"bootstrap_servers": bootstrap, **({"api_version": tuple(map(int, version.split(".")))} if version else {})}


def produce(topic, codec):
    extra = {} if old else {"enable_idempotence": not os.environ.get("KAFKA_PYTHON_API_VERSION", "1").startswith("0.")}
    producer = KafkaProducer(compression_type=None if codec == "none" else codec, acks="all", **extra, **options())
    sent = [producer.send(topic, key=record.key, value=record.value, headers=record.headers, partition=record.partition,
                          timestamp_ms=record.timestamp) for record in envelope.read_all()]
    producer.flush(30)
    for future in sent:
        future.get(0)
    producer.close()


def strategy_named(name):
    from kafka.coordinator.assignors.range import RangePartitionAssignor
    from kafka.coordinator.assignors.roundrobin import RoundRobinPartitionAssignor
    strategies = {"range": RangePartitionAssignor, "roundrobin": RoundRobinPartitionAssignor}
    try:
        from kafka.coordinator.assignors.sticky.sticky_assignor import StickyPartitionAssignor
        strategies["sticky"] = StickyPartitionAssignor
        from kafka.coordinator.assignors.cooperative_sticky import CooperativeStickyAssignor
        strategies["cooperative-sticky"] = CooperativeStickyAssignor
    except ImportError:
        pass
    return strategies[name]


def consume(topic, group, count, strategy="range"):
    left = int(count)
    consumer = KafkaConsumer(topic, group_id=group, auto_offset_reset="earliest", enable_auto_commit=False, heartbeat_interval_ms=200,
                             partition_assignment_strategy=[strategy_named(strategy)], max_poll_records=50, **options())
    while left != 0 and not stopped:
        polled = consumer.poll(timeout_ms=200, max_records=min(left, 50) if left > 0 else 50)
        for records in polled.values():
            for r in records:
                envelope.show(r.topic, r.partition, r.offset, r.timestamp, r.key, r.value, r.headers)
                left -= 1
        if polled:
            consumer.commit()
    consumer.close()


def administer(action, arguments):
    admin = KafkaAdminClient(**options())
    if action == "create":
        admin.create_topics([NewTopic(arguments[0], int(arguments[1]), 1)])
    elif action == "delete":
        admin.delete_topics(arguments[:1])
    elif action == "topics":
        print("\n".join(admin.list_topics()))
    elif action == "groups":
        groups = admin.list_consumer_groups() if old else admin.list_groups()
        print("\n".join(group[0] if isinstance(group, tuple) else group["group_id"] for group in groups))
    elif action == "describe":
        groups = admin.describe_consumer_groups(arguments[:1]) if old else admin.describe_groups(arguments[:1])
        group = groups[0] if isinstance(groups, list) else groups[arguments[0]]
        print(*((group.state, len(group.members)) if old else (group["group_state"], len(group["members"]))))
    admin.close()


stopped = []
signal.signal(signal.SIGTERM, lambda *_: stopped.append(True))
bootstrap, action, *arguments = sys.argv[1:]
if action == "produce":
    produce(*arguments)
elif action == "consume":
    consume(*arguments)
elif action == "member":
    consume(arguments[0], arguments[1], -1, arguments[2])
else:
    administer(action, arguments)
