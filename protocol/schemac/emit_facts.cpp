#include "protocol/schemac/emit.hpp"
#include "protocol/schemac/primitives.hpp"

#include <string>

namespace barnabas::schemac {

namespace {

/// JSON without spaces; enough for names and numbers, which need no escapes.
class JsonWriter {
 public:
  void begin(char bracket) {
    separate();
    text_ += bracket;
    comma_ = false;
  }
  void end(char bracket) {
    text_ += bracket;
    comma_ = true;
  }
  void key(std::string_view name) {
    string(name);
    text_ += ':';
    comma_ = false;
  }
  void string(std::string_view value) { raw("\"" + std::string(value) + "\""); }
  void number(std::int64_t value) { raw(std::to_string(value)); }
  void boolean(bool value) { raw(value ? "true" : "false"); }
  void null() { raw("null"); }
  void versions(const Versions& versions) {
    begin('[');
    number(versions.first);
    number(versions.last);
    end(']');
  }
  std::string take() { return std::move(text_); }

 private:
  void separate() {
    if (comma_) text_ += ',';
    comma_ = true;
  }
  void raw(std::string_view value) {
    separate();
    text_ += value;
  }

  std::string text_;
  bool comma_ = false;
};

void write_fields(const Struct& structure, JsonWriter& out);

/// The value that the member starts with.
void write_default(const Field& field, JsonWriter& out) {
  const PrimitiveInfo& type = info(field.type.primitive);
  if (field.nullable_mark) {
    const bool null = field.nullable_always() && !field.default_value;
    return null ? out.null() : out.string("");
  }
  if (field.type.array || !(type.integer || field.type.primitive == Primitive::boolean)) {
    return out.string("");
  }
  const std::int64_t number = field.default_value ? field.default_value->number : 0;
  return field.type.primitive == Primitive::boolean ? out.boolean(number != 0) : out.number(number);
}

void write_field(const Field& field, JsonWriter& out) {
  out.begin('{');
  out.key("name");
  out.string(field.name);
  out.key("type");
  const Struct* const structure = field.type.structure;
  out.string((field.type.array ? "[]" : "") + (structure != nullptr
                                                   ? structure->name
                                                   : std::string(info(field.type.primitive).name)));
  out.key("versions");
  out.versions(field.versions);
  out.key("nullable");
  field.nullable_mark ? out.versions(field.nullable) : out.null();
  out.key("default");
  write_default(field, out);
  out.key("tag");
  field.tag ? out.number(*field.tag) : out.null();
  out.key("ignorable");
  out.boolean(field.ignorable);
  out.key("plain");
  out.boolean(field.plain);
  if (structure != nullptr) write_fields(*structure, out);
  out.end('}');
}

void write_fields(const Struct& structure, JsonWriter& out) {
  out.key("fields");
  out.begin('[');
  for (const Field& field : structure.fields) write_field(field, out);
  out.end(']');
}

void write_message(const Message& message, const Api* api, JsonWriter& out) {
  out.begin('{');
  out.key("name");
  out.string(message.name);
  out.key("key");
  api != nullptr ? out.number(api->key) : out.null();
  out.key("versions");
  out.versions(message.versions);
  out.key("unstable");
  api != nullptr && api->unstable ? out.versions(*api->unstable) : out.null();
  out.key("flexible");
  out.number(message.first_flexible);
  write_fields(*message.root, out);
  out.end('}');
}

}  // namespace

std::string emit_facts(const Schema& schema) {
  JsonWriter out;
  out.begin('{');
  out.key("messages");
  out.begin('[');
  for (const auto& api : schema.apis) {
    write_message(*api->request, api.get(), out);
    write_message(*api->response, api.get(), out);
  }
  for (const auto& message : schema.messages) write_message(*message, nullptr, out);
  out.end(']');
  out.key("errors");
  out.begin('[');
  for (const ErrorEntry& entry : schema.errors) {
    out.begin('{');
    out.key("number");
    out.number(entry.number);
    out.key("name");
    out.string(entry.name);
    out.key("retriable");
    out.boolean(entry.retriable);
    out.end('}');
  }
  out.end(']');
  out.key("keys");
  out.begin('[');
  for (const KeyEntry& entry : schema.keys) {
    out.begin('{');
    out.key("number");
    out.number(entry.number);
    out.key("name");
    out.string(entry.name);
    out.end('}');
  }
  out.end(']');
  out.end('}');
  return out.take() + "\n";
}

}  // namespace barnabas::schemac
