#include "tests/bench/programs/librdkafka_modes.hpp"

#include <stdexcept>

namespace barnabas::bench {

void set(rd_kafka_conf_t* conf, const std::string& name, const std::string& value) {
  std::string reason(512, '\0');
  if (rd_kafka_conf_set(conf, name.c_str(), value.c_str(), reason.data(), reason.size()) !=
      RD_KAFKA_CONF_OK) {
    throw std::runtime_error(reason.c_str());
  }
}

rd_kafka_conf_t* configuration(const Arguments& arguments) {
  rd_kafka_conf_t* const conf = rd_kafka_conf_new();
  set(conf, "bootstrap.servers", arguments.text("bootstrap"));
  std::string rest = arguments.text("properties");
  while (!rest.empty()) {
    const std::string each = rest.substr(0, rest.find(','));
    rest.erase(0, each.size() + 1);
    const std::size_t equals = each.find('=');
    set(conf, each.substr(0, equals), each.substr(equals + 1));
  }
  return conf;
}

Client client(rd_kafka_type_t type, rd_kafka_conf_t* conf) {
  std::string reason(512, '\0');
  rd_kafka_t* const made = rd_kafka_new(type, conf, reason.data(), reason.size());
  if (made == nullptr) throw std::runtime_error(reason.c_str());
  return {made, rd_kafka_destroy};
}

ClientTopic client_topic(const Client& client, const std::string& name) {
  return {rd_kafka_topic_new(client.get(), name.c_str(), nullptr), rd_kafka_topic_destroy};
}

std::string client_name() { return std::string("librdkafka ") + rd_kafka_version_str(); }

void assign_all(rd_kafka_t* consumer, const Arguments& arguments) {
  rd_kafka_poll_set_consumer(consumer);
  const auto partitions = static_cast<std::int32_t>(arguments.number("partitions"));
  rd_kafka_topic_partition_list_t* const list = rd_kafka_topic_partition_list_new(partitions);
  for (std::int32_t i = 0; i < partitions; ++i) {
    rd_kafka_topic_partition_list_add(list, arguments.text("topic").c_str(), i)->offset = 0;
  }
  rd_kafka_assign(consumer, list);
  rd_kafka_topic_partition_list_destroy(list);
}

void produce_one(rd_kafka_t* producer, rd_kafka_topic_t* topic, std::int32_t partition,
                 std::string& value) {
  while (rd_kafka_produce(topic, partition, RD_KAFKA_MSG_F_COPY, value.data(), value.size(),
                          nullptr, 0, nullptr) != 0) {
    if (rd_kafka_last_error() != RD_KAFKA_RESP_ERR__QUEUE_FULL) {
      throw std::runtime_error(rd_kafka_err2str(rd_kafka_last_error()));
    }
    rd_kafka_poll(producer, poll_ms);
  }
}

void flush(rd_kafka_t* producer) {
  if (rd_kafka_flush(producer, 120'000) != RD_KAFKA_RESP_ERR_NO_ERROR) {
    throw std::runtime_error("not everything was delivered");
  }
}

}  // namespace barnabas::bench
