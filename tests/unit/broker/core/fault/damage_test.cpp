#include "broker/src/core/fault/damage.hpp"

#include <barnabas/bytes.hpp>

#include <doctest/doctest.h>

#include <functional>
#include <string>

namespace barnabas::broker {
namespace {

std::optional<Answer> damaged(const std::function<void(Verdict&)>& change) {
  Verdict verdict;
  change(verdict);
  wire::GatherBuffer frame;
  frame.append(BytesView("SIZEcorrbody"));
  return damage(verdict, Answer::send(std::move(frame)));
}

std::string text(const std::optional<Answer>& answer) {
  const std::vector<std::byte> bytes = answer->frame.flatten();
  return std::string(BytesView(bytes.data(), bytes.size()).text());
}

TEST_CASE("damage: drops and disconnects") {
  CHECK_FALSE(damaged([](Verdict& verdict) { verdict.reply = Verdict::Reply::drop; }));
  const auto closed = damaged([](Verdict& v) { v.reply = Verdict::Reply::disconnect; });
  REQUIRE(closed);
  CHECK(closed->disconnect);
  CHECK(closed->frame.size() == 0);
}

TEST_CASE("damage: cuts, flips and renames") {
  CHECK(text(damaged([](Verdict&) {})) == "SIZEcorrbody");
  const auto cut = damaged([](Verdict& verdict) { verdict.cut_after = 6; });
  CHECK(text(cut) == "SIZEco");
  CHECK(cut->disconnect);
  CHECK(text(damaged([](Verdict& v) { v.cut_after = 600; })) == "SIZEcorrbody");
  CHECK(text(damaged([](Verdict& v) { v.corrupt_byte = 8; })) == "SIZEcorr\x9Dody");
  CHECK(text(damaged([](Verdict& v) { v.corrupt_byte = 800; })) == "SIZEcorrbod\x86");
  CHECK(text(damaged([](Verdict& v) { v.wrong_correlation_id = true; })) ==
        "SIZEcor\x8D"
        "body");
  const std::string head("\0\0\0\x06", 4);
  CHECK(text(damaged([](Verdict& v) { v.shorten_body = 2; })) == head + "corrbo");
  const std::string longer("\0\0\0\x07", 4);
  CHECK(text(damaged([](Verdict& v) { v.shorten_body = 600; })) == longer + "corrbod");
}

}  // namespace
}  // namespace barnabas::broker
