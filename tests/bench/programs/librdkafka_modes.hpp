#pragma once

#include "tests/bench/programs/arguments.hpp"

#include <librdkafka/rdkafka.h>

#include <cstdint>
#include <memory>
#include <string>

// The modes of bench_librdkafka that have a file of their own, and what modes share. Errors are
// thrown as std::runtime_error.

namespace barnabas::bench {

inline constexpr int poll_ms = 100;

using Client = std::unique_ptr<rd_kafka_t, void (*)(rd_kafka_t*)>;
using ClientTopic = std::unique_ptr<rd_kafka_topic_t, void (*)(rd_kafka_topic_t*)>;

void set(rd_kafka_conf_t* conf, const std::string& name, const std::string& value);
rd_kafka_conf_t* configuration(const Arguments& arguments);
/// Takes `conf`.
Client client(rd_kafka_type_t type, rd_kafka_conf_t* conf);
ClientTopic client_topic(const Client& client, const std::string& name);
std::string client_name();
/// Gives a consumer all partitions, from their beginning.
void assign_all(rd_kafka_t* consumer, const Arguments& arguments);
/// Waits while the queue is full.
void produce_one(rd_kafka_t* producer, rd_kafka_topic_t* topic, std::int32_t partition,
                 std::string& value);
/// Waits until everything is delivered.
void flush(rd_kafka_t* producer);

/// As in barnabas_modes.hpp.
void forward(const Arguments& arguments);
void read_in_group(const Arguments& arguments);
void first_messages(const Arguments& arguments);
void grow(const Arguments& arguments);

}  // namespace barnabas::bench
