#include "protocol/schemac/cpp_types.hpp"
#include "protocol/schemac/primitives.hpp"
#include "protocol/schemac/struct_emitter.hpp"

namespace barnabas::schemac {

void StructEmitter::emit_write() {
  begin_function("void write_fields(const " + type_ +
                 "& self, wire::Writer& out, std::int16_t version)");
  for (const Run& run : runs_) {
    in_versions(run, [&] {
      for (const Field* field : run.fields) write_field(*field);
    });
    refuse_absent(run);
  }
  if (flexible_ != "false" || has_tagged()) write_tagged();
  out_.close();
  out_.line();
}

void StructEmitter::refuse_absent(const Run& run) {
  const std::string condition = version_condition(run.versions, structure_.versions);
  if (condition.empty()) return;
  for (const Field* field : run.fields) {
    if (field->ignorable) continue;
    out_.line("if (!(" + condition + ") && " +
              differs_from_default(*field, member(*field), qualifier_) + ") out.fail_absent(" +
              quoted(*field) + ");");
  }
}

void StructEmitter::write_field(const Field& field) {
  const std::string value = member(field);
  if (field.type.array) {
    if (!is_optional(field)) return write_array(field, value);
    out_.open("if (" + value + ")");
    write_array(field, "(*" + value + ")");
    out_.otherwise();
    out_.line("out.null_array(" + flexible(field) + ", " + null_allowed(field) + ", " +
              quoted(field) + ");");
    out_.close();
    return;
  }
  const std::string name(info(field.type.primitive).name);
  if (field.type.primitive == Primitive::records) {
    out_.line("out.records(" + value + ", " + flexible(field) + ", " + null_allowed(field) + ", " +
              quoted(field) + ");");
  } else if (!is_optional(field)) {
    write_value(field.type, value, field);
  } else if (field.type.structure == nullptr) {
    out_.line("out.nullable_" + name + "(" + value + ", " + flexible(field) + ", " +
              null_allowed(field) + ", " + quoted(field) + ");");
  } else {
    out_.line("out.struct_present(" + value + ".has_value(), " + (field.tag ? "true" : "false") +
              ", " + null_allowed(field) + ", " + quoted(field) + ");");
    out_.line("if (" + value + ") write_fields(*" + value + ", out, version);");
  }
}

void StructEmitter::write_value(const Type& type, const std::string& value, const Field& field) {
  const PrimitiveInfo& primitive = info(type.primitive);
  const std::string function = "out." + std::string(primitive.function) + "(";
  if (type.structure != nullptr) {
    out_.line("write_fields(" + value + ", out, version);");
  } else if (primitive.fixed_size == 0) {
    out_.line(function + value + ", " + flexible(field) + ", " + quoted(field) + ");");
  } else if (!type.enumeration.empty()) {
    out_.line(function + "static_cast<" + std::string(primitive.cpp) + ">(" + value + "));");
  } else {
    out_.line(function + value + ");");
  }
}

void StructEmitter::write_array(const Field& field, const std::string& array) {
  out_.line("out.array_size(" + array + ".size(), " + flexible_ + ", " + quoted(field) + ");");
  if (is_array_of_numbers(field.type)) {
    out_.line("out.numbers(" + array + ");");
    return;
  }
  out_.open("for (const auto& element : " + array + ")");
  write_value(field.type, "element", field);
  out_.close();
}

void StructEmitter::write_tagged() {
  for (const Field* field : tagged_) {
    refuse_absent({field->versions, {field}});
  }
  if (!has_tagged()) {
    out_.line(flexible_ == "true" ? "out.uvarint(0);" : "if (flexible) out.uvarint(0);");
    return;
  }
  open_flexible();
  std::string count;
  for (const Field* field : tagged_) {
    out_.line("const bool sends_" + field->name + " = " + is_sent(*field) + ";");
    count += (count.empty() ? "" : " + ") + ("std::size_t{sends_" + field->name + "}");
  }
  out_.line("out.uvarint(" + count + ");");
  for (const Field* field : tagged_) {
    out_.open("if (sends_" + field->name + ")");
    out_.line("wire::EncodedSize content;");
    measure_field(*field, "content");
    out_.line("out.tag(" + std::to_string(*field->tag) + ", content.total());");
    write_field(*field);
    out_.close();
  }
  close_flexible();
}

}  // namespace barnabas::schemac
