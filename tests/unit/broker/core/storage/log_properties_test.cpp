#include "broker/src/core/storage/log_properties.hpp"

#include <doctest/doctest.h>

namespace barnabas::broker::storage {
namespace {

TEST_CASE("log_properties: topic properties are put over the base") {
  LogConfig base;
  base.segment_bytes = 1000;
  const Result<LogConfig> config =
      apply_topic_properties(base, {{"retention.ms", "5000"},
                                    {"cleanup.policy", "compact, delete"},
                                    {"message.timestamp.type", "LogAppendTime"},
                                    {"compression.type", "zstd"}});
  REQUIRE(config);
  CHECK(config->segment_bytes == 1000);
  CHECK(config->retention_ms == 5000);
  CHECK(config->cleanup_compact);
  CHECK(config->cleanup_delete);
  CHECK(config->timestamps == TimestampPolicy::log_append_time);
  CHECK(log_properties().get(*config, "cleanup.policy").value() == "compact,delete");
}

TEST_CASE("log_properties: bad values and unknown names are invalid_config") {
  const auto error = [](std::string name, std::string value) {
    const Result<LogConfig> config = apply_topic_properties({}, {{name, value}});
    return config ? Error() : config.error();
  };
  CHECK(error("segment.bytes", "13") == ErrorCode::invalid_config);
  CHECK(error("cleanup.policy", "shred") == ErrorCode::invalid_config);
  CHECK(error("cleanup.policy", "") == ErrorCode::invalid_config);
  CHECK(error("retention.msec", "5") == ErrorCode::invalid_config);
  CHECK(error("retention.msec", "5").context() ==
        "\"retention.msec\" is not a property (did you mean \"retention.ms\"?)");
  CHECK(error("unclean.leader.election.enable", "true").ok());
}

}  // namespace
}  // namespace barnabas::broker::storage
