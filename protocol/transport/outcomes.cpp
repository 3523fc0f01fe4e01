#include "protocol/transport/outcomes.hpp"

namespace barnabas::transport {

bool Outcomes::empty() const noexcept {
  return accepted.empty() && connected.empty() && written.empty() && readable.empty() &&
         closed.empty();
}

void Outcomes::clear() {
  accepted.clear();
  connected.clear();
  written.clear();
  readable.clear();
  closed.clear();
}

}  // namespace barnabas::transport
