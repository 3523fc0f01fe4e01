#include "tests/support/wire_oracle.hpp"

#include "protocol/schemac/checker.hpp"
#include "protocol/schemac/parser.hpp"
#include "protocol/schemac/primitives.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace barnabas::test {

using schemac::Field;
using schemac::Message;
using schemac::Primitive;
using schemac::Schema;
using schemac::Struct;

namespace {

Schema load_project_schema(std::deque<std::string>& names) {
  Schema schema;
  schemac::Diagnostics diagnostics;
  std::vector<std::filesystem::path> paths;
  for (const auto& entry : std::filesystem::directory_iterator(BARNABAS_SCHEMA_FOLDER)) {
    if (entry.path().extension() == ".schema") paths.push_back(entry.path());
  }
  std::sort(paths.begin(), paths.end());
  for (const auto& path : paths) {
    std::ifstream in(path);
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    schemac::parse(names.emplace_back(path.filename().string()), text, schema, diagnostics);
  }
  schemac::check(schema, diagnostics);
  for (const std::string& message : diagnostics.messages())
    std::fprintf(stderr, "%s\n", message.c_str());
  if (!diagnostics.ok()) std::abort();
  return schema;
}

void big_endian(std::uint64_t value, std::size_t size, std::vector<std::byte>& out) {
  for (std::size_t i = size; i-- > 0;) out.push_back(static_cast<std::byte>(value >> (8 * i)));
}

void uvarint(std::uint64_t value, std::vector<std::byte>& out) {
  for (; value >= 128; value /= 128) out.push_back(static_cast<std::byte>(value % 128 + 128));
  out.push_back(static_cast<std::byte>(value));
}

void append(const std::vector<std::byte>& bytes, std::vector<std::byte>& out) {
  out.insert(out.end(), bytes.begin(), bytes.end());
}

/// The length of a string (2 bytes) or of bytes, records and arrays (4); -1 is null.
void length(std::int64_t value, bool flexible, std::size_t plain_size,
            std::vector<std::byte>& out) {
  if (flexible) {
    uvarint(static_cast<std::uint64_t>(value + 1), out);
  } else {
    big_endian(static_cast<std::uint64_t>(value), plain_size, out);
  }
}

}  // namespace

const Schema& project_schema() {
  static std::deque<std::string> names;
  static const Schema schema = load_project_schema(names);
  return schema;
}

const Message& find_message(std::string_view name) {
  const Message* found = nullptr;
  for (const auto& api : project_schema().apis) {
    if (api->request->name == name) found = api->request.get();
    if (api->response->name == name) found = api->response.get();
  }
  for (const auto& message : project_schema().messages) {
    if (message->name == name) found = message.get();
  }
  if (found == nullptr) std::abort();
  return *found;
}

std::uint64_t WireOracle::below(std::uint64_t bound) {
  state_ += 0x9E3779B97F4A7C15ULL;  // splitmix64
  std::uint64_t z = state_;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
  return (z ^ (z >> 31)) % bound;
}

std::vector<std::byte> WireOracle::message(const Message& message, int version, bool unknown_tags) {
  const Context context{message, version, version >= message.first_flexible, unknown_tags};
  Bytes out;
  structure(*message.root, context, false, out);
  return out;
}

void WireOracle::structure(const Struct& structure, const Context& context, bool not_default,
                           Bytes& out) {
  for (const Field& each : structure.fields) {
    if (!each.tag && each.versions.contains(context.version)) {
      field(each, context, not_default, out);
    }
  }
  if (context.flexible) tag_section(structure, context, out);
}

void WireOracle::tag_section(const Struct& structure, const Context& context, Bytes& out) {
  std::vector<const Field*> sent;
  for (const Field& each : structure.fields) {
    const bool possible = each.tag && each.versions.contains(context.version);
    if (possible && below(2) == 0) sent.push_back(&each);
  }
  std::sort(sent.begin(), sent.end(),
            [](const Field* a, const Field* b) { return *a->tag < *b->tag; });
  const std::uint64_t unknown = context.unknown_tags ? 2 : 0;
  uvarint(sent.size() + unknown, out);
  for (const Field* each : sent) {
    Bytes content;
    field(*each, context, true, content);
    uvarint(*each->tag, out);
    uvarint(content.size(), out);
    append(content, out);
  }
  if (unknown == 0) return;
  uvarint(1000, out);
  uvarint(0, out);
  uvarint(4294967295U, out);
  uvarint(3, out);
  big_endian(0x010203, 3, out);
}

void WireOracle::field(const Field& field, const Context& context, bool not_default, Bytes& out) {
  const bool flexible = context.flexible && !field.plain;
  // Where the default is not null, null differs from it.
  const bool can_be_null = field.nullable_mark && field.nullable.contains(context.version) &&
                           (!not_default || field.default_value);
  const bool null = can_be_null && below(4) == 0;
  const bool is_struct = field.type.structure != nullptr && !field.type.array;
  if (is_struct && field.nullable_mark) {
    if (field.tag) {
      uvarint(null ? 0 : 1, out);
    } else {
      big_endian(null ? 0xFF : 1, 1, out);
    }
    if (!null) structure(*field.type.structure, context, not_default, out);
    return;
  }
  if (null) {
    const bool is_string = !field.type.array && field.type.primitive == Primitive::string;
    length(-1, flexible, is_string ? 2 : 4, out);
    return;
  }
  if (!field.type.array) {
    element(field, context, not_default, out);
    return;
  }
  const std::uint64_t count = not_default ? 1 + below(2) : below(4);
  length(static_cast<std::int64_t>(count), flexible, 4, out);
  for (std::uint64_t i = 0; i < count; ++i) element(field, context, false, out);
}

void WireOracle::element(const Field& field, const Context& context, bool not_default, Bytes& out) {
  if (field.type.structure != nullptr) {
    structure(*field.type.structure, context, not_default, out);
  } else if (schemac::info(field.type.primitive).fixed_size != 0) {
    number(field, not_default, out);
  } else {
    sized(field, context, not_default, out);
  }
}

void WireOracle::number(const Field& field, bool not_default, Bytes& out) {
  const std::size_t size = schemac::info(field.type.primitive).fixed_size;
  if (field.type.primitive == Primitive::boolean) {
    const bool normal = field.default_value.has_value();
    const bool value = not_default ? !normal : below(2) == 0;
    big_endian(value ? 1 : 0, 1, out);
  } else if (field.type.primitive == Primitive::uuid) {
    big_endian(below(1U << 30) + 1, 8, out);
    big_endian(below(1U << 30), 8, out);
  } else if (field.type.primitive == Primitive::float64) {
    big_endian(0x3FF0000000000000ULL + below(1U << 30), 8, out);  // From 1 to 2.
  } else if (not_default) {
    big_endian(5 + below(100), size, out);  // Neither 0 nor any default that a schema has.
  } else {
    const std::uint64_t least = std::uint64_t{1} << (8 * size - 1);
    const std::uint64_t extremes[] = {0, ~std::uint64_t{0}, least, least - 1};
    const bool extreme = below(4) == 0;
    big_endian(extreme ? extremes[below(4)] : below(~std::uint64_t{0}), size, out);
  }
}

void WireOracle::sized(const Field& field, const Context& context, bool not_default, Bytes& out) {
  const bool is_string = field.type.primitive == Primitive::string;
  // Past 127 a compact length takes two bytes.
  const std::uint64_t size = below(16) == 0 ? 120 + below(20) : below(6) + (not_default ? 1 : 0);
  length(static_cast<std::int64_t>(size), context.flexible && !field.plain, is_string ? 2 : 4, out);
  if (!is_string) {
    for (std::uint64_t i = 0; i < size; ++i) out.push_back(static_cast<std::byte>(below(256)));
    return;
  }
  for (std::uint64_t i = 0; i < size; ++i) {
    const bool two_bytes = i + 1 < size && below(16) == 0;
    if (two_bytes) {
      out.push_back(std::byte{0xC3});  // A letter with an accent.
      out.push_back(static_cast<std::byte>(0xA0 + below(32)));
      ++i;
    } else {
      out.push_back(static_cast<std::byte>(' ' + below(95)));
    }
  }
}

}  // namespace barnabas::test
