#pragma once

#include "protocol/schemac/code_writer.hpp"
#include "protocol/schemac/model.hpp"

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

namespace barnabas::schemac {

/// Emits the functions of one struct: measure_fields, write_fields, read_fields and print_fields,
/// each in a source file of its own (emit_measure.cpp and so on).
class StructEmitter {
 public:
  StructEmitter(const Message& message, const Struct& structure, CodeWriter& out);
  void run();

 private:
  // Consecutive untagged fields of the same versions; they share one "if".
  struct Run {
    Versions versions;
    std::vector<const Field*> fields;
  };

  void emit_measure();
  void measure_field(const Field& field, const std::string& target);
  void measure_array(const Field& field, const std::string& array, const std::string& target);
  void measure_tagged();

  void emit_write();
  void write_run(const Run& run);
  void write_field(const Field& field);
  void write_value(const Type& type, const std::string& value, const Field& field);
  void write_array(const Field& field, const std::string& array);
  void write_tagged();
  /// Complains when fields are set that the version lacks.
  void refuse_absent(const Run& run);

  void emit_read();
  void read_field(const Field& field);
  std::string read_value(const Type& type, const Field& field) const;
  void read_array(const Field& field);
  void read_tagged();

  void emit_print();
  void print_field(const Field& field);

  void begin_function(const std::string& signature);
  /// Runs `body` inside "if (the versions of `run`)", or bare when that is always so.
  void in_versions(const Run& run, const std::function<void()>& body);
  /// Opens "if (flexible)" where that depends on the version.
  void open_flexible();
  void close_flexible();

  bool has_tagged() const { return !tagged_.empty(); }
  bool is_optional(const Field& field) const;
  /// Whether the field takes the same number of bytes whatever its value.
  static bool has_fixed_size(const Field& field);
  std::string member(const Field& field) const { return "self." + field.name; }
  static std::string quoted(const Field& field) { return "\"" + field.name + "\""; }
  /// Whether the field has the compact form, as an expression.
  std::string flexible(const Field& field) const { return field.plain ? "false" : flexible_; }
  /// Whether null is legal, as an expression.
  static std::string null_allowed(const Field& field);
  /// Whether a tagged field is sent, as an expression.
  std::string is_sent(const Field& field) const;
  /// The versions in which the struct has a tag section.
  Versions flexible_versions() const;

  const Message& message_;
  const Struct& structure_;
  CodeWriter& out_;
  std::string type_;       // The struct's C++ name, qualified.
  std::string qualifier_;  // Before the names of the other structs of the message.
  std::string flexible_;   // "true", "false" or "flexible".
  std::vector<Run> runs_;
  std::vector<const Field*> tagged_;  // By tag.
};

}  // namespace barnabas::schemac
