#include "broker/src/core/storage/checkpoint_text.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace barnabas;
using namespace barnabas::broker::storage;

TEST_CASE("offset checkpoints are Kafka's text and come back") {
  const OffsetCheckpoint offsets{{{"orders", 3}, 42}, {{"a-b", 0}, 0}};
  const std::string text = encode_offset_checkpoint(offsets);
  CHECK(text == "0\n2\na-b 0 0\norders 3 42\n");
  CHECK(decode_offset_checkpoint(text).value() == offsets);
  CHECK(encode_offset_checkpoint({}) == "0\n0\n");
  CHECK(decode_offset_checkpoint("0\n0\n").value().empty());
}

TEST_CASE("epoch checkpoints are Kafka's text and come back") {
  const std::vector<EpochStart> epochs{{0, 0}, {5, 42}};
  const std::string text = encode_epoch_checkpoint(epochs);
  CHECK(text == "0\n2\n0 0\n5 42\n");
  CHECK(decode_epoch_checkpoint(text).value() == epochs);
}

TEST_CASE("a damaged checkpoint is refused") {
  for (const char* text :
       {"", "0", "0\n", "1\n0\n", "0\n1\n", "0\n0\na 0 0\n", "0\n1\na 0\n", "0\n1\na 0 0 0\n",
        "0\n1\na 0 -1\n", "0\n1\na x 1\n", "0\n1\na 0 1", "0\n1\na  0 1\n", "0\n2\na 0 1\na 0 2\n",
        "0\n1\na 0 99999999999999999999\n", "\n\n"}) {
    CAPTURE(text);
    CHECK(decode_offset_checkpoint(text).error() == ErrorCode::malformed_message);
  }
  for (const char* text : {"", "0\n1\n5\n", "0\n1\n5 1 1\n", "0\n1\n-5 1\n", "0\n1\n5 1"}) {
    CAPTURE(text);
    CHECK(decode_epoch_checkpoint(text).error() == ErrorCode::malformed_message);
  }
}

TEST_CASE("every truncation of a checkpoint is refused") {
  const std::string text = encode_offset_checkpoint({{{"orders", 3}, 42}, {{"a", 1}, 7}});
  for (std::size_t size = 0; size < text.size(); ++size) {
    CHECK_FALSE(decode_offset_checkpoint(text.substr(0, size)));
  }
}
