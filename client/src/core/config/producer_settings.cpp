#include "client/src/core/config/producer_settings.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace barnabas::client {

namespace {

constexpr std::int32_t largest_idempotent_window = 5;

Error contradiction(std::string text) { return {ErrorCode::invalid_property, std::move(text)}; }

std::string acks_text(Acks acks) { return acks == Acks::leader ? "1" : "0"; }

// What idempotence cannot be had with; empty when nothing stands in its way.
std::string obstacle_to_idempotence(const ProducerSettings& settings) {
  if (settings.acks != Acks::all) {
    return "acks is " + acks_text(settings.acks) + ", it needs acks=all";
  }
  if (settings.retries == 0) return "retries is 0, it needs retries";
  if (settings.max_in_flight > largest_idempotent_window) {
    return "max.in.flight.requests.per.connection is " + std::to_string(settings.max_in_flight) +
           ", it needs at most 5";
  }
  return {};
}

Result<void> resolve_idempotence(ProducerSettings& settings) {
  const std::string obstacle = obstacle_to_idempotence(settings);
  if (settings.idempotence.value_or(false) && !obstacle.empty()) {
    return contradiction("enable.idempotence is true, but " + obstacle);
  }
  if (!settings.idempotence && !obstacle.empty()) {
    settings.client.notes.push_back("enable.idempotence: off, because " + obstacle);
  }
  settings.idempotence = settings.idempotence.value_or(obstacle.empty());
  return {};
}

void resolve_compression(ProducerSettings& settings) {
  if (settings.compression.level()) return;
  std::optional<int> level;
  switch (settings.compression.codec()) {
    case Codec::gzip:
      level = settings.gzip_level;
      break;
    case Codec::lz4:
      level = settings.lz4_level;
      break;
    case Codec::zstd:
      level = settings.zstd_level;
      break;
    case Codec::none:
    case Codec::snappy:
      break;
  }
  if (level) settings.compression = settings.compression.with_level(*level);
}

}  // namespace

Result<ProducerSettings> resolve(ProducerSettings settings) {
  if (Result<void> done = resolve_idempotence(settings); !done) return done.error();
  resolve_compression(settings);
  if (Result<void> valid = settings.compression.validate(); !valid) {
    return Error(ErrorCode::invalid_property, "compression.type: " + valid.error().context());
  }
  if (settings.delivery_timeout < settings.linger) {
    return contradiction(
        "delivery.timeout.ms is " + std::to_string(settings.delivery_timeout.count()) +
        ", but must be at least linger.ms, which is " + std::to_string(settings.linger.count()));
  }
  settings.batch_size = std::min(settings.batch_size, settings.max_request_size);
  return settings;
}

}  // namespace barnabas::client
