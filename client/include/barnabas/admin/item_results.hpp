#pragma once

#include <barnabas/result.hpp>

#include <string>
#include <utility>
#include <vector>

namespace barnabas {

/// What became of each item of an operation on several, in the order in which they were given.
///
///   for (const auto& [name, result] : admin.create_topics(topics).get().value())
///     if (!result) std::cerr << name << ": " << result.error() << '\n';
template <class Key, class T>
using ItemResults = std::vector<std::pair<Key, Result<T>>>;

/// The same with items that are names of topics or groups.
template <class T>
using NamedResults = ItemResults<std::string, T>;

}  // namespace barnabas
