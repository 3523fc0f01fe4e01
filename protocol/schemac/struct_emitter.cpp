#include "protocol/schemac/struct_emitter.hpp"

#include "protocol/schemac/cpp_types.hpp"
#include "protocol/schemac/primitives.hpp"

#include <algorithm>

namespace barnabas::schemac {

StructEmitter::StructEmitter(const Message& message, const Struct& structure, CodeWriter& out)
    : message_(message),
      structure_(structure),
      out_(out),
      type_(message.name),
      qualifier_(message.name + "::"),
      flexible_(flexible_expression(message, structure.versions)) {
  if (&structure != message.root) type_ = qualifier_ + structure.name;
  for (const Field& field : structure.fields) {
    if (field.tag) {
      tagged_.push_back(&field);
    } else if (!runs_.empty() && runs_.back().versions == field.versions) {
      runs_.back().fields.push_back(&field);
    } else {
      runs_.push_back({field.versions, {&field}});
    }
  }
  std::sort(tagged_.begin(), tagged_.end(),
            [](const Field* a, const Field* b) { return *a->tag < *b->tag; });
}

void StructEmitter::run() {
  emit_measure();
  emit_write();
  emit_read();
  emit_print();
}

void StructEmitter::begin_function(const std::string& signature) {
  out_.open(signature);
  if (flexible_ == "flexible") {
    out_.line("const bool flexible = version >= " + std::to_string(message_.first_flexible) + ";");
  }
}

void StructEmitter::in_versions(const Run& run, const std::function<void()>& body) {
  const std::string condition = version_condition(run.versions, structure_.versions);
  if (condition.empty()) {
    body();
    return;
  }
  out_.open("if (" + condition + ")");
  body();
  out_.close();
}

void StructEmitter::open_flexible() {
  if (flexible_ == "flexible") out_.open("if (flexible)");
}

void StructEmitter::close_flexible() {
  if (flexible_ == "flexible") out_.close();
}

bool StructEmitter::is_optional(const Field& field) const {
  return field.nullable_ever() && field.type.primitive != Primitive::records;
}

bool StructEmitter::has_fixed_size(const Field& field) {
  return !field.type.array && info(field.type.primitive).fixed_size != 0;
}

std::string StructEmitter::null_allowed(const Field& field) {
  return field.nullable_mark ? version_test(field.nullable, field.versions) : "false";
}

std::string StructEmitter::is_sent(const Field& field) const {
  const std::string differs = differs_from_default(field, member(field), qualifier_);
  const std::string condition = version_condition(field.versions, flexible_versions());
  return condition.empty() ? differs : condition + " && " + differs;
}

Versions StructEmitter::flexible_versions() const {
  return {std::max(structure_.versions.first, message_.first_flexible), structure_.versions.last};
}

}  // namespace barnabas::schemac
