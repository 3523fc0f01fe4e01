#pragma once

#include "tools/barnabas/connection_options.hpp"

#include <barnabas/admin.hpp>

namespace barnabas::tools {

/// Runs `action(Admin&)`, which returns an exit code, with a client made of the options.
template <class Action>
int with_admin(const ConnectionOptions& options, Action action) {
  const Result<AdminConfig> config = options.apply<AdminConfig>();
  if (!config) return report(config.error());
  Result<Admin> admin = Admin::create(*config);
  if (!admin) return report(admin.error());
  return action(*admin);
}

}  // namespace barnabas::tools
