#include "protocol/schemac/primitives.hpp"
#include "protocol/schemac/struct_emitter.hpp"

namespace barnabas::schemac {

void StructEmitter::emit_print() {
  out_.open("void print_fields(const " + type_ + "& self, wire::Printer& out)");
  out_.line("out.begin_struct();");
  for (const Field& field : structure_.fields) print_field(field);
  out_.line("out.end_struct();");
  out_.close();
  out_.line();
}

void StructEmitter::print_field(const Field& field) {
  const std::string value = member(field);
  if (field.secret) {
    out_.line("out.secret(" + quoted(field) + ", " + value + ");");
    return;
  }
  if (field.type.structure == nullptr) {
    out_.line("out.field(" + quoted(field) + ", " + value + ");");
    return;
  }
  const bool optional = is_optional(field);
  if (optional) {
    out_.open("if (!" + value + ")");
    out_.line("out.null(" + quoted(field) + ");");
    out_.otherwise();
  }
  const std::string object = optional ? "*" + value : value;
  if (field.type.array) {
    out_.line("out.begin_array(" + quoted(field) + ");");
    out_.open("for (const auto& element : " + object + ")");
    out_.line("out.next_element();");
    out_.line("print_fields(element, out);");
    out_.close();
    out_.line("out.end_array();");
  } else {
    out_.line("out.name(" + quoted(field) + ");");
    out_.line("print_fields(" + object + ", out);");
  }
  if (optional) out_.close();
}

}  // namespace barnabas::schemac
