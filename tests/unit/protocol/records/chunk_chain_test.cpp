#include "protocol/records/chunk_chain.hpp"

#include "tests/support/batches.hpp"
#include "tests/support/fixed_chunks.hpp"
#include "tests/support/payloads.hpp"

#include <doctest/doctest.h>

#include <vector>

using namespace barnabas;
using records::ChunkChain;

namespace {

std::vector<std::byte> content(const ChunkChain& chain) { return test::join(chain.segments()); }

class RecordingChunks final : public records::ChunkAllocator {
 public:
  std::span<std::byte> allocate(std::size_t wanted) override {
    asked.push_back(wanted);
    return heap_.allocate(wanted);
  }
  void release(std::span<std::byte> chunk) noexcept override { heap_.release(chunk); }
  std::vector<std::size_t> asked;

 private:
  records::HeapChunks heap_;
};

}  // namespace

TEST_CASE("bytes come back in order over chunk borders") {
  const std::vector<std::byte> bytes = test::random_bytes(5000);
  for (const std::size_t chunk_size : {64U, 100U, 1000U, 8192U}) {
    test::FixedChunks chunks(chunk_size);
    {
      ChunkChain chain(chunks);
      std::size_t at = 0;
      for (std::size_t size = 1; at + size <= bytes.size(); at += size, size = size * 2 + 1) {
        REQUIRE(chain.make_room(size));
        chain.put(std::span(bytes).subspan(at, size));
      }
      CHECK(chain.size() == at);
      CHECK(content(chain) == std::vector(bytes.begin(), bytes.begin() + std::ptrdiff_t(at)));
      for (const std::size_t skip : {std::size_t{0}, std::size_t{61}, chunk_size, chunk_size + 1}) {
        CHECK(test::join(chain.segments(skip)) ==
              std::vector(bytes.begin() + std::ptrdiff_t(std::min(skip, at)),
                          bytes.begin() + std::ptrdiff_t(at)));
      }
    }
    CHECK(chunks.lent() == 0);
  }
}

TEST_CASE("what fits into a chunk can be written in place") {
  test::FixedChunks chunks(100);
  ChunkChain chain(chunks);
  CHECK(chain.contiguous(1) == nullptr);
  REQUIRE(chain.make_room(150));
  CHECK(chain.contiguous(100) != nullptr);
  CHECK(chain.contiguous(101) == nullptr);
  *chain.contiguous(1) = std::byte{7};
  chain.advance(1);
  CHECK(chain.contiguous(100) == nullptr);
  CHECK(content(chain) == std::vector{std::byte{7}});
}

TEST_CASE("a refusal in the middle changes nothing") {
  const std::vector<std::byte> bytes = test::random_bytes(500);
  test::FixedChunks chunks(100, 3);
  ChunkChain chain(chunks);
  REQUIRE(chain.make_room(150));
  chain.put(std::span(bytes).first(150));
  CHECK_FALSE(chain.make_room(151));
  CHECK(chunks.lent() == 2);
  CHECK(chain.capacity() == 200);
  CHECK(chain.make_room(150));
  chain.put(std::span(bytes).subspan(150, 150));
  CHECK(content(chain) == std::vector(bytes.begin(), bytes.begin() + 300));
}

TEST_CASE("content can be cut, rewritten and trimmed") {
  const std::vector<std::byte> bytes = test::random_bytes(500);
  for (const std::size_t kept : {0U, 61U, 99U, 100U, 101U, 200U, 350U, 400U}) {
    test::FixedChunks chunks(100);
    ChunkChain chain(chunks);
    REQUIRE(chain.make_room(400));
    chain.put(std::span(bytes).first(400));
    chain.truncate(kept);
    CHECK(chain.size() == kept);
    CHECK(chunks.lent() == 4);
    chain.trim();
    CHECK(chunks.lent() == std::max<std::size_t>(1, (kept + 99) / 100));
    REQUIRE(chain.make_room(500 - kept));
    chain.put(std::span(bytes).subspan(kept));
    CHECK(content(chain) == bytes);
  }
}

TEST_CASE("chunks start small and grow with the chain") {
  RecordingChunks chunks;
  ChunkChain chain(chunks);
  const std::vector<std::byte> bytes(100);
  for (int i = 0; i < 3000; ++i) {
    REQUIRE(chain.make_room(100));
    chain.put(bytes);
  }
  CHECK(chunks.asked == std::vector<std::size_t>{512, 512, 1024, 2048, 4096, 8192, 16384, 32768,
                                                 65536, 65536, 65536, 65536});
  // What is missing at once is asked for at once.
  const std::size_t left = chain.capacity() - chain.size();
  REQUIRE(chain.make_room(1'000'000));
  CHECK(chunks.asked.back() == 1'000'000 - left);
}

TEST_CASE("a chain moves with its chunks") {
  test::FixedChunks chunks(100);
  ChunkChain chain(chunks);
  REQUIRE(chain.make_room(3));
  chain.put(BytesView("abc"));
  ChunkChain other(std::move(chain));
  chain = ChunkChain(chunks);
  REQUIRE(chain.make_room(3));
  chain.put(BytesView("xyz"));
  chain = std::move(other);
  CHECK(chunks.lent() == 1);
  CHECK(BytesView(content(chain)) == "abc");
  REQUIRE(chain.make_room(1));
  chain.put(BytesView("d"));
  CHECK(BytesView(content(chain)) == "abcd");
}
