#include "protocol/schemac/checker.hpp"

#include "protocol/schemac/message_checker.hpp"
#include "protocol/schemac/names.hpp"
#include "protocol/schemac/primitives.hpp"

#include <map>
#include <set>
#include <string>

namespace barnabas::schemac {

namespace {

void check_aliases(const Schema& schema, Diagnostics& diagnostics) {
  std::set<std::string_view> seen;
  for (const Alias& alias : schema.aliases) {
    if (find_primitive(alias.name) || !seen.insert(alias.name).second) {
      diagnostics.error(alias.where, "the type \"" + alias.name + "\" exists already");
    }
    if (!is_snake_case(alias.name)) {
      diagnostics.error(alias.where, "a type's name is not in snake_case",
                        "write \"" + snake_case(alias.name) + "\"");
    }
    if (!alias.enumeration.empty() && !info(alias.primitive).integer) {
      diagnostics.error(alias.where, "only integers can stand for an enumeration");
    }
  }
}

void check_errors(const Schema& schema, Diagnostics& diagnostics) {
  std::set<std::string_view> names;
  const ErrorEntry* before = nullptr;
  for (const ErrorEntry& entry : schema.errors) {
    if (before != nullptr && entry.number <= before->number) {
      diagnostics.error(entry.where, "error numbers do not ascend");
    }
    if (!names.insert(entry.name).second) {
      diagnostics.error(entry.where, "the error " + entry.name + " exists already");
    }
    if (entry.meaning.empty()) {
      diagnostics.error(entry.where, entry.name + " does not say what it means",
                        "add it behind //");
    }
    if (!is_upper_case(entry.name)) {
      diagnostics.error(entry.where, "an error's name is not in UPPER_CASE",
                        "write \"" + upper_case(entry.name) + "\"");
    }
    if (entry.retriable && entry.fatal) {
      diagnostics.error(entry.where, entry.name + " cannot be both retriable and fatal");
    }
    before = &entry;
  }
}

void check_keys(const Schema& schema, Diagnostics& diagnostics) {
  std::set<std::string_view> names;
  const KeyEntry* before = nullptr;
  for (const KeyEntry& entry : schema.keys) {
    if (!names.insert(entry.name).second) {
      diagnostics.error(entry.where, "the API " + entry.name + " has a key already");
    }
    if (before != nullptr && entry.number <= before->number) {
      diagnostics.error(entry.where, "API keys do not ascend");
    }
    before = &entry;
  }
}

void check_api(const Api& api, Diagnostics& diagnostics) {
  static const std::vector<std::string_view> routes = {
      "any", "leader", "group", "transaction", "share", "controller", "every", "node"};
  bool known = false;
  for (const std::string_view route : routes) known = known || route == api.route;
  if (!known) {
    diagnostics.error(api.where, "unknown route \"" + api.route + "\"", suggest(api.route, routes));
  }
  if (api.versions.last == Versions::open) {
    diagnostics.error(api.where, "the versions of " + api.name + " have no end",
                      "write a range such as 0-4");
  }
  if (api.advertised && !api.advertised->contains(api.stable())) {
    diagnostics.error(api.where, "the advertised versions do not include the real ones");
  }
  if (!is_pascal_case(api.name)) {
    diagnostics.error(api.where, "an API's name is not in PascalCase");
  }
}

/// Flexible versions that never come are written as none.
void check_flexible(const Location& where, const std::string& name, const Versions& versions,
                    int first, Diagnostics& diagnostics) {
  if (first == Versions::open || first <= versions.last) return;
  diagnostics.error(where, name + " has no version " + std::to_string(first) + " to be flexible",
                    "write \"flexible none\"");
}

void check_unique(const Schema& schema, Diagnostics& diagnostics) {
  std::map<int, std::string_view> keys;
  std::set<std::string_view> names;
  for (const auto& api : schema.apis) {
    const auto [other, fresh] = keys.emplace(api->key, api->name);
    if (!fresh) {
      diagnostics.error(api->where, "key " + std::to_string(api->key) + " belongs to " +
                                        std::string(other->second) + " already");
    }
    if (!names.insert(api->name).second) {
      diagnostics.error(api->where, "the API " + api->name + " exists already");
    }
  }
  for (const auto& message : schema.messages) {
    if (!names.insert(message->name).second) {
      diagnostics.error(message->where, "the message " + message->name + " exists already");
    }
  }
}

}  // namespace

void check(Schema& schema, Diagnostics& diagnostics) {
  check_aliases(schema, diagnostics);
  check_errors(schema, diagnostics);
  check_keys(schema, diagnostics);
  check_unique(schema, diagnostics);
  for (const auto& api : schema.apis) {
    check_api(*api, diagnostics);
    if (api->versions.last == Versions::open) continue;
    check_flexible(api->where, api->name, api->versions, api->first_flexible, diagnostics);
    if (api->request != nullptr) check_message(*api->request, schema, diagnostics);
    if (api->response != nullptr) check_message(*api->response, schema, diagnostics);
  }
  for (const auto& message : schema.messages) {
    if (message->versions.last == Versions::open) {
      diagnostics.error(message->where, "the versions of " + message->name + " have no end",
                        "write a range such as 0-4");
    } else {
      check_flexible(message->where, message->name, message->versions, message->first_flexible,
                     diagnostics);
      check_message(*message, schema, diagnostics);
    }
  }
}

}  // namespace barnabas::schemac
