#pragma once

#include <barnabas/admin/admin_options.hpp>
#include <barnabas/admin/cluster_description.hpp>
#include <barnabas/admin/config_resource.hpp>
#include <barnabas/admin/group_description.hpp>
#include <barnabas/admin/item_results.hpp>
#include <barnabas/admin/new_topic.hpp>
#include <barnabas/admin/offset_spec.hpp>
#include <barnabas/admin_config.hpp>
#include <barnabas/future.hpp>
#include <barnabas/offset.hpp>
#include <barnabas/result.hpp>
#include <barnabas/runtime.hpp>
#include <barnabas/topic_partition.hpp>

#include <initializer_list>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace barnabas {

namespace client {
class ClientShell;
}

/// Looks after a cluster: topics, groups, offsets, settings.
///
/// Every operation returns a Future at once: `get()` waits, `on_ready()` calls back, `co_await`
/// suspends. The outcome as a whole is an error when nothing could be learned (no broker reached,
/// time limit passed, client closed); else it holds a Result for each item. Operations retry what
/// may pass by itself until their time limit (AdminOptions::timeout). One whose time limit passed
/// may still take effect.
///
/// Lists are taken as spans. The forms with braces are for ordinary code; they return a Pending,
/// which cannot be awaited, because g++ 12 miscompiles brace lists in coroutines.
///
/// Lifetime: destruction gives up what is under way (ErrorCode::closed) and does not wait for the
/// network.
/// Thread-safety: may be used from several threads.
class Admin {
 public:
  /// Throws Exception when the configuration is not valid. Does no network I/O.
  explicit Admin(std::string_view bootstrap_servers);
  explicit Admin(const AdminConfig& config);
  Admin(Runtime& runtime, const AdminConfig& config);
  /// The same without exceptions. Errors: invalid_property, naming property and range; io_error
  /// when the system has no descriptor or thread left.
  static Result<Admin> create(const AdminConfig& config);
  static Result<Admin> create(Runtime& runtime, const AdminConfig& config);

  Admin(Admin&&) noexcept;
  Admin& operator=(Admin&&) noexcept;
  ~Admin();

  // --- Topics

  /// Item errors: topic_already_exists, invalid_topic_exception, invalid_partitions,
  /// invalid_replication_factor, invalid_config, policy_violation, topic_authorization_failed.
  Future<NamedResults<CreatedTopic>> create_topics(std::span<const NewTopic> topics,
                                                   const AdminOptions& options = AdminOptions());
  Pending<NamedResults<CreatedTopic>> create_topics(std::initializer_list<NewTopic> topics,
                                                    const AdminOptions& options = AdminOptions());
  /// Item errors: unknown_topic_or_partition, topic_deletion_disabled, topic_authorization_failed.
  Future<NamedResults<void>> delete_topics(std::span<const std::string> names,
                                           const AdminOptions& options = AdminOptions());
  Pending<NamedResults<void>> delete_topics(std::initializer_list<std::string> names,
                                            const AdminOptions& options = AdminOptions());
  /// Item errors: unknown_topic_or_partition, invalid_partitions, reassignment_in_progress.
  Future<NamedResults<void>> create_partitions(std::span<const NewPartitions> topics,
                                               const AdminOptions& options = AdminOptions());
  Pending<NamedResults<void>> create_partitions(std::initializer_list<NewPartitions> topics,
                                                const AdminOptions& options = AdminOptions());
  /// Every topic that this client may see, by name.
  Future<std::vector<TopicListing>> list_topics(const AdminOptions& options = AdminOptions());
  /// Never creates a topic. Item errors: unknown_topic_or_partition, topic_authorization_failed.
  Future<NamedResults<TopicDescription>> describe_topics(
      std::span<const std::string> names, const AdminOptions& options = AdminOptions());
  Pending<NamedResults<TopicDescription>> describe_topics(
      std::initializer_list<std::string> names, const AdminOptions& options = AdminOptions());

  // --- Cluster

  Future<ClusterDescription> describe_cluster(const AdminOptions& options = AdminOptions());
  /// Item errors: unknown_topic_or_partition, invalid_request, topic_authorization_failed.
  Future<ItemResults<ConfigResource, std::vector<ConfigEntry>>> describe_configs(
      std::span<const ConfigResource> resources, const AdminOptions& options = AdminOptions());
  Pending<ItemResults<ConfigResource, std::vector<ConfigEntry>>> describe_configs(
      std::initializer_list<ConfigResource> resources,
      const AdminOptions& options = AdminOptions());
  /// Brokers from 2.3 on. Item errors: invalid_config, invalid_request, policy_violation.
  Future<ItemResults<ConfigResource, void>> alter_configs(
      std::span<const ConfigChange> changes, const AdminOptions& options = AdminOptions());
  Pending<ItemResults<ConfigResource, void>> alter_configs(
      std::initializer_list<ConfigChange> changes, const AdminOptions& options = AdminOptions());

  // --- Offsets

  /// Item errors: unknown_topic_or_partition, topic_authorization_failed.
  Future<ItemResults<TopicPartition, ListedOffset>> list_offsets(
      std::span<const TopicPartition> partitions, OffsetSpec spec,
      const AdminOptions& options = AdminOptions());
  Pending<ItemResults<TopicPartition, ListedOffset>> list_offsets(
      std::initializer_list<TopicPartition> partitions, OffsetSpec spec,
      const AdminOptions& options = AdminOptions());

  // --- Groups

  Future<GroupListings> list_groups(const AdminOptions& options = AdminOptions());
  /// Item errors: group_id_not_found, group_authorization_failed.
  Future<NamedResults<GroupDescription>> describe_groups(
      std::span<const std::string> groups, const AdminOptions& options = AdminOptions());
  Pending<NamedResults<GroupDescription>> describe_groups(
      std::initializer_list<std::string> groups, const AdminOptions& options = AdminOptions());
  /// Deletes groups without members, their offsets included. Item errors: non_empty_group,
  /// group_id_not_found, group_authorization_failed.
  Future<NamedResults<void>> delete_groups(std::span<const std::string> groups,
                                           const AdminOptions& options = AdminOptions());
  Pending<NamedResults<void>> delete_groups(std::initializer_list<std::string> groups,
                                            const AdminOptions& options = AdminOptions());
  /// The offsets that a group has committed; a group that does not exist has none.
  Future<Offsets> list_group_offsets(std::string_view group,
                                     const AdminOptions& options = AdminOptions());
  /// How far a group is behind in each partition that it has committed an offset for.
  Future<ItemResults<TopicPartition, PartitionLag>> group_lag(
      std::string_view group, const AdminOptions& options = AdminOptions());

  /// Gives up what is under way; later operations end with ErrorCode::closed. Idempotent.
  void close();

 private:
  explicit Admin(std::shared_ptr<client::ClientShell> shell);

  template <class T, class Start>
  Future<T> run(Start start);

  std::shared_ptr<client::ClientShell> shell_;
};

}  // namespace barnabas
