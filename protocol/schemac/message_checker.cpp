#include "protocol/schemac/message_checker.hpp"

#include "protocol/schemac/names.hpp"
#include "protocol/schemac/primitives.hpp"

#include <algorithm>
#include <cstddef>
#include <limits>
#include <map>
#include <set>
#include <string>

namespace barnabas::schemac {

namespace {

class MessageChecker {
 public:
  MessageChecker(Message& message, const Schema& schema, Diagnostics& diagnostics)
      : message_(message), schema_(schema), diagnostics_(diagnostics) {}

  void run() {
    name_structs();
    resolve_types();
    message_.root->versions = message_.versions;
    visit(*message_.root, message_.versions);
    for (const auto& structure : message_.structs) {
      if (!std::count(message_.order.begin(), message_.order.end(), structure.get())) {
        diagnostics_.error(structure->where, "the struct " + structure->name + " is not used");
      }
    }
  }

 private:
  void name_structs() {
    for (const auto& structure : message_.structs) {
      if (!structs_.emplace(structure->name, structure.get()).second) {
        diagnostics_.error(structure->where,
                           "the struct " + structure->name + " exists already in this message");
      }
      if (structure->fields.empty() && structure.get() != message_.root) {
        diagnostics_.error(structure->where, "the struct " + structure->name + " has no fields");
      }
    }
  }

  void resolve_types() {
    for (const auto& structure : message_.structs) {
      for (Field& field : structure->fields) resolve(field.type);
    }
  }

  void resolve(Type& type) {
    if (const auto primitive = find_primitive(type.name)) {
      type.primitive = *primitive;
      return;
    }
    for (const Alias& alias : schema_.aliases) {
      if (alias.name != type.name) continue;
      type.primitive = alias.primitive;
      type.enumeration = alias.enumeration;
      return;
    }
    if (const auto found = structs_.find(type.name); found != structs_.end()) {
      type.primitive = Primitive::structure;
      type.structure = found->second;
      return;
    }
    diagnostics_.error(type.where, "unknown type \"" + type.name + "\"", nearest_type(type.name));
  }

  std::string nearest_type(std::string_view name) const {
    std::vector<std::string_view> candidates = primitive_names();
    for (const Alias& alias : schema_.aliases) candidates.push_back(alias.name);
    for (const auto& [known, structure] : structs_) candidates.push_back(known);
    return suggest(name, candidates);
  }

  // Depth first, so that `order` has contained structs first.
  void visit(Struct& structure, const Versions& around) {
    if (!is_pascal_case(structure.name)) {
      diagnostics_.error(structure.where, "a struct's name is not in PascalCase");
    }
    if (structure.name == "Response") {
      diagnostics_.error(structure.where,
                         "the name \"Response\" is taken: a request has it for its response",
                         "say of what, for instance \"TopicResponse\"");
    }
    open_.insert(&structure);
    std::set<std::string_view> names;
    for (Field& field : structure.fields) {
      if (!names.insert(field.name).second) {
        diagnostics_.error(field.where, "the field " + field.name + " exists already");
      }
      if (is_keyword(field.name) ||
          (&structure == message_.root && is_message_member(field.name))) {
        diagnostics_.error(field.where, "the name \"" + field.name + "\" is taken in C++",
                           "append something, for instance \"" + field.name + "_value\"");
      }
      check_field(field, around);
      if (field.type.structure != nullptr) descend(field);
    }
    check_tags(structure);
    check_ambiguous_size(structure, around);
    open_.erase(&structure);
    message_.order.push_back(&structure);
  }

  void descend(Field& field) {
    Struct& inner = *field.type.structure;
    if (open_.contains(&inner)) {
      diagnostics_.error(field.type.where, "the struct " + inner.name + " contains itself");
    } else if (!std::count(message_.order.begin(), message_.order.end(), &inner)) {
      // A shared struct may stand in several places; its fields are checked against the message.
      inner.versions = field.declares == &inner ? field.versions : message_.versions;
      visit(inner, inner.versions);
    }
  }

  void check_field(Field& field, const Versions& around) {
    if (!is_snake_case(field.name)) {
      diagnostics_.error(field.where, "a field's name is not in snake_case",
                         "write \"" + snake_case(field.name) + "\"");
    }
    if (field.declares != nullptr && field.declares != field.type.structure) {
      diagnostics_.error(field.type.where, "the type " + field.type.name + " cannot have fields",
                         "only a struct can; its name is in PascalCase");
    }
    check_versions(field, around);
    check_nullability(field);
    check_default(field);
    check_type(field);
    check_tag(field);
  }

  void check_versions(Field& field, const Versions& around) {
    field.versions = around;
    if (!field.written_versions) return;
    Versions written = *field.written_versions;
    if (written.last == Versions::open) written.last = around.last;
    if (!around.contains(written) || written.first > written.last) {
      diagnostics_.error(field.where, "the versions of " + field.name + " lie outside of " +
                                          text(around) + ", those of what it stands in");
    } else if (written == around) {
      diagnostics_.error(field.where, "the versions of " + field.name + " say nothing new",
                         "leave them out");
    }
    field.versions = written;
  }

  void check_nullability(Field& field) {
    if (!field.nullable_mark) return;
    field.nullable = field.versions;
    const bool can_be_null = field.type.array || info(field.type.primitive).fixed_size == 0;
    if (!can_be_null) {
      diagnostics_.error(field.type.where, field.type.name + " cannot be null",
                         "only strings, bytes, records, arrays and structs can");
    }
    if (!field.nullable_in) return;
    field.nullable = *field.nullable_in;
    if (field.nullable.last == Versions::open) field.nullable.last = field.versions.last;
    if (!field.versions.contains(field.nullable) || field.nullable == field.versions) {
      diagnostics_.error(field.where,
                         "the versions in which " + field.name + " may be null are not a part of " +
                             text(field.versions),
                         "leave them out if null is always legal");
    }
  }

  void check_default(const Field& field) {
    if (!field.default_value) return;
    const Default& value = *field.default_value;
    const PrimitiveInfo& type = info(field.type.primitive);
    switch (value.kind) {
      case Default::Kind::number:
        if (field.type.array || !type.integer) {
          diagnostics_.error(value.where, "a number cannot be the default of " + field.name);
        } else if (!fits(value.number, field.type.primitive)) {
          diagnostics_.error(value.where, "the default does not fit " + std::string(type.name));
        } else if (value.number == 0) {
          diagnostics_.error(value.where, "0 is the default anyway", "leave it out");
        }
        return;
      case Default::Kind::boolean:
        if (field.type.array || field.type.primitive != Primitive::boolean) {
          diagnostics_.error(value.where, field.name + " is not a bool");
        } else if (value.number == 0) {
          diagnostics_.error(value.where, "false is the default anyway", "leave it out");
        }
        return;
      case Default::Kind::empty:
        if (!field.nullable_always() || field.type.primitive == Primitive::records ||
            (!field.type.array && field.type.primitive == Primitive::structure)) {
          diagnostics_.error(value.where, "an empty default says nothing new",
                             "it is for strings, bytes and arrays that would start as null");
        }
        return;
      case Default::Kind::present:
        if (!field.nullable_always() || field.type.array || field.type.structure == nullptr) {
          diagnostics_.error(value.where, "{} cannot be the default of " + field.name,
                             "it is for structs that would start as null");
        }
        return;
    }
  }

  static bool fits(std::int64_t value, Primitive primitive) {
    const int bits = static_cast<int>(info(primitive).fixed_size) * 8;
    if (bits == 64) return true;
    const bool is_unsigned = primitive == Primitive::uint16 || primitive == Primitive::uint32;
    const std::int64_t range = std::int64_t{1} << bits;
    const std::int64_t low = is_unsigned ? 0 : -(range / 2);
    return low <= value && value < low + range;
  }

  void check_type(const Field& field) {
    const Primitive primitive = field.type.primitive;
    if (field.type.array && (primitive == Primitive::boolean || primitive == Primitive::records)) {
      diagnostics_.error(field.type.where, "an array of " + field.type.name + " is not supported");
    }
    if (field.plain && (field.type.array || primitive != Primitive::string)) {
      diagnostics_.error(field.where, "only a string can be plain");
    }
    if (field.secret && primitive == Primitive::structure) {
      diagnostics_.error(field.where, "a struct cannot be secret", "mark its fields");
    }
  }

  void check_tag(const Field& field) {
    if (!field.tag) return;
    if (field.versions.first < message_.first_flexible) {
      diagnostics_.error(
          field.where, "a tagged field in versions that are not flexible",
          message_.first_flexible == Versions::open
              ? "the message is never flexible"
              : "flexible versions begin at " + std::to_string(message_.first_flexible));
    }
    if (field.type.primitive == Primitive::records) {
      diagnostics_.error(field.where, "records cannot be tagged");
    }
  }

  void check_tags(const Struct& structure) {
    std::set<std::uint32_t> tags;
    for (const Field& field : structure.fields) {
      if (field.tag && !tags.insert(*field.tag).second) {
        diagnostics_.error(field.where, "tag " + std::to_string(*field.tag) + " is used already");
      }
    }
    std::uint32_t next = 0;
    for (const std::uint32_t tag : tags) {
      if (tag != next++) {
        diagnostics_.error(structure.where, "the tags of " + structure.name + " have a gap");
        return;
      }
    }
  }

  // A decoder bounds an array by the least size of an element, which therefore must not be 0.
  void check_ambiguous_size(const Struct& structure, const Versions& around) {
    if (&structure == message_.root) return;
    for (int version = around.first; version <= around.last; ++version) {
      bool something = version >= message_.first_flexible;
      for (const Field& field : structure.fields) {
        something = something || (!field.tag && field.versions.contains(version));
      }
      if (!something) {
        diagnostics_.error(structure.where, "the struct " + structure.name +
                                                " is empty in version " + std::to_string(version));
        return;
      }
    }
  }

  Message& message_;
  const Schema& schema_;
  Diagnostics& diagnostics_;
  std::map<std::string_view, Struct*> structs_;
  std::set<const Struct*> open_;  // On the way from the root.
};

}  // namespace

void check_message(Message& message, const Schema& schema, Diagnostics& diagnostics) {
  MessageChecker(message, schema, diagnostics).run();
}

}  // namespace barnabas::schemac
