#include "tools/barnabas/admin_session.hpp"
#include "tools/barnabas/commands.hpp"
#include "tools/barnabas/table.hpp"

#include <barnabas/admin.hpp>

#include <nlohmann/json.hpp>

#include <iostream>
#include <memory>

// barnabas topic: list, create, describe, delete.

namespace barnabas::tools {
namespace {

using Json = nlohmann::ordered_json;

struct Options {
  std::shared_ptr<ConnectionOptions> connection;
  std::vector<std::string> names;
  std::int32_t partitions = -1;
  std::int16_t replication_factor = -1;
  std::vector<std::string> settings;
  bool internal = false;
  bool json = false;
};

// Reports each item that failed.
template <class T>
int report_items(const NamedResults<T>& results) {
  int code = success;
  for (const auto& [name, result] : results) {
    if (!result) code = report(result.error());
  }
  return code;
}

int list(const Options& options) {
  return with_admin(*options.connection, [&](Admin& admin) -> int {
    const auto topics = admin.list_topics().get();
    if (!topics) return report(topics.error());
    Json json = Json::array();
    std::vector<std::vector<std::string>> rows{{"TOPIC", "PARTITIONS"}};
    for (const TopicListing& topic : *topics) {
      if (topic.internal && !options.internal) continue;
      rows.push_back({topic.name, std::to_string(topic.partitions)});
      json.push_back(
          {{"topic", topic.name}, {"partitions", topic.partitions}, {"id", topic.id.to_string()}});
    }
    std::cout << (options.json ? json.dump() + "\n" : format_table(rows));
    return success;
  });
}

int create(const Options& options) {
  std::vector<NewTopic> topics;
  for (const std::string& name : options.names) {
    NewTopic topic(name);
    topic.partitions(options.partitions).replication_factor(options.replication_factor);
    for (const std::string& text : options.settings) {
      const auto setting = parse_setting("--config", text);
      if (!setting) return report(setting.error());
      topic.config(setting->first, setting->second);
    }
    topics.push_back(std::move(topic));
  }
  return with_admin(*options.connection, [&](Admin& admin) -> int {
    const auto results = admin.create_topics(topics).get();
    return results ? report_items(*results) : report(results.error());
  });
}

int remove(const Options& options) {
  return with_admin(*options.connection, [&](Admin& admin) -> int {
    const auto results = admin.delete_topics(options.names).get();
    return results ? report_items(*results) : report(results.error());
  });
}

std::string joined(const std::vector<std::int32_t>& numbers) {
  std::string text;
  for (const std::int32_t number : numbers)
    text += (text.empty() ? "" : ",") + std::to_string(number);
  return text;
}

int describe(const Options& options) {
  return with_admin(*options.connection, [&](Admin& admin) -> int {
    const auto results = admin.describe_topics(options.names).get();
    if (!results) return report(results.error());
    std::vector<TopicPartition> partitions;
    for (const auto& [name, topic] : *results) {
      if (!topic) continue;
      for (const PartitionInfo& partition : topic->partitions) {
        partitions.emplace_back(name, partition.partition);
      }
    }
    std::map<TopicPartition, std::string> starts, ends;
    for (const auto& [spec, found] :
         {std::pair{OffsetSpec::earliest(), &starts}, std::pair{OffsetSpec::latest(), &ends}}) {
      const auto offsets = admin.list_offsets(partitions, spec).get();
      if (!offsets) return report(offsets.error());
      for (const auto& [partition, offset] : *offsets) {
        (*found)[partition] = offset ? std::to_string(offset->offset) : "-";
      }
    }
    Json json = Json::array();
    std::vector<std::vector<std::string>> rows{
        {"TOPIC", "PARTITION", "LEADER", "REPLICAS", "IN SYNC", "BEGIN", "END"}};
    for (const auto& [name, topic] : *results) {
      if (!topic) continue;
      Json& entry = json.emplace_back(
          Json{{"topic", name}, {"id", topic->id.to_string()}, {"partitions", Json::array()}});
      for (const PartitionInfo& partition : topic->partitions) {
        const TopicPartition place(name, partition.partition);
        rows.push_back({name, std::to_string(partition.partition), std::to_string(partition.leader),
                        joined(partition.replicas), joined(partition.in_sync_replicas),
                        starts[place], ends[place]});
        entry["partitions"].push_back({{"partition", partition.partition},
                                       {"leader", partition.leader},
                                       {"replicas", partition.replicas},
                                       {"inSync", partition.in_sync_replicas},
                                       {"begin", starts[place]},
                                       {"end", ends[place]}});
      }
    }
    if (rows.size() > 1) std::cout << (options.json ? json.dump() + "\n" : format_table(rows));
    return report_items(*results);
  });
}

}  // namespace

void add_topic_command(CLI::App& app, int& exit_code) {
  CLI::App& command = *app.add_subcommand("topic", "List, create, describe and delete topics");
  command.require_subcommand(1);
  command.footer(
      "Examples:\n"
      "  barnabas topic create orders -p 12 --config retention.ms=3600000\n"
      "  barnabas topic describe orders");
  // Before the subcommand or behind it.
  const auto connection = std::make_shared<ConnectionOptions>();
  connection->add_to(command);
  const auto add = [&](const char* name, const char* description, int (*run)(const Options&)) {
    auto options = std::make_shared<Options>();
    CLI::App& sub = *command.add_subcommand(name, description);
    options->connection = connection;
    connection->add_to(sub);
    sub.callback([options, run, &exit_code] { exit_code = run(*options); });
    return std::pair<CLI::App&, Options&>(sub, *options);
  };
  {
    auto [sub, options] = add("list", "All topics", list);
    sub.add_flag("--internal", options.internal, "Also the internal ones");
    sub.add_flag("-J,--json", options.json, "As JSON");
  }
  {
    auto [sub, options] = add("create", "Create topics", create);
    sub.add_option("TOPIC", options.names, "Names")->required();
    sub.add_option("-p,--partitions", options.partitions, "Partitions (default: the broker's)")
        ->check(CLI::PositiveNumber);
    sub.add_option("-r,--replication-factor", options.replication_factor,
                   "Replicas (default: the broker's)")
        ->check(CLI::PositiveNumber);
    sub.add_option("--config", options.settings, "A setting of the topic; repeatable")
        ->type_name("KEY=VALUE")
        ->allow_extra_args(false);
  }
  {
    auto [sub, options] = add("describe", "Partitions, leaders and offsets", describe);
    sub.add_option("TOPIC", options.names, "Names")->required();
    sub.add_flag("-J,--json", options.json, "As JSON");
  }
  {
    auto [sub, options] = add("delete", "Delete topics and everything in them", remove);
    sub.add_option("TOPIC", options.names, "Names")->required();
  }
}

}  // namespace barnabas::tools
