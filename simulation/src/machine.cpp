#include "simulation/src/machine.hpp"

#include "simulation/src/process.hpp"

#include <algorithm>
#include <utility>

namespace barnabas::simulation {

void Machine::jump_wall(std::int64_t milliseconds) {
  wall_offset_ += milliseconds;
  world_.tell(name_, "the wall clock jumps by " + std::to_string(milliseconds) + " ms");
}

void Machine::stall(Duration time) {
  stalled_until_ = std::max(stalled_until_, world_.now() + time);
  world_.tell(name_, "stalls for " +
                         std::to_string(
                             std::chrono::duration_cast<std::chrono::milliseconds>(time).count()) +
                         " ms");
}

void Machine::leave() {
  if (--depth_ > 0) return;
  for (Process* process : std::exchange(postponed_, {})) process->request_turn();
}

}  // namespace barnabas::simulation
