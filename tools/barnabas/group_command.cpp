#include "tools/barnabas/admin_session.hpp"
#include "tools/barnabas/commands.hpp"
#include "tools/barnabas/table.hpp"

#include <barnabas/admin.hpp>

#include <nlohmann/json.hpp>

#include <iostream>
#include <memory>

// barnabas group: list, describe, lag, delete.

namespace barnabas::tools {
namespace {

using Json = nlohmann::ordered_json;

struct Options {
  std::shared_ptr<ConnectionOptions> connection;
  std::vector<std::string> groups;
  bool json = false;
};

int list(const Options& options) {
  return with_admin(*options.connection, [&](Admin& admin) -> int {
    const auto listings = admin.list_groups().get();
    if (!listings) return report(listings.error());
    Json json = Json::array();
    std::vector<std::vector<std::string>> rows{{"GROUP", "STATE", "PROTOCOL"}};
    for (const GroupListing& group : listings->groups) {
      rows.push_back({group.id, group.state, group.protocol_type});
      json.push_back(
          {{"group", group.id}, {"state", group.state}, {"protocolType", group.protocol_type}});
    }
    std::cout << (options.json ? json.dump() + "\n" : format_table(rows));
    int code = success;
    for (const auto& [broker, error] : listings->missing) {
      code = report(error.within("broker " + std::to_string(broker)));
    }
    return code;
  });
}

std::string joined(const std::vector<TopicPartition>& partitions) {
  std::string text;
  for (const TopicPartition& partition : partitions)
    text += (text.empty() ? "" : ", ") + to_string(partition);
  return text;
}

int describe(const Options& options) {
  return with_admin(*options.connection, [&](Admin& admin) -> int {
    const auto results = admin.describe_groups(options.groups).get();
    if (!results) return report(results.error());
    int code = success;
    Json json = Json::array();
    std::vector<std::vector<std::string>> rows{
        {"GROUP", "STATE", "ASSIGNOR", "MEMBER", "HOST", "ASSIGNMENT"}};
    for (const auto& [id, group] : *results) {
      if (!group) {
        code = report(group.error().within(id));
        continue;
      }
      Json& entry = json.emplace_back(Json{{"group", id},
                                           {"state", group->state},
                                           {"assignor", group->assignor},
                                           {"members", Json::array()}});
      for (const GroupMember& member : group->members) {
        rows.push_back(
            {id, group->state, group->assignor, member.id, member.host, joined(member.assignment)});
        Json assigned = Json::array();
        for (const TopicPartition& partition : member.assignment)
          assigned.push_back(to_string(partition));
        entry["members"].push_back({{"memberId", member.id},
                                    {"clientId", member.client_id},
                                    {"host", member.host},
                                    {"assignment", assigned}});
      }
      if (group->members.empty()) rows.push_back({id, group->state, group->assignor, "", "", ""});
    }
    if (rows.size() > 1) std::cout << (options.json ? json.dump() + "\n" : format_table(rows));
    return code;
  });
}

int lag(const Options& options) {
  return with_admin(*options.connection, [&](Admin& admin) -> int {
    int code = success;
    Json json = Json::array();
    std::vector<std::vector<std::string>> rows{
        {"GROUP", "TOPIC", "PARTITION", "COMMITTED", "END", "LAG"}};
    for (const std::string& group : options.groups) {
      const auto lags = admin.group_lag(group).get();
      if (!lags) {
        code = report(lags.error().within(group));
        continue;
      }
      if (lags->empty()) {
        code = report(Error(ErrorCode::group_id_not_found, group + ": nothing is committed"));
      }
      for (const auto& [partition, found] : *lags) {
        if (!found) {
          code = report(found.error().within(to_string(partition)));
          continue;
        }
        rows.push_back({group, partition.topic, std::to_string(partition.partition),
                        std::to_string(found->committed), std::to_string(found->end),
                        std::to_string(found->lag())});
        json.push_back({{"group", group},
                        {"topic", partition.topic},
                        {"partition", partition.partition},
                        {"committed", found->committed},
                        {"end", found->end},
                        {"lag", found->lag()}});
      }
    }
    std::cout << (options.json ? json.dump() + "\n" : format_table(rows));
    return code;
  });
}

int remove(const Options& options) {
  return with_admin(*options.connection, [&](Admin& admin) -> int {
    const auto results = admin.delete_groups(options.groups).get();
    if (!results) return report(results.error());
    int code = success;
    for (const auto& [id, result] : *results) {
      if (!result) code = report(result.error().within(id));
    }
    return code;
  });
}

}  // namespace

void add_group_command(CLI::App& app, int& exit_code) {
  CLI::App& command =
      *app.add_subcommand("group", "List, describe and delete consumer groups; show their lag");
  command.require_subcommand(1);
  command.footer(
      "Examples:\n"
      "  barnabas group lag readers\n"
      "  barnabas group describe readers --json");
  // Before the subcommand or behind it.
  const auto connection = std::make_shared<ConnectionOptions>();
  connection->add_to(command);
  const auto add = [&](const char* name, const char* description, bool names,
                       int (*run)(const Options&)) {
    auto options = std::make_shared<Options>();
    CLI::App& sub = *command.add_subcommand(name, description);
    options->connection = connection;
    connection->add_to(sub);
    if (names) sub.add_option("GROUP", options->groups, "Names")->required();
    sub.add_flag("-J,--json", options->json, "As JSON");
    sub.callback([options, run, &exit_code] { exit_code = run(*options); });
  };
  add("list", "All groups", false, list);
  add("describe", "State and members", true, describe);
  add("lag", "How far groups are behind", true, lag);
  add("delete", "Delete groups without members, and their offsets", true, remove);
}

}  // namespace barnabas::tools
