#pragma once

#include <barnabas/result.hpp>

#include <functional>
#include <thread>

namespace barnabas::transport {

/// Starts a thread called `name` (at most 15 characters) that receives no signals: handlers of the
/// application run on its own threads.
/// Errors: io_error when the system has no thread left.
Result<std::thread> start_thread(const char* name, std::function<void()> body);

/// The same, for a thread that nobody waits for; `body` owns what it needs.
Result<void> start_detached_thread(const char* name, std::function<void()> body);

}  // namespace barnabas::transport
