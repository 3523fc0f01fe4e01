#pragma once

#include "tests/interop/differential/normal_forms.hpp"
#include "tests/interop/differential/sides.hpp"
#include "tests/interop/differential/value_tree.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace barnabas::differential {

/// The request whose answers are compared.
struct Step {
  std::string scenario;
  std::string name;  ///< What the request tries.
  std::string api;
  std::int16_t version = 0;
};

/// One field in which the two answers differ.
struct Difference {
  Step step;
  std::string field;  ///< As a path: topics[orders].partitions[0].error_code
  Both<std::string> values;
};

/// Compares answers field by field and keeps what differs. Elements of lists are matched by what
/// names them, in any order.
class Comparison {
 public:
  explicit Comparison(Both<std::uint16_t> ports) : forms_(ports) {}

  void compare(const Step& step, const Both<Value>& answers);

  const std::vector<Difference>& differences() const noexcept { return differences_; }
  std::size_t answers() const noexcept { return answers_; }
  std::size_t fields() const noexcept { return fields_; }

 private:
  void compare(const std::string& path, const std::string& name, const Value& apache,
               const Value& ours);
  void compare_lists(const std::string& path, const Value& apache, const Value& ours);
  void differ(const std::string& path, std::string apache, std::string ours);
  std::vector<std::string> keys_of(const Value& list, Side side);

  NormalForms forms_;
  const Step* step_ = nullptr;
  std::vector<Difference> differences_;
  std::size_t answers_ = 0;
  std::size_t fields_ = 0;
};

}  // namespace barnabas::differential
