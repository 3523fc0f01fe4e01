#include "tests/chaos/group_ledger.hpp"
#include "tests/chaos/ledger.hpp"
#include "tests/chaos/record_body.hpp"
#include "tests/chaos/stream_check.hpp"

#include <doctest/doctest.h>

#include <string>

// The checks must find what they are for: each kind of broken promise is planted here.

using namespace barnabas;
using namespace barnabas::chaos;

namespace {

/// One producer and one partition, with `count` records acknowledged at the offsets from 0 on.
struct World {
  explicit World(int count) {
    for (int i = 0; i < count; ++i) ledger.acknowledged(ledger.send(0, 0), i);
  }
  static std::string body(std::int64_t number) { return make_body({0, 0, number}, 50); }
  void take(std::int64_t number, std::int64_t offset) { check.take(0, offset, body(number)); }
  const Violations& finish() {
    check.finish(ledger);
    return check.violations();
  }

  Ledger ledger{1, 1};
  StreamCheck check{1, 1};
};

}  // namespace

TEST_CASE("record body: names come back, damage is seen") {
  for (const std::size_t size : {std::size_t{0}, std::size_t{40}, std::size_t{1024}}) {
    const std::string body = make_body({2, 11, 123456}, size);
    CHECK(body.size() >= size);
    CHECK(parse_body(body) == RecordName{2, 11, 123456});
    for (std::size_t at = 0; at < body.size(); ++at) {
      std::string damaged = body;
      damaged[at] = static_cast<char>(damaged[at] ^ 1);
      CHECK(!parse_body(damaged));
    }
    CHECK(!parse_body(body.substr(0, body.size() - 1)));
    CHECK(!parse_body(body + 'x'));
  }
  CHECK(!parse_body(""));
}

TEST_CASE("stream check: a log that keeps its promises") {
  World w(3);
  w.ledger.failed(w.ledger.send(0, 0), Error(ErrorCode::delivery_timed_out));
  const RecordName refused = w.ledger.send(0, 0);
  w.ledger.failed(refused, Error(ErrorCode::message_too_large));
  for (int i = 0; i < 4; ++i) w.take(i, i);
  CHECK(w.check.missing(w.ledger) == 0);
  CHECK(w.finish().text().empty());
}

TEST_CASE("stream check: lost records") {
  World w(3);
  w.take(0, 0);
  w.take(2, 2);
  CHECK(w.check.missing(w.ledger) == 1);
  CHECK(w.finish().count("lost") == 1);
}

TEST_CASE("stream check: duplicates, disorder and wrong offsets") {
  World w(3);
  w.take(0, 0);
  w.take(2, 1);
  w.take(1, 2);
  w.take(1, 3);
  CHECK(w.finish().count("reordered") == 1);
  CHECK(w.finish().count("duplicate") == 1);
  CHECK(w.check.violations().count("wrong offset") > 0);
  World again(1);
  again.take(0, 5);
  again.check.take(0, 5, World::body(0));
  CHECK(again.finish().count("offset went back") == 1);
}

TEST_CASE("stream check: records that must not be there") {
  World w(1);
  const RecordName refused = w.ledger.send(0, 0);
  w.ledger.failed(refused, Error(ErrorCode::buffer_full));
  w.take(0, 0);
  w.take(1, 1);
  w.check.take(0, 2, "something else");
  w.check.take(0, 3, make_body({0, 1, 0}, 50));
  CHECK(w.finish().count("refused but stored") == 1);
  CHECK(w.finish().count("damaged") == 1);
  CHECK(w.finish().count("misplaced") == 1);
  World more(1);
  more.take(0, 0);
  more.take(1, 1);
  CHECK(more.finish().count("damaged") == 1);  // nobody sent it
}

TEST_CASE("group ledger: members hand over, and read again what could not be committed") {
  World w(4);
  GroupLedger group(1, 1);
  group.claim(1, 0, 0, group.committed(0));
  for (int i = 0; i < 2; ++i) group.process(1, 0, i, World::body(i));
  group.commit_succeeded(group.committing(1, 0, 2), 0, 2);
  group.process(1, 0, 2, World::body(2));
  group.committing(1, 0, 3);  // nobody knows what became of it
  group.claim(2, 0, 2, group.committed(0));
  group.process(1, 0, 3, World::body(3));  // too late
  for (int i = 2; i < 4; ++i) group.process(2, 0, i, World::body(i));
  CHECK(group.complete(w.ledger));
  CHECK(group.finish(w.ledger).text().empty());
  CHECK(group.figures().rereads == 1);
  CHECK(group.figures().late == 1);
  CHECK(group.figures().processed == 4);
}

TEST_CASE("group ledger: lost and invented commits, skipped records") {
  World w(4);
  GroupLedger group(1, 1);
  group.claim(1, 0, 0, 0);
  for (int i = 0; i < 2; ++i) group.process(1, 0, i, World::body(i));
  group.commit_succeeded(group.committing(1, 0, 2), 0, 2);
  SUBCASE("back") {
    group.claim(2, 0, 1, group.committed(0));
    CHECK(group.finish(w.ledger).count("commit lost") == 1);
  }
  SUBCASE("ahead") {
    group.claim(2, 0, 3, group.committed(0));
    CHECK(group.finish(w.ledger).count("commit invented") == 1);
    CHECK(group.finish(w.ledger).count("skipped") == 1);
  }
  SUBCASE("at the end") {
    group.check_final(0, 1);
    group.check_final(0, 9);
    CHECK(group.finish(w.ledger).count("commit lost") == 1);
    CHECK(group.finish(w.ledger).count("commit invented") == 1);
  }
}

TEST_CASE("group ledger: two members that both think they own a partition") {
  World w(1);
  GroupLedger group(1, 1);
  group.claim(1, 0, 0, 0);
  group.process(1, 0, 0, World::body(0));
  group.claim(2, 0, 0, 0);
  const auto attempt = group.committing(1, 0, 1);
  group.commit_succeeded(attempt, 0, 1);
  CHECK(group.finish(w.ledger).count("two owners") == 1);
}
