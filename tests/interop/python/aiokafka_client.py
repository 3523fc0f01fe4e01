"""aiokafka for ../client_scenario.sh; the actions are described there."""
import asyncio
import logging
import os
import signal
import sys

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.coordinator.assignors.range import RangePartitionAssignor
from aiokafka.coordinator.assignors.roundrobin import RoundRobinPartitionAssignor
from aiokafka.coordinator.assignors.sticky.sticky_assignor import StickyPartitionAssignor

import envelope

STRATEGIES = {"range": RangePartitionAssignor, "roundrobin": RoundRobinPartitionAssignor, "sticky": StickyPartitionAssignor}


async def produce(topic, codec):
    async with AIOKafkaProducer(bootstrap_servers=bootstrap, compression_type=None if codec == "none" else codec, enable_idempotence=True) as producer:
        sent = [await producer.send(topic, key=r.key, value=r.value, headers=r.headers, partition=r.partition, timestamp_ms=r.timestamp)
                for r in envelope.read_all()]
        await asyncio.gather(*sent)


async def consume(topic, group, count, strategy="range"):
    left = int(count)
    consumer = AIOKafkaConsumer(topic, bootstrap_servers=bootstrap, group_id=group, auto_offset_reset="earliest", enable_auto_commit=False,
                                heartbeat_interval_ms=200, partition_assignment_strategy=[STRATEGIES[strategy]])
    async with consumer:
        while left != 0 and not stopped:
            polled = await consumer.getmany(timeout_ms=200, max_records=min(left, 50) if left > 0 else 50)
            for records in polled.values():
                for r in records:
                    envelope.show(r.topic, r.partition, r.offset, r.timestamp, r.key, r.value, r.headers)
                    left -= 1
            if polled:
                await consumer.commit()


async def administer(action, arguments):
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        if action == "create":
            await admin.create_topics([NewTopic(arguments[0], int(arguments[1]), 1)])
        elif action == "delete":
            await admin.delete_topics(arguments[:1])
        elif action == "topics":
            print("\n".join(await admin.list_topics()))
        elif action == "groups":
            print("\n".join(group[0] for group in await admin.list_consumer_groups()))
        elif action == "describe":
            answer = (await admin.describe_consumer_groups(arguments[:1]))[0]
            group = answer.groups[0]
            print(group[2], len(group[5]))
    finally:
        await admin.close()


async def main():
    if os.environ.get("CLIENT_DEBUG"):
        logging.basicConfig(level=logging.DEBUG)
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, lambda: stopped.append(True))
    if action == "produce":
        await produce(*arguments)
    elif action == "consume":
        await consume(*arguments)
    elif action == "member":
        await consume(arguments[0], arguments[1], -1, arguments[2])
    else:
        await administer(action, arguments)


stopped = []
bootstrap, action, *arguments = sys.argv[1:]
asyncio.run(main())
