#include "client/src/core/consumer/fetch/transaction_filter.hpp"

#include <doctest/doctest.h>

#include <vector>

using namespace barnabas;
using namespace barnabas::client;

namespace {

records::BatchHeader batch(std::int64_t base, std::int32_t count, std::int64_t producer,
                           bool transactional = true) {
  records::BatchHeader header{};
  header.base_offset = base;
  header.last_offset_delta = count - 1;
  header.producer_id = producer;
  header.attributes = transactional ? 0x10 : 0;
  return header;
}

using Aborted = std::vector<AbortedTransaction>;

}  // namespace

TEST_CASE("transaction filter: from the first offset to the marker, of that producer only") {
  const Aborted aborted{{7, 10}, {9, 12}};
  TransactionFilter filter(aborted, IsolationLevel::read_committed);
  CHECK(filter.reads_markers());
  CHECK(!filter.hides(batch(0, 5, 7)));  // an earlier transaction
  CHECK(filter.hides(batch(10, 2, 7)));
  CHECK(filter.hides(batch(12, 1, 9)));
  CHECK(!filter.hides(batch(13, 1, 8)));
  CHECK(!filter.hides(batch(14, 1, 7, false)));
  filter.on_abort_marker(batch(15, 1, 7));
  CHECK(!filter.hides(batch(16, 1, 7)));
  CHECK(filter.hides(batch(17, 1, 9)));
}

TEST_CASE("transaction filter: readers of uncommitted data see all") {
  const Aborted aborted{{7, 0}};
  TransactionFilter filter(aborted, IsolationLevel::read_uncommitted);
  CHECK(!filter.reads_markers());
  CHECK(!filter.hides(batch(0, 5, 7)));
}

TEST_CASE("transaction filter: what is left for one that goes on from here") {
  const Aborted aborted{{7, 0}, {9, 5}, {7, 20}};
  TransactionFilter filter(aborted, IsolationLevel::read_committed);
  CHECK(filter.rest() == aborted);
  CHECK(filter.hides(batch(0, 3, 7)));
  CHECK(filter.hides(batch(5, 3, 9)));
  CHECK(filter.rest() == aborted);  // nothing has ended
  filter.on_abort_marker(batch(8, 1, 7));
  CHECK(filter.rest() == Aborted{{9, 5}, {7, 20}});
  CHECK(filter.hides(batch(20, 1, 7)));
  filter.on_abort_marker(batch(21, 1, 9));
  CHECK(filter.rest() == Aborted{{7, 20}});
}
