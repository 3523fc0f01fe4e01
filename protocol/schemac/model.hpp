#pragma once

#include "protocol/schemac/diagnostics.hpp"

#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <vector>

// What a schema says, after parsing and checking. Names are kept as written.

namespace barnabas::schemac {

/// Versions with both ends included; "3+" has `last` == open.
struct Versions {
  static constexpr int open = std::numeric_limits<std::int16_t>::max();
  int first = 0;
  int last = open;

  bool contains(int version) const { return first <= version && version <= last; }
  bool contains(const Versions& other) const { return first <= other.first && other.last <= last; }
  friend bool operator==(const Versions&, const Versions&) = default;
};

/// "3" or "0-4", as a schema has it; a range without end is "3+".
inline std::string text(const Versions& versions) {
  if (versions.first == versions.last) return std::to_string(versions.first);
  if (versions.last == Versions::open) return std::to_string(versions.first) + "+";
  return std::to_string(versions.first) + "-" + std::to_string(versions.last);
}

enum class Primitive {
  boolean,
  int8,
  int16,
  uint16,
  int32,
  uint32,
  int64,
  float64,
  uuid,
  string,
  bytes,
  records,
  structure
};

struct Struct;

struct Type {
  std::string name;  // As written: a primitive, a declared type or a struct.
  Location where;
  bool array = false;
  Primitive primitive = Primitive::int32;
  std::string enumeration;      // The C++ enumeration that a declared type stands for, or empty.
  Struct* structure = nullptr;  // For Primitive::structure.
};

struct Default {
  enum class Kind { number, boolean, empty, present } kind = Kind::number;
  std::int64_t number = 0;  // For booleans 0 or 1.
  Location where;
};

struct Field {
  std::string name;
  Location where;
  std::string doc;
  Type type;
  std::optional<Versions> written_versions;  // Left out: those of what the field stands in.
  Versions versions;                         // Within those of the enclosing struct.
  bool nullable_mark = false;                // "?" was written.
  std::optional<Versions> nullable_in;       // The versions behind "?".
  Versions nullable;                         // When null is legal; meaningless unless marked.
  std::optional<Default> default_value;
  std::optional<std::uint32_t> tag;
  bool ignorable = false;
  bool secret = false;
  bool plain = false;          // Keeps the old form of lengths in flexible versions.
  Struct* declares = nullptr;  // The struct whose fields follow this one, indented.

  /// Whether null can stand in the field in some version.
  bool nullable_ever() const { return nullable_mark; }
  /// Whether null is legal in every version, and so is the default.
  bool nullable_always() const { return nullable_mark && nullable.contains(versions); }
};

struct Struct {
  std::string name;
  Location where;
  std::string doc;
  Versions versions;
  std::vector<Field> fields;
};

struct Message {
  enum class Kind { request, response, header, data } kind = Kind::data;
  std::string name;
  Location where;
  std::string doc;
  Versions versions;
  int first_flexible = Versions::open;  // open: never.
  Struct* root = nullptr;
  std::vector<std::unique_ptr<Struct>> structs;  // All of the message, `root` among them.
  std::vector<Struct*> order;                    // A struct stands behind those that it contains.
};

struct Api {
  std::string name;
  Location where;
  std::string doc;
  int key = 0;
  Versions versions;                 // With the unstable ones.
  std::optional<Versions> unstable;  // The last of them, which may still change.
  std::optional<Versions> advertised;
  int first_flexible = Versions::open;
  std::string route;
  std::optional<int> response_header;  // A response header version for all versions.
  std::unique_ptr<Message> request;
  std::unique_ptr<Message> response;

  /// Those that are released.
  Versions stable() const {
    return unstable ? Versions{versions.first, unstable->first - 1} : versions;
  }
};

/// "type duration_ms int32": a name with a meaning for a primitive.
struct Alias {
  std::string name;
  Location where;
  std::string doc;
  Primitive primitive = Primitive::int32;
  std::string enumeration;
};

struct ErrorEntry {
  int number = 0;
  std::string name;
  Location where;
  std::string meaning;
  bool retriable = false;
  bool fatal = false;
  bool needs_abort = false;
};

struct KeyEntry {
  int number = 0;
  std::string name;
  Location where;
  std::string doc;
};

/// The content of one or several files.
struct Schema {
  std::vector<Alias> aliases;
  std::vector<std::unique_ptr<Api>> apis;
  std::vector<std::unique_ptr<Message>> messages;  // Headers and data.
  std::vector<ErrorEntry> errors;
  std::vector<KeyEntry> keys;
};

}  // namespace barnabas::schemac
