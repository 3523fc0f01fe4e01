#pragma once

#include "broker/src/io/memory_file.hpp"
#include "protocol/base/random.hpp"

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace barnabas::broker::io {

struct MemoryNode;
using MemoryNodePtr = std::shared_ptr<MemoryNode>;

/// The names in one folder in memory, and which of them are durable.
/// Thread-safety: none.
class MemoryFolder {
 public:
  using Names = std::map<std::string, MemoryNodePtr, std::less<>>;
  /// Names and what they stand for from now on; null removes. All or none survives a crash.
  using Change = std::vector<std::pair<std::string, MemoryNodePtr>>;

  const Names& names() const noexcept { return names_; }
  void change(Change change);

  /// Names the present state, for `mark_durable`.
  std::uint64_t seal() const noexcept { return next_number_ - 1; }
  /// What `seal` named is durable now.
  void mark_durable(std::uint64_t sealed);

  /// Back to what is durable; any of the later changes survive by chance when `random` is given.
  void lose_changes(Random* random);

 private:
  static void apply(Names& names, const Change& change);

  Names names_;
  Names durable_names_;
  std::deque<std::pair<std::uint64_t, Change>> changes_;
  std::uint64_t next_number_ = 1;
};

/// A file or a folder, whichever of the two is used.
struct MemoryNode {
  bool is_folder = false;
  MemoryFile file;
  MemoryFolder folder;

  /// Bytes in all files below.
  std::uint64_t bytes() const;
  /// Applies lose_changes to everything below.
  void lose_changes(Random* random);
};

}  // namespace barnabas::broker::io
