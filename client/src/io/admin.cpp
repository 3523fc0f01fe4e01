#include "client/src/core/admin/admin_engine.hpp"
#include "client/src/core/admin/alter_configs.hpp"
#include "client/src/core/admin/create_partitions.hpp"
#include "client/src/core/admin/create_topics.hpp"
#include "client/src/core/admin/delete_groups.hpp"
#include "client/src/core/admin/delete_topics.hpp"
#include "client/src/core/admin/describe_cluster.hpp"
#include "client/src/core/admin/describe_configs.hpp"
#include "client/src/core/admin/describe_groups.hpp"
#include "client/src/core/admin/group_lag.hpp"
#include "client/src/core/admin/list_group_offsets.hpp"
#include "client/src/core/admin/list_groups.hpp"
#include "client/src/core/admin/list_offsets.hpp"
#include "client/src/io/client_shell.hpp"
#include "client/src/io/property_file_reader.hpp"

#include <barnabas/admin.hpp>

#include <utility>

namespace barnabas {

namespace {

using client::AdminEngine;
using client::ClientShell;
using client::Done;

template <class T>
std::vector<T> copy(std::span<const T> items) {
  return {items.begin(), items.end()};
}

template <class T>
std::span<const T> as_span(const std::initializer_list<T>& items) {
  return {items.begin(), items.size()};
}

}  // namespace

Result<AdminConfig> AdminConfig::from_file(const std::string& path) {
  const Result<Properties> properties = client::read_property_file(path);
  if (!properties) return properties.error();
  return from_properties(*properties);
}

Admin::Admin(std::string_view bootstrap_servers)
    : Admin(AdminConfig().bootstrap_servers(bootstrap_servers)) {}
Admin::Admin(const AdminConfig& config) : Admin(create(config).value()) {}
Admin::Admin(Runtime& runtime, const AdminConfig& config)
    : Admin(create(runtime, config).value()) {}
Admin::Admin(std::shared_ptr<ClientShell> shell) : shell_(std::move(shell)) {}
Admin::Admin(Admin&&) noexcept = default;

Admin& Admin::operator=(Admin&& other) noexcept {
  if (this != &other) {
    close();
    shell_ = std::move(other.shell_);
  }
  return *this;
}

Admin::~Admin() { close(); }

Result<Admin> Admin::create(const AdminConfig& config) {
  Runtime runtime;
  return create(runtime, config);
}

Result<Admin> Admin::create(Runtime& runtime, const AdminConfig& config) {
  if (Result<void> valid = config.validate(); !valid) return valid.error();
  auto shell = ClientShell::open(runtime.driver(), config.client_settings(),
                                 [](client::EngineContext context) {
                                   return std::make_unique<AdminEngine>(std::move(context));
                                 });
  if (!shell) return shell.error();
  return Admin(*std::move(shell));
}

void Admin::close() {
  if (shell_) shell_->close(std::chrono::nanoseconds::zero());
}

// Starts an operation and returns the future of its outcome, which is stored after the events and
// without the lock, so that what waits for it may use this Admin.
template <class T, class Start>
Future<T> Admin::run(Start start) {
  const auto source = std::make_shared<detail::ResultSource<T>>(shell_);
  ClientShell::Visit visit(*shell_);
  if (visit.closed()) return Future<T>::ready(Error(ErrorCode::closed, "the Admin was closed"));
  auto& engine = shell_->engine<AdminEngine>();
  start(engine, visit.now(), Done<T>([source, &engine](Result<T> result) {
          engine.calls().post([source, result = std::move(result)] { source->set(result); });
        }));
  return Future<T>(source);
}

Future<NamedResults<CreatedTopic>> Admin::create_topics(std::span<const NewTopic> topics,
                                                        const AdminOptions& options) {
  return run<NamedResults<CreatedTopic>>([&](AdminEngine& engine, const Now& now, auto done) {
    client::create_topics(engine, now, copy(topics), options, std::move(done));
  });
}

Pending<NamedResults<CreatedTopic>> Admin::create_topics(std::initializer_list<NewTopic> topics,
                                                         const AdminOptions& options) {
  return Pending(create_topics(as_span(topics), options));
}

Future<NamedResults<void>> Admin::delete_topics(std::span<const std::string> names,
                                                const AdminOptions& options) {
  return run<NamedResults<void>>([&](AdminEngine& engine, const Now& now, auto done) {
    client::delete_topics(engine, now, copy(names), options, std::move(done));
  });
}

Pending<NamedResults<void>> Admin::delete_topics(std::initializer_list<std::string> names,
                                                 const AdminOptions& options) {
  return Pending(delete_topics(as_span(names), options));
}

Future<NamedResults<void>> Admin::create_partitions(std::span<const NewPartitions> topics,
                                                    const AdminOptions& options) {
  return run<NamedResults<void>>([&](AdminEngine& engine, const Now& now, auto done) {
    client::create_partitions(engine, now, copy(topics), options, std::move(done));
  });
}

Pending<NamedResults<void>> Admin::create_partitions(std::initializer_list<NewPartitions> topics,
                                                     const AdminOptions& options) {
  return Pending(create_partitions(as_span(topics), options));
}

Future<std::vector<TopicListing>> Admin::list_topics(const AdminOptions& options) {
  return run<std::vector<TopicListing>>([&](AdminEngine& engine, const Now& now, auto done) {
    client::list_topics(engine, now, options, std::move(done));
  });
}

Future<NamedResults<TopicDescription>> Admin::describe_topics(std::span<const std::string> names,
                                                              const AdminOptions& options) {
  return run<NamedResults<TopicDescription>>([&](AdminEngine& engine, const Now& now, auto done) {
    client::describe_topics(engine, now, copy(names), options, std::move(done));
  });
}

Pending<NamedResults<TopicDescription>> Admin::describe_topics(
    std::initializer_list<std::string> names, const AdminOptions& options) {
  return Pending(describe_topics(as_span(names), options));
}

Future<ClusterDescription> Admin::describe_cluster(const AdminOptions& options) {
  return run<ClusterDescription>([&](AdminEngine& engine, const Now& now, auto done) {
    client::describe_cluster(engine, now, options, std::move(done));
  });
}

Future<ItemResults<ConfigResource, std::vector<ConfigEntry>>> Admin::describe_configs(
    std::span<const ConfigResource> resources, const AdminOptions& options) {
  return run<ItemResults<ConfigResource, std::vector<ConfigEntry>>>(
      [&](AdminEngine& engine, const Now& now, auto done) {
        client::describe_configs(engine, now, copy(resources), options, std::move(done));
      });
}

Pending<ItemResults<ConfigResource, std::vector<ConfigEntry>>> Admin::describe_configs(
    std::initializer_list<ConfigResource> resources, const AdminOptions& options) {
  return Pending(describe_configs(as_span(resources), options));
}

Future<ItemResults<ConfigResource, void>> Admin::alter_configs(
    std::span<const ConfigChange> changes, const AdminOptions& options) {
  return run<ItemResults<ConfigResource, void>>(
      [&](AdminEngine& engine, const Now& now, auto done) {
        client::alter_configs(engine, now, copy(changes), options, std::move(done));
      });
}

Pending<ItemResults<ConfigResource, void>> Admin::alter_configs(
    std::initializer_list<ConfigChange> changes, const AdminOptions& options) {
  return Pending(alter_configs(as_span(changes), options));
}

Future<ItemResults<TopicPartition, ListedOffset>> Admin::list_offsets(
    std::span<const TopicPartition> partitions, OffsetSpec spec, const AdminOptions& options) {
  return run<ItemResults<TopicPartition, ListedOffset>>(
      [&](AdminEngine& engine, const Now& now, auto done) {
        client::list_offsets(engine, now, copy(partitions), spec, options, std::move(done));
      });
}

Pending<ItemResults<TopicPartition, ListedOffset>> Admin::list_offsets(
    std::initializer_list<TopicPartition> partitions, OffsetSpec spec,
    const AdminOptions& options) {
  return Pending(list_offsets(as_span(partitions), spec, options));
}

Future<GroupListings> Admin::list_groups(const AdminOptions& options) {
  return run<GroupListings>([&](AdminEngine& engine, const Now& now, auto done) {
    client::list_groups(engine, now, options, std::move(done));
  });
}

Future<NamedResults<GroupDescription>> Admin::describe_groups(std::span<const std::string> groups,
                                                              const AdminOptions& options) {
  return run<NamedResults<GroupDescription>>([&](AdminEngine& engine, const Now& now, auto done) {
    client::describe_groups(engine, now, copy(groups), options, std::move(done));
  });
}

Pending<NamedResults<GroupDescription>> Admin::describe_groups(
    std::initializer_list<std::string> groups, const AdminOptions& options) {
  return Pending(describe_groups(as_span(groups), options));
}

Future<NamedResults<void>> Admin::delete_groups(std::span<const std::string> groups,
                                                const AdminOptions& options) {
  return run<NamedResults<void>>([&](AdminEngine& engine, const Now& now, auto done) {
    client::delete_groups(engine, now, copy(groups), options, std::move(done));
  });
}

Pending<NamedResults<void>> Admin::delete_groups(std::initializer_list<std::string> groups,
                                                 const AdminOptions& options) {
  return Pending(delete_groups(as_span(groups), options));
}

Future<Offsets> Admin::list_group_offsets(std::string_view group, const AdminOptions& options) {
  return run<Offsets>([&](AdminEngine& engine, const Now& now, Done<Offsets> done) {
    client::list_group_offsets(engine, now, std::string(group), options,
                               [done = std::move(done)](const Now&, Result<Offsets> offsets) {
                                 done(std::move(offsets));
                               });
  });
}

Future<ItemResults<TopicPartition, PartitionLag>> Admin::group_lag(std::string_view group,
                                                                   const AdminOptions& options) {
  return run<ItemResults<TopicPartition, PartitionLag>>(
      [&](AdminEngine& engine, const Now& now, auto done) {
        client::group_lag(engine, now, std::string(group), options, std::move(done));
      });
}

}  // namespace barnabas
