"""The Python side of python_clients.sh.

python_clients.py BOOTSTRAP kafka-python|confluent-kafka produce TOPIC CODEC | consume TOPIC GROUP | expected
python_clients.py BOOTSTRAP tutorial NAME produce TOPIC | consume TOPIC | normalise
"""
import json
import re
import sys

RECORDS = [(f"key-{i}", f"value-{i}") for i in range(500)]


def kafka_python(bootstrap, action, *arguments):
    from kafka import KafkaConsumer, KafkaProducer
    if action == "produce":
        topic, codec = arguments
        producer = KafkaProducer(bootstrap_servers=bootstrap, compression_type=None if codec == "none" else codec, acks="all")
        for key, value in RECORDS:
            producer.send(topic, key=key.encode(), value=value.encode())
        producer.flush()
        producer.close()
    else:
        topic, group = arguments
        consumer = KafkaConsumer(topic, bootstrap_servers=bootstrap, group_id=group, auto_offset_reset="earliest", consumer_timeout_ms=30000)
        for _, record in zip(RECORDS, consumer):
            print(f"{record.key.decode()}:{record.value.decode()}")
        consumer.close()


def confluent(bootstrap, action, *arguments):
    from confluent_kafka import Consumer, Producer
    if action == "produce":
        topic, codec = arguments
        producer = Producer({"bootstrap.servers": bootstrap, "compression.type": codec, "enable.idempotence": True})
        for key, value in RECORDS:
            producer.produce(topic, value, key)
        assert producer.flush(30) == 0
    else:
        topic, group = arguments
        consumer = Consumer({"bootstrap.servers": bootstrap, "group.id": group, "auto.offset.reset": "earliest",
                             "partition.assignment.strategy": "cooperative-sticky"})
        consumer.subscribe([topic])
        left = len(RECORDS)
        while left:
            record = consumer.poll(30)
            assert record is not None and not record.error(), record and record.error()
            print(f"{record.key().decode()}:{record.value().decode()}")
            left -= 1
        consumer.close()


def tutorial(bootstrap, name, action, topic=None):
    from kafka import KafkaConsumer, KafkaProducer
    if action == "normalise":
        # Offsets grow with every run on one topic, and Python shows bytes and dictionaries its own way.
        for line in sys.stdin:
            line = line.rstrip("\n")
            line = re.sub(r"^b'(.*)'$", r"\1", line)
            line = re.sub(r"^(\S+[ :]\d+[ :])\d+", r"\1N", line)
            if line.startswith("{"):
                line = json.dumps(json.loads(line.replace("'", '"')))
            print(line)
        return
    if action == "produce":
        if name == "1":
            producer = KafkaProducer(bootstrap_servers=bootstrap, value_serializer=lambda v: json.dumps(v).encode())
            for i in range(10):
                producer.send(topic, {"number": i})
        else:
            producer = KafkaProducer(bootstrap_servers=bootstrap)
            value = {"2": b"test message", "3": b"some data", "4": b"My message bytes", "4_hello": b"Hello, Kafka!"}[name]
            future = producer.send(topic, value)
            if name == "4":
                metadata = future.get(timeout=10)
                print(metadata.topic, metadata.partition, metadata.offset)
        producer.flush()
        if name == "4_hello":
            print(f"Sent message to topic {topic}")
        producer.close()
        return
    options = {"bootstrap_servers": bootstrap, "auto_offset_reset": "earliest", "consumer_timeout_ms": 30000}
    if name == "1":
        options.update(group_id="python-group1", value_deserializer=lambda v: json.loads(v.decode()))
    consumer = KafkaConsumer(topic, **options)
    for _, message in zip(range(10 if name == "1" else 1), consumer):
        if name == "4":
            print(f"{message.topic}:{message.partition}:{message.offset}: key={(message.key or b'').decode()} value={message.value.decode()}")
        elif name == "4_hello":
            print(f"Received message: {message.value.decode()}")
        elif name == "3":
            print(message.value.decode("utf-8"))
        else:
            print(message.value)
    consumer.close()


def main():
    bootstrap, what, *arguments = sys.argv[1:]
    if what == "tutorial":
        tutorial(bootstrap, *arguments)
    elif arguments[0] == "expected":
        for key, value in RECORDS:
            print(f"{key}:{value}")
    else:
        {"kafka-python": kafka_python, "confluent-kafka": confluent}[what](bootstrap, *arguments)


main()
