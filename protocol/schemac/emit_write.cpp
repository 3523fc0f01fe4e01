#include "protocol/schemac/cpp_types.hpp"
#include "protocol/schemac/primitives.hpp"
#include "protocol/schemac/struct_emitter.hpp"

namespace barnabas::schemac {

namespace {

/// The value in the type that stands on the wire.
std::string fixed_value(const Type& type, const std::string& value) {
  if (type.enumeration.empty()) return value;
  return "static_cast<" + std::string(info(type.primitive).cpp) + ">(" + value + ")";
}

}  // namespace

void StructEmitter::emit_write() {
  begin_function("std::byte* write_fields(const " + type_ +
                 "& self, wire::Writer& out, std::byte* at, std::int16_t version)");
  for (const Run& run : runs_) {
    in_versions(run, [&] { write_run(run); });
    refuse_absent(run);
  }
  if (flexible_ != "false" || has_tagged()) write_tagged();
  out_.line("return at;");
  out_.close();
  out_.line();
}

void StructEmitter::write_run(const Run& run) {
  // Neighbours of fixed size are written with one look at the room that is left.
  std::string fixed;
  const auto write_fixed = [&] {
    if (!fixed.empty()) out_.line("at = out.fixed(at, " + fixed + ");");
    fixed.clear();
  };
  for (const Field* field : run.fields) {
    if (has_fixed_size(*field)) {
      fixed += (fixed.empty() ? "" : ", ") + fixed_value(field->type, member(*field));
    } else {
      write_fixed();
      write_field(*field);
    }
  }
  write_fixed();
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
    out_.line("at = out.null_array(at, " + flexible(field) + ", " + null_allowed(field) + ", " +
              quoted(field) + ");");
    out_.close();
    return;
  }
  const std::string name(info(field.type.primitive).name);
  if (field.type.primitive == Primitive::records) {
    out_.line("at = out.records(at, " + value + ", " + flexible(field) + ", " +
              null_allowed(field) + ", " + quoted(field) + ");");
  } else if (!is_optional(field)) {
    write_value(field.type, value, field);
  } else if (field.type.structure == nullptr) {
    out_.line("at = out.nullable_" + name + "(at, " + value + ", " + flexible(field) + ", " +
              null_allowed(field) + ", " + quoted(field) + ");");
  } else {
    out_.line("at = out.struct_present(at, " + value + ".has_value(), " +
              (field.tag ? "true" : "false") + ", " + null_allowed(field) + ", " + quoted(field) +
              ");");
    out_.line("if (" + value + ") at = write_fields(*" + value + ", out, at, version);");
  }
}

void StructEmitter::write_value(const Type& type, const std::string& value, const Field& field) {
  const PrimitiveInfo& primitive = info(type.primitive);
  if (type.structure != nullptr) {
    out_.line("at = write_fields(" + value + ", out, at, version);");
  } else if (primitive.fixed_size != 0) {
    out_.line("at = out.fixed(at, " + fixed_value(type, value) + ");");
  } else {
    out_.line("at = out." + std::string(primitive.function) + "(at, " + value + ", " +
              flexible(field) + ", " + quoted(field) + ");");
  }
}

void StructEmitter::write_array(const Field& field, const std::string& array) {
  if (is_array_of_numbers(field.type)) {
    out_.line("at = out.numbers(at, " + array + ", " + flexible_ + ", " + quoted(field) + ");");
    return;
  }
  out_.line("at = out.array_size(at, " + array + ".size(), " + flexible_ + ", " + quoted(field) +
            ");");
  out_.open("for (const auto& element : " + array + ")");
  write_value(field.type, "element", field);
  out_.close();
}

void StructEmitter::write_tagged() {
  for (const Field* field : tagged_) {
    refuse_absent({field->versions, {field}});
  }
  if (!has_tagged()) {
    out_.line(flexible_ == "true" ? "at = out.uvarint(at, 0);"
                                  : "if (flexible) at = out.uvarint(at, 0);");
    return;
  }
  open_flexible();
  std::string count;
  for (const Field* field : tagged_) {
    out_.line("const bool sends_" + field->name + " = " + is_sent(*field) + ";");
    count += (count.empty() ? "" : " + ") + ("std::size_t{sends_" + field->name + "}");
  }
  out_.line("at = out.uvarint(at, " + count + ");");
  for (const Field* field : tagged_) {
    out_.open("if (sends_" + field->name + ")");
    out_.line("wire::EncodedSize content;");
    measure_field(*field, "content");
    out_.line("at = out.tag(at, " + std::to_string(*field->tag) + ", content.total());");
    write_field(*field);
    out_.close();
  }
  close_flexible();
}

}  // namespace barnabas::schemac
