#pragma once

#include "protocol/schemac/model.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace barnabas::test {

/// All schemas of the project, parsed and checked.
const schemac::Schema& project_schema();
/// The message of that name; aborts when there is none.
const schemac::Message& find_message(std::string_view name);

/// Writes random messages straight from their schema. It shares the parser with the compiler but
/// neither the emitter nor the codec, so that what it writes tells whether generated code means
/// what the schema says.
class WireOracle {
 public:
  explicit WireOracle(std::uint64_t seed) : state_(seed) {}

  /// The bytes of a random message, in the form that an encoder must reproduce: a tagged field is
  /// there only when it is not at its default. `unknown_tags` adds tagged fields that no schema
  /// has.
  std::vector<std::byte> message(const schemac::Message& message, int version,
                                 bool unknown_tags = false);
  /// 0 to `bound` - 1.
  std::uint64_t below(std::uint64_t bound);

 private:
  struct Context {
    const schemac::Message& message;
    int version;
    bool flexible;
    bool unknown_tags;
  };
  using Bytes = std::vector<std::byte>;

  void structure(const schemac::Struct& structure, const Context& context, bool not_default,
                 Bytes& out);
  void tag_section(const schemac::Struct& structure, const Context& context, Bytes& out);
  void field(const schemac::Field& field, const Context& context, bool not_default, Bytes& out);
  void element(const schemac::Field& field, const Context& context, bool not_default, Bytes& out);
  void number(const schemac::Field& field, bool not_default, Bytes& out);
  void sized(const schemac::Field& field, const Context& context, bool not_default, Bytes& out);

  std::uint64_t state_;
};

}  // namespace barnabas::test
