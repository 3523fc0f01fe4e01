#pragma once

#include "client/src/core/cluster/request.hpp"

#include <barnabas/error.hpp>

namespace barnabas::client {

/// What an engine is told about its cluster. Called within the cluster's events, after the state
/// that is reported has changed; calls back into the cluster are allowed.
class ClusterListener {
 public:
  virtual ~ClusterListener() = default;

  /// A connection can take requests.
  virtual void on_node_ready(const Now& /*now*/, NodeId /*node*/, Lane /*lane*/) {}
  /// A connection ended or could not be made. The completions of its requests run first. Not called
  /// for a planned close (idle, superseded).
  virtual void on_node_lost(const Now& /*now*/, NodeId /*node*/, Lane /*lane*/,
                            const Error& /*reason*/) {}
  /// A metadata response was applied, whether or not it changed anything.
  virtual void on_metadata(const Now& /*now*/) {}
  /// Metadata could not be had; tried again by itself. For errors shown to waiting callers.
  virtual void on_metadata_failed(const Now& /*now*/, const Error& /*reason*/) {}
  /// The group's, transactional id's or share group's coordinator became known or changed.
  virtual void on_coordinator(const Now& /*now*/, CoordinatorType /*type*/,
                              std::string_view /*key*/, NodeId /*node*/) {}
};

}  // namespace barnabas::client
