#pragma once

#include "client/src/core/admin/admin_engine.hpp"

#include <barnabas/admin/item_results.hpp>

#include <cstddef>
#include <optional>
#include <utility>
#include <vector>

namespace barnabas::client {

/// Puts the results of several requests together that answer one operation. Shared by their
/// completions; the operation is done when every item has its result.
template <class Key, class T>
class Gather {
 public:
  Gather(std::vector<Key> keys, Done<ItemResults<Key, T>> done)
      : keys_(std::move(keys)), results_(keys_.size()), done_(std::move(done)) {}

  const std::vector<Key>& keys() const noexcept { return keys_; }
  const Key& key(std::size_t index) const { return keys_[index]; }
  /// Finishes at once an operation on nothing.
  void finish_if_empty() {
    if (keys_.empty()) done_(ItemResults<Key, T>());
  }

  /// The item's result as a broker gave it, or as it follows from the arguments.
  void set(std::size_t index, Result<T> result) {
    something_learned_ = true;
    store(index, std::move(result));
  }
  /// The request for the item came to nothing.
  void set_unanswered(std::size_t index, const Error& error) { store(index, error); }

 private:
  void store(std::size_t index, Result<T> result) {
    if (!results_[index]) ++known_;
    results_[index].emplace(std::move(result));
    if (known_ < keys_.size()) return;
    if (!something_learned_) {
      done_(results_.front()->error());
      return;
    }
    ItemResults<Key, T> all;
    for (std::size_t i = 0; i < keys_.size(); ++i) {
      all.emplace_back(keys_[i], *std::move(results_[i]));
    }
    done_(std::move(all));
  }

  std::vector<Key> keys_;
  std::vector<std::optional<Result<T>>> results_;
  std::size_t known_ = 0;
  bool something_learned_ = false;
  Done<ItemResults<Key, T>> done_;
};

}  // namespace barnabas::client
