"""The tutorials as they are written for kafka-python.   tutorials.py BOOTSTRAP NAME produce TOPIC | consume TOPIC | normalise"""
import json
import re
import sys

from kafka import KafkaConsumer, KafkaProducer


def tutorial(bootstrap, name, action, topic=None):
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


tutorial(*sys.argv[1:])
