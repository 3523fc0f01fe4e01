#include "protocol/schemac/emit_header.hpp"

#include "protocol/schemac/cpp_types.hpp"
#include "protocol/schemac/names.hpp"

#include <set>
#include <string>

namespace barnabas::schemac {

namespace {

std::string range(const Versions& versions) {
  return "{" + std::to_string(versions.first) + ", " + std::to_string(versions.last) + "}";
}

/// "Versions 3+.", "Null from version 1." and so on, for the reader of the header.
std::string field_notes(const Field& field, const Versions& around) {
  std::string notes;
  const auto text = [](const Versions& versions, const Versions& within) {
    std::string range = std::to_string(versions.first);
    if (versions.last == within.last) return range + "+";
    if (versions.last != versions.first) range += "-" + std::to_string(versions.last);
    return range;
  };
  if (!(field.versions == around)) notes += "Versions " + text(field.versions, around) + ". ";
  if (field.nullable_mark && !field.nullable_always()) {
    notes += "Null in versions " + text(field.nullable, field.versions) + ". ";
  }
  return notes;
}

void emit_fields(const Struct& structure, const Versions& around, CodeWriter& out) {
  for (const Field& field : structure.fields) {
    std::string doc = field.declares == nullptr ? field.doc : std::string();
    const std::string notes = field_notes(field, around);
    if (!notes.empty()) {
      doc = notes.substr(0, notes.size() - 1) + (doc.empty() ? "" : " " + doc);
    }
    out.doc(doc);
    out.line(member_type(field) + " " + field.name + member_initializer(field) + ";");
  }
}

/// The structs inside a message stand in a namespace of its own and not in the message: a nested
/// class with default member initializers is not complete enough there for std::optional.
void emit_structs(const Message& message, CodeWriter& out) {
  if (message.structs.size() == 1) return;
  out.line("namespace " + snake_case(message.name) + " {");
  out.line();
  for (const Struct* structure : message.order) {
    if (structure == message.root) continue;
    out.doc(structure->doc);
    out.open("struct " + structure->name);
    emit_fields(*structure, structure->versions, out);
    out.line();
    out.line("bool operator==(const " + structure->name + "&) const = default;");
    out.close(";");
    out.line();
  }
  out.line("}  // namespace " + snake_case(message.name));
  out.line();
}

void emit_facts(const MessageOfApi& of, const EmitOptions& options, CodeWriter& out) {
  const Message& message = *of.message;
  out.line("static constexpr std::string_view message_name = \"" + message.name + "\";");
  if (of.api != nullptr) {
    if (message.kind == Message::Kind::request) {
      out.line("using Response = " + of.api->name + "Response;");
    }
    out.line("static constexpr ApiKey api_key = ApiKey::" + of.api->name + ";");
  }
  const bool hides_unstable = of.api != nullptr && of.api->unstable && !options.unstable;
  out.line("static constexpr VersionRange versions" +
           range(hides_unstable ? of.api->stable() : message.versions) + ";");
  if (hides_unstable) {
    out.line("static constexpr VersionRange versions_with_unstable" + range(message.versions) +
             ";");
  }
  out.line("static constexpr std::int16_t first_flexible = " +
           (message.first_flexible == Versions::open ? std::string("never_flexible")
                                                     : std::to_string(message.first_flexible)) +
           ";");
}

void emit_message(const MessageOfApi& of, const EmitOptions& options, CodeWriter& out) {
  const Message& message = *of.message;
  emit_structs(message, out);
  if (of.api != nullptr && message.kind == Message::Kind::request) out.doc(of.api->doc);
  out.doc(message.doc);
  out.open("struct " + message.name);
  emit_facts(of, options, out);
  out.line();
  for (const Struct* structure : message.order) {
    if (structure == message.root) continue;
    out.line("using " + structure->name + " = " + snake_case(message.name) +
             "::" + structure->name + ";");
  }
  if (message.structs.size() > 1) out.line();
  emit_fields(*message.root, message.versions, out);
  if (!message.root->fields.empty()) out.line();
  out.line("bool operator==(const " + message.name + "&) const = default;");
  out.line("wire::EncodedSize measure(std::int16_t version) const;");
  out.line("std::size_t encoded_size(std::int16_t version) const;");
  out.line("void encode(wire::Writer& out, std::int16_t version) const;");
  out.line("void decode(wire::Reader& in, std::int16_t version);");
  out.line("void print(std::string& out) const;");
  out.close(";");
  out.line();
}

/// Headers that the members need.
std::set<std::string> member_headers(const std::vector<MessageOfApi>& messages) {
  std::set<std::string> headers;
  for (const MessageOfApi& of : messages) {
    for (const Struct* structure : of.message->order) {
      for (const Field& field : structure->fields) {
        const Type& type = field.type;
        if (!type.enumeration.empty()) headers.insert(enumeration_header(type.enumeration));
        if (type.primitive == Primitive::uuid) headers.insert("barnabas/uuid.hpp");
        if (type.primitive == Primitive::bytes) headers.insert("barnabas/bytes.hpp");
      }
    }
    if (of.api != nullptr) headers.insert("barnabas/api_key.hpp");
  }
  return headers;
}

bool uses_records(const std::vector<MessageOfApi>& messages) {
  for (const MessageOfApi& of : messages) {
    for (const Struct* structure : of.message->order) {
      for (const Field& field : structure->fields) {
        if (field.type.primitive == Primitive::records) return true;
      }
    }
  }
  return false;
}

}  // namespace

std::string emit_header(const std::vector<MessageOfApi>& messages, std::string_view schema_name,
                        const EmitOptions& options) {
  CodeWriter out;
  out.line("// Generated by schemac from " + std::string(schema_name) + ".schema. Do not edit.");
  out.line("#pragma once");
  out.line();
  out.line("#include \"protocol/base/version_range.hpp\"");
  if (uses_records(messages)) out.line("#include \"protocol/wire/record_segments.hpp\"");
  out.line();
  const std::set<std::string> headers = member_headers(messages);
  for (const std::string& header : headers) out.line("#include <" + header + ">");
  if (!headers.empty()) out.line();
  for (const std::string_view header :
       {"cstddef", "cstdint", "optional", "string", "string_view", "vector"}) {
    out.line("#include <" + std::string(header) + ">");
  }
  out.line();
  out.line("namespace barnabas::wire {");
  out.line("class Reader;");
  out.line("class Writer;");
  out.line("struct EncodedSize;");
  out.line("}  // namespace barnabas::wire");
  out.line();
  out.line("namespace barnabas::protocol {");
  out.line();
  for (const MessageOfApi& of : messages) emit_message(of, options, out);
  out.line("}  // namespace barnabas::protocol");
  return out.code();
}

}  // namespace barnabas::schemac
