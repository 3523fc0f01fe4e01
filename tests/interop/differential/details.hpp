#pragma once

#include "tests/interop/differential/value_tree.hpp"

#include <barnabas/bytes.hpp>

#include <string>

namespace barnabas::protocol {
struct FetchResponse;
struct JoinGroupResponse;
struct SyncGroupResponse;
}  // namespace barnabas::protocol

namespace barnabas::differential {

/// What messages do not print: the contents of bytes and records.
template <class Response>
void add_details(const Response&, Value&) {}
void add_details(const protocol::FetchResponse& response, Value& value);
void add_details(const protocol::JoinGroupResponse& response, Value& value);
void add_details(const protocol::SyncGroupResponse& response, Value& value);

}  // namespace barnabas::differential
