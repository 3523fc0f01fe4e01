#include "protocol/schemac/primitives.hpp"
#include "protocol/schemac/struct_emitter.hpp"

namespace barnabas::schemac {

void StructEmitter::emit_measure() {
  begin_function("void measure_fields(const " + type_ +
                 "& self, std::int16_t version, wire::EncodedSize& size)");
  for (const Run& run : runs_) {
    in_versions(run, [&] {
      std::size_t fixed = 0;
      for (const Field* field : run.fields) {
        if (has_fixed_size(*field)) fixed += info(field->type.primitive).fixed_size;
      }
      if (fixed != 0) out_.line("size.owned += " + std::to_string(fixed) + ";");
      for (const Field* field : run.fields) {
        if (!has_fixed_size(*field)) measure_field(*field, "size");
      }
    });
  }
  if (flexible_ != "false") measure_tagged();
  out_.close();
  out_.line();
}

void StructEmitter::measure_field(const Field& field, const std::string& target) {
  const std::string value = member(field);
  if (field.type.array) {
    if (!is_optional(field)) return measure_array(field, value, target);
    out_.open("if (" + value + ")");
    measure_array(field, "(*" + value + ")", target);
    out_.otherwise();
    out_.line(target + ".owned += wire::null_length_size(" + flexible(field) + ");");
    out_.close();
    return;
  }
  switch (field.type.primitive) {
    case Primitive::string:
      out_.line(target + ".owned += wire::string_size(" + value + ", " + flexible(field) + ");");
      return;
    case Primitive::bytes:
      out_.line(target + ".owned += wire::bytes_size(" + value + ", " + flexible(field) + ");");
      return;
    case Primitive::records:
      out_.line(target + ".owned += wire::records_length_size(" + value + ", " + flexible(field) +
                ");");
      out_.line(target + ".borrowed += " + value + ".size();");
      return;
    case Primitive::structure:
      if (is_optional(field)) {
        out_.line(target + ".owned += 1;");
        out_.line("if (" + value + ") measure_fields(*" + value + ", version, " + target + ");");
      } else {
        out_.line("measure_fields(" + value + ", version, " + target + ");");
      }
      return;
    case Primitive::boolean:
    case Primitive::int8:
    case Primitive::int16:
    case Primitive::uint16:
    case Primitive::int32:
    case Primitive::uint32:
    case Primitive::int64:
    case Primitive::float64:
    case Primitive::uuid:
      out_.line(target + ".owned += " + std::to_string(info(field.type.primitive).fixed_size) +
                ";");
      return;
  }
}

void StructEmitter::measure_array(const Field& field, const std::string& array,
                                  const std::string& target) {
  out_.line(target + ".owned += wire::length_size(" + array + ".size(), " + flexible_ + ");");
  const PrimitiveInfo& element = info(field.type.primitive);
  if (element.fixed_size != 0) {
    const std::string factor =
        element.fixed_size == 1 ? "" : " * " + std::to_string(element.fixed_size);
    out_.line(target + ".owned += " + array + ".size()" + factor + ";");
    return;
  }
  out_.open("for (const auto& element : " + array + ")");
  if (field.type.structure != nullptr) {
    out_.line("measure_fields(element, version, " + target + ");");
  } else {
    out_.line(target + ".owned += wire::" + std::string(element.name) + "_size(element, " +
              flexible_ + ");");
  }
  out_.close();
}

void StructEmitter::measure_tagged() {
  if (!has_tagged()) {
    out_.line(flexible_ == "true" ? "size.owned += 1;" : "if (flexible) size.owned += 1;");
    return;
  }
  open_flexible();
  out_.line("std::size_t tags = 0;");
  for (const Field* field : tagged_) {
    out_.open("if (" + is_sent(*field) + ")");
    out_.line("++tags;");
    out_.line("wire::EncodedSize content;");
    measure_field(*field, "content");
    out_.line("wire::add_tagged(size, " + std::to_string(*field->tag) + ", content);");
    out_.close();
  }
  out_.line("size.owned += wire::uvarint_size(tags);");
  close_flexible();
}

}  // namespace barnabas::schemac
