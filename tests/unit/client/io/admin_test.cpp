#include <barnabas/admin.hpp>

#include "protocol/messages/create_topics.hpp"
#include "tests/unit/client/core/admin/admin_fixture.hpp"

#include "tests/support/detached.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <cstdio>
#include <fstream>
#include <string>
#include <type_traits>
#include <vector>

using namespace std::chrono_literals;
using namespace barnabas;
using barnabas::test::AdminFixture;
using barnabas::test::Detached;
using barnabas::test::outcome;

namespace {

Detached describe(Admin& admin, std::string& cluster_id) {
  const Result<ClusterDescription> cluster = co_await admin.describe_cluster();
  cluster_id = cluster ? cluster->cluster_id : cluster.error().to_string();
}

template <class T>
concept awaitable = requires(T value) {
  std::move(value).operator co_await();
};

}  // namespace

// Types that may stand in an awaited call must not be aggregates.
static_assert(!std::is_aggregate_v<NewTopic> && !std::is_aggregate_v<NewPartitions> &&
              !std::is_aggregate_v<AdminOptions> && !std::is_aggregate_v<AdminConfig> &&
              !std::is_aggregate_v<ConfigResource> && !std::is_aggregate_v<ConfigChange> &&
              !std::is_aggregate_v<ConfigEntry> && !std::is_aggregate_v<OffsetSpec> &&
              !std::is_aggregate_v<ListedOffset> && !std::is_aggregate_v<CreatedTopic> &&
              !std::is_aggregate_v<ClusterDescription> && !std::is_aggregate_v<BrokerInfo> &&
              !std::is_aggregate_v<TopicListing> && !std::is_aggregate_v<TopicDescription> &&
              !std::is_aggregate_v<GroupListing> && !std::is_aggregate_v<GroupListings> &&
              !std::is_aggregate_v<GroupDescription> &&
              !std::is_aggregate_v<barnabas::GroupMember> && !std::is_aggregate_v<PartitionLag>);
static_assert(awaitable<Future<int>> && !awaitable<Pending<int>>);

TEST_CASE("an outcome can be waited for, called back with and awaited") {
  AdminFixture fixture;
  CHECK(fixture.admin.describe_cluster().get()->cluster_id == "scripted");
  std::string called;
  fixture.admin.describe_cluster().on_ready(
      [&](const Result<ClusterDescription>& cluster) { called = cluster->cluster_id; });
  std::string awaited;
  describe(fixture.admin, awaited);
  CHECK(called.empty());
  fixture.script.advance(1s);
  CHECK(called == "scripted");
  CHECK(awaited == "scripted");
}

TEST_CASE("callbacks may use the Admin but not wait for it") {
  AdminFixture fixture;
  std::string waited;
  std::string chained;
  fixture.admin.describe_cluster().on_ready([&](const Result<ClusterDescription>&) {
    waited = outcome(fixture.admin.list_topics().get());
    fixture.admin.list_topics().on_ready(
        [&](const Result<std::vector<TopicListing>>& topics) { chained = outcome(topics); });
  });
  fixture.script.advance(1s);
  CHECK(waited == "INVALID_STATE");
  CHECK(chained == "NONE");
}

TEST_CASE("closing ends what is under way and refuses what comes after") {
  AdminFixture fixture;
  fixture.script.answer_by_hand(ApiKey::CreateTopics);
  const auto pending = fixture.admin.create_topics({NewTopic("t")}).future();
  const auto looking = fixture.admin.list_offsets({{"t", 0}}, OffsetSpec::latest()).future();
  fixture.script.add_topic("t", {-1});
  fixture.script.advance(1s);
  CHECK_FALSE(pending.is_ready());
  CHECK_FALSE(looking.is_ready());
  fixture.admin.close();
  CHECK(outcome(pending.get()) == "CLOSED");
  CHECK(looking.is_ready());
  CHECK(outcome(fixture.admin.list_topics().get()) == "CLOSED");
  fixture.admin.close();
}

TEST_CASE("a future outlives its Admin") {
  test::ClientScript script;
  script.add_node(1, "kafka-1");
  script.answer_by_hand(ApiKey::Metadata);
  Runtime runtime(std::make_shared<test::ScriptDriver>(script));
  Future<ClusterDescription> future;
  {
    Admin admin(runtime, AdminConfig().bootstrap_servers("kafka-1"));
    future = admin.describe_cluster();
    Admin moved = std::move(admin);
  }
  CHECK(outcome(future.get(1s)) == "CLOSED");
}

TEST_CASE("a configuration that is not valid is refused with the reason") {
  const Result<Admin> none = Admin::create(AdminConfig());
  REQUIRE_FALSE(none.has_value());
  CHECK(none.error().context().starts_with("bootstrap.servers: missing"));
  const Result<Admin> range =
      Admin::create(AdminConfig().bootstrap_servers("a").request_timeout(-1ms));
  REQUIRE_FALSE(range.has_value());
  CHECK(range.error().context().starts_with("request.timeout.ms: "));
  CHECK_THROWS_AS(Admin(""), Exception);
}

TEST_CASE("configurations come from properties and files") {
  const auto config = AdminConfig::from_properties({{"bootstrap.servers", "a:1"}}).value();
  CHECK(config.client_settings().bootstrap_servers == "a:1");
  const auto wrong = AdminConfig::from_properties({{"bootstrap.server", "a:1"}});
  CHECK(wrong.error().context().find("did you mean \"bootstrap.servers\"") != std::string::npos);
  CHECK(AdminConfig().set("client.id", "me").has_value());

  const std::string path = "admin_test.properties";
  std::ofstream(path) << "# comment\nbootstrap.servers = b:2\nclient.id: me\n";
  const auto from_file = AdminConfig::from_file(path);
  std::remove(path.c_str());
  REQUIRE(from_file.has_value());
  CHECK(from_file->client_settings().bootstrap_servers == "b:2");
  CHECK(from_file->client_settings().client_id == "me");
  const auto missing = AdminConfig::from_file("no/such.properties");
  CHECK(missing.error() == ErrorCode::io_error);
  CHECK(missing.error().context() == "no/such.properties: No such file or directory");
}
