#pragma once

#include <barnabas/bytes.hpp>
#include <barnabas/result.hpp>

#include <nlohmann/json.hpp>

#include <string>

/// A serializer and a deserializer of JSON: any type with these two functions is one.
struct Json {
  template <class Buffer>
  barnabas::Result<void> serialize(const nlohmann::json& value, Buffer& out) const {
    out.append(value.dump());
    return {};
  }
  barnabas::Result<nlohmann::json> deserialize(barnabas::BytesView bytes) const {
    nlohmann::json value = nlohmann::json::parse(bytes.text(), nullptr, false);
    if (value.is_discarded()) {
      return barnabas::Error(barnabas::ErrorCode::serialization_failed,
                             "not JSON: " + std::string(bytes.text().substr(0, 80)));
    }
    return value;
  }
};
