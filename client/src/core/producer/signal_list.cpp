#include "client/src/core/producer/signal_list.hpp"

#include "client/src/core/producer/partition_queue.hpp"
#include "client/src/core/producer/producer_topic.hpp"

namespace barnabas::client {

SignalList::Raised SignalList::take() {
  Raised raised;
  {
    AppendGuard guard(lock_);
    raised = std::exchange(raised_, {});
  }
  for (PartitionQueue* queue : raised.queues) queue->raised_.store(false);
  for (ProducerTopic* topic : raised.topics) topic->raised_.store(false);
  return raised;
}

}  // namespace barnabas::client
