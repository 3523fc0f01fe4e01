#include "client/src/core/producer/signal_list.hpp"

#include "tests/unit/client/core/producer/topic_world.hpp"

#include <doctest/doctest.h>

using namespace barnabas;
using namespace barnabas::client;
using namespace barnabas::test;

TEST_CASE_FIXTURE(TopicWorld, "signal list: each is listed once, the first one wakes") {
  settle(2);
  SignalList& signals = shared().signals;
  signals.raise(queue(1));
  signals.raise(queue(0));
  signals.raise(queue(1));
  signals.raise(topic());
  CHECK(wakes == 1);
  const SignalList::Raised raised = signals.take();
  CHECK(raised.queues == std::vector<PartitionQueue*>{&queue(1), &queue(0)});
  CHECK(raised.topics == std::vector<ProducerTopic*>{&topic()});
  CHECK(signals.take().queues.empty());
  signals.raise(queue(1));
  CHECK(wakes == 2);
  CHECK(signals.take().queues.size() == 1);
}

TEST_CASE_FIXTURE(TopicWorld, "signal list: what is urgent is run instead of woken") {
  settle(2);
  SignalList& signals = shared().signals;
  signals.raise(queue(0), SignalList::Urgency::now);
  signals.raise(queue(1), SignalList::Urgency::now);  // the first one is still to be seen
  CHECK(runs == 1);
  CHECK(wakes == 0);
}
