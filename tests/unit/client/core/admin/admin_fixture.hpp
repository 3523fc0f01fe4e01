#pragma once

#include "tests/support/client_script.hpp"
#include "tests/support/script_driver.hpp"

#include <barnabas/admin.hpp>

#include <memory>
#include <string>

namespace barnabas::test {

/// An Admin that faces two scripted brokers; node 1 is the controller.
struct AdminFixture {
  AdminFixture() {
    script.add_node(1, "kafka-1");
    script.add_node(2, "kafka-2").rack = "b";
  }

  ClientScript script;
  Runtime runtime{std::make_shared<ScriptDriver>(script)};
  Admin admin{runtime, AdminConfig().bootstrap_servers("kafka-1,kafka-2")};
};

/// "NONE" or the error's name.
template <class T>
std::string outcome(const Result<T>& result) {
  return std::string(result ? name(ErrorCode::none) : name(result.error().code()));
}

}  // namespace barnabas::test
