#include "client/src/core/admin/delete_topics.hpp"

#include "protocol/messages/delete_topics.hpp"
#include "tests/unit/client/core/admin/admin_fixture.hpp"

#include <doctest/doctest.h>

using namespace barnabas;
using barnabas::test::AdminFixture;
using barnabas::test::outcome;
using protocol::DeleteTopicsRequest;
using protocol::DeleteTopicsResponse;

TEST_CASE("topics are deleted by name, in old and new forms of the request") {
  for (const std::int16_t version : std::vector<std::int16_t>{5, 6}) {
    AdminFixture fixture;
    fixture.script.set_versions(ApiKey::DeleteTopics, {1, version});
    fixture.script.serve<DeleteTopicsRequest>([&](const auto& request) {
      DeleteTopicsResponse response;
      const auto add = [&](std::string_view name) {
        auto& answer = response.responses.emplace_back();
        answer.name = name;
        if (name == "b") answer.error_code = ErrorCode::unknown_topic_or_partition;
      };
      for (const auto& topic : request->topics) add(*topic.name);
      for (const auto name : request->topic_names) add(name);
      CHECK(request->topics.size() == (version == 6 ? 2 : 0));
      return std::optional(response);
    });
    const auto results = fixture.admin.delete_topics({"a", "b"}).get().value();
    REQUIRE(results.size() == 2);
    CHECK(outcome(results[0].second) == "NONE");
    CHECK(outcome(results[1].second) == "UNKNOWN_TOPIC_OR_PARTITION");
  }
}
