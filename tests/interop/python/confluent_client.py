"""confluent-kafka for ../client_scenario.sh; the actions are described there."""
import os
import signal
import sys

from confluent_kafka import Consumer, KafkaException, Producer
from confluent_kafka.admin import AdminClient, NewTopic

import envelope


def options(**more):
    debug = {"debug": "all"} if os.environ.get("CLIENT_DEBUG") else {}
    return {"bootstrap.servers": bootstrap, **debug, **{name.replace("_", "."): value for name, value in more.items()}}


def delivered(error, _):
    if error:
        raise KafkaException(error)


def produce(topic, codec):
    producer = Producer(options(compression_type=codec, enable_idempotence=True, partitioner="murmur2_random"))
    for r in envelope.read_all():
        where = {} if r.partition is None else {"partition": r.partition}
        producer.produce(topic, r.value, r.key, headers=r.headers, timestamp=r.timestamp, on_delivery=delivered, **where)
    assert producer.flush(30) == 0


def consume(topic, group, count, strategy="cooperative-sticky"):
    left = int(count)
    consumer = Consumer(options(group_id=group, auto_offset_reset="earliest", partition_assignment_strategy=strategy, enable_auto_commit=False,
                                heartbeat_interval_ms=200))
    consumer.subscribe([topic])
    while left != 0 and not stopped:
        record = consumer.poll(0.2)
        if record is None:
            continue
        if record.error():
            raise KafkaException(record.error())
        envelope.show(record.topic(), record.partition(), record.offset(), record.timestamp()[1], record.key(), record.value(), record.headers())
        consumer.commit(record, asynchronous=left > 1)
        left -= 1
    try:
        consumer.commit(asynchronous=False)
    except KafkaException:
        pass  # nothing was read
    consumer.close()


def administer(action, arguments):
    admin = AdminClient(options())
    if action == "create":
        admin.create_topics([NewTopic(arguments[0], int(arguments[1]), 1)])[arguments[0]].result(10)
    elif action == "delete":
        admin.delete_topics(arguments[:1])[arguments[0]].result(10)
    elif action == "topics":
        print("\n".join(admin.list_topics(timeout=10).topics))
    elif action == "groups":
        print("\n".join(group.group_id for group in admin.list_consumer_groups().result(10).valid))
    elif action == "describe":
        group = admin.describe_consumer_groups(arguments[:1])[arguments[0]].result(10)
        print(group.state.name.capitalize(), len(group.members))


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
