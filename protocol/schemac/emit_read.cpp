#include "protocol/schemac/cpp_types.hpp"
#include "protocol/schemac/primitives.hpp"
#include "protocol/schemac/struct_emitter.hpp"

namespace barnabas::schemac {

void StructEmitter::emit_read() {
  begin_function("void read_fields(" + type_ + "& self, wire::Reader& in, std::int16_t version)");
  for (const Run& run : runs_) {
    in_versions(run, [&] {
      for (const Field* field : run.fields) read_field(*field);
    });
  }
  if (flexible_ != "false") read_tagged();
  out_.close();
  out_.line();
}

void StructEmitter::read_field(const Field& field) {
  const std::string value = member(field);
  if (field.type.array) return read_array(field);
  if (field.type.structure != nullptr && is_optional(field)) {
    out_.open("if (in.struct_present(" + std::string(field.tag ? "true" : "false") + ", " +
              null_allowed(field) + ", " + quoted(field) + "))");
    out_.line("read_fields(" + value + ".emplace(), in, version);");
    out_.otherwise();
    out_.line(value + ".reset();");
    out_.close();
  } else if (field.type.structure != nullptr) {
    out_.line("read_fields(" + value + ", in, version);");
  } else if (is_optional(field)) {
    out_.line(value + " = in.nullable_" + std::string(info(field.type.primitive).function) + "(" +
              flexible(field) + ", " + null_allowed(field) + ", " + quoted(field) + ");");
  } else {
    out_.line(value + " = " + read_value(field.type, field) + ";");
  }
}

std::string StructEmitter::read_value(const Type& type, const Field& field) const {
  const PrimitiveInfo& primitive = info(type.primitive);
  const std::string function = "in." + std::string(primitive.function) + "(";
  if (type.primitive == Primitive::records) {
    return function + flexible(field) + ", " + null_allowed(field) + ", " + quoted(field) + ")";
  }
  if (primitive.fixed_size == 0) return function + flexible(field) + ", " + quoted(field) + ")";
  if (type.enumeration.empty()) return function + quoted(field) + ")";
  return "static_cast<" + type.enumeration + ">(" + function + quoted(field) + "))";
}

void StructEmitter::read_array(const Field& field) {
  const std::string value = member(field);
  const std::string bounds =
      std::to_string(min_encoded_size(field.type, message_, field.versions)) + ", sizeof(" +
      element_type(field.type, qualifier_) + "), " + quoted(field) + ")";
  if (is_optional(field)) {
    out_.line(value + ".reset();");
    out_.open("if (const auto size = in.nullable_array_size(" + flexible_ + ", " +
              null_allowed(field) + ", " + bounds + ")");
    if (is_array_of_numbers(field.type)) {
      out_.line("in.numbers(" + value + ".emplace(*size), " + quoted(field) + ");");
      out_.close();
      return;
    }
    out_.open("for (auto& element : " + value + ".emplace(*size))");
  } else {
    out_.line(value + ".resize(in.array_size(" + flexible_ + ", " + bounds + ");");
    if (is_array_of_numbers(field.type)) {
      out_.line("in.numbers(" + value + ", " + quoted(field) + ");");
      return;
    }
    out_.open("for (auto& element : " + value + ")");
  }
  if (field.type.structure != nullptr) {
    out_.line("read_fields(element, in, version);");
    out_.line("if (!in.ok()) return;");
  } else {
    out_.line("element = " + read_value(field.type, field) + ";");
  }
  out_.close();
  if (is_optional(field)) out_.close();
}

void StructEmitter::read_tagged() {
  if (!has_tagged()) {
    out_.line(flexible_ == "true" ? "wire::skip_tags(in);" : "if (flexible) wire::skip_tags(in);");
    return;
  }
  open_flexible();
  out_.open("for (wire::TagSection tags(in); tags.next();)");
  std::string keyword = "if (";
  for (const Field* field : tagged_) {
    const std::string condition = version_condition(field->versions, flexible_versions());
    out_.open(keyword + "tags.tag() == " + std::to_string(*field->tag) +
              (condition.empty() ? "" : " && " + condition) + ")");
    read_field(*field);
    out_.close();
    keyword = "else if (";
  }
  out_.open("else");
  out_.line("tags.skip();");
  out_.close();
  out_.close();
  close_flexible();
}

}  // namespace barnabas::schemac
