#include <barnabas/consumer_config.hpp>

#include <doctest/doctest.h>

#include <chrono>
#include <string>
#include <string_view>

using namespace barnabas;
using namespace std::chrono_literals;

namespace {

Result<void> validate(const Properties& properties) {
  Result<ConsumerConfig> config = ConsumerConfig::from_properties(properties);
  if (!config) return config.error();
  return config->validate();
}

std::string problem(const Properties& properties) {
  const Result<void> valid = validate(properties);
  return valid ? "" : valid.error().context();
}

}  // namespace

TEST_CASE("consumer config: librdkafka's spellings") {
  const ConsumerConfig config =
      ConsumerConfig::from_properties({{"group.id", "g"},
                                       {"auto.offset.reset", "smallest"},
                                       {"fetch.wait.max.ms", "77"},
                                       {"fetch.message.max.bytes", "88"},
                                       {"queued.max.messages.kbytes", "3"}})
          .value();
  const ConsumerSettings settings = config.settings();
  CHECK(settings.offset_reset == OffsetReset::earliest());
  CHECK(settings.fetch_max_wait == 77ms);
  CHECK(settings.max_partition_fetch_bytes == 88);
  CHECK(settings.prefetch_bytes == 3072);
}

TEST_CASE("consumer config: where to start") {
  const auto reset = [](std::string_view text) {
    ConsumerConfig config;
    if (!config.set("auto.offset.reset", text)) return OffsetReset::by_duration(-1ms);
    return config.settings().offset_reset;
  };
  CHECK(reset("latest") == OffsetReset::latest());
  CHECK(reset("end") == OffsetReset::latest());
  CHECK(reset("none") == OffsetReset::none());
  CHECK(reset("error") == OffsetReset::none());
  CHECK(reset("by_duration:PT2H") == OffsetReset::by_duration(2h));
  CHECK(reset("by_duration:2h").age() == -1ms);
  CHECK(reset("sometime").age() == -1ms);
}

TEST_CASE("consumer config: assignors") {
  ConsumerConfig config;
  CHECK(config.set("partition.assignment.strategy",
                   "org.apache.kafka.clients.consumer.CooperativeStickyAssignor, range"));
  CHECK(config.settings().assignors ==
        std::vector<Assignor>{Assignor::cooperative_sticky, Assignor::range});
  CHECK(!config.set("partition.assignment.strategy", "range,range"));
  CHECK(!config.set("partition.assignment.strategy", ""));
  CHECK(!config.set("partition.assignment.strategy", "best"));
  CHECK(config.settings().assignors.size() == 2);
}

TEST_CASE("consumer config: what does not fit together") {
  CHECK(problem({{"bootstrap.servers", "b"}, {"group.id", "g"}}).empty());
  CHECK(problem({{"group.instance.id", "i"}}).find("needs group.id") != std::string::npos);
  CHECK(problem({{"group.id", "g"}, {"heartbeat.interval.ms", "45000"}})
            .find("less than session.timeout.ms, 45000") != std::string::npos);
  CHECK(problem({{"heartbeat.interval.ms", "45000"}}).empty());  // without a group it is unused
  CHECK(problem({{"fetch.max.wait.ms", "30000"}}).find("request.timeout.ms") != std::string::npos);
  CHECK(problem({{"fetch.min.bytes", "60000000"}}).find("fetch.max.bytes") != std::string::npos);
  CHECK(problem({{"session.timeout.ms", "0"}}).find("1 to 3600000") != std::string::npos);
  CHECK(problem({{"group.protocol", "consumer"}}).find("KIP-848") != std::string::npos);
}

TEST_CASE("consumer config: typed values are held to the same ranges") {
  CHECK(ConsumerConfig().bootstrap_servers("b").validate());
  CHECK(!ConsumerConfig().bootstrap_servers("b").fetch_min_bytes(0).validate());
  CHECK(!ConsumerConfig()
             .bootstrap_servers("b")
             .offset_reset(OffsetReset::by_duration(-1s))
             .validate());
}
