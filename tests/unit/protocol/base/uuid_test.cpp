#include <barnabas/uuid.hpp>

#include <doctest/doctest.h>

#include <cstdint>
#include <string>

using barnabas::Uuid;

TEST_CASE("a uuid's text is base64 for URLs without padding") {
  CHECK(Uuid().to_string() == "AAAAAAAAAAAAAAAAAAAAAA");
  CHECK(Uuid(0, 1).to_string() == "AAAAAAAAAAAAAAAAAAAAAQ");
  CHECK(Uuid(~std::uint64_t{0}, ~std::uint64_t{0}).to_string() == "_____________________w");
  // 16 bytes 00 01 02 ... 0f.
  CHECK(Uuid(0x0001020304050607ULL, 0x08090a0b0c0d0e0fULL).to_string() == "AAECAwQFBgcICQoLDA0ODw");
}

TEST_CASE("text and uuid turn into each other") {
  std::uint64_t bits = 1;
  for (int i = 0; i < 200; ++i) {
    bits = bits * 6364136223846793005ULL + 1442695040888963407ULL;
    const Uuid uuid(bits, bits * 3);
    CHECK(Uuid::parse(uuid.to_string()) == uuid);
  }
}

TEST_CASE("what is not a uuid's text is refused") {
  CHECK_FALSE(Uuid::parse(""));
  CHECK_FALSE(Uuid::parse("AAAAAAAAAAAAAAAAAAAAA"));
  CHECK_FALSE(Uuid::parse("AAAAAAAAAAAAAAAAAAAAAAA"));
  CHECK_FALSE(Uuid::parse("AAAAAAAAAAAAAAAAAAAA+A"));
  CHECK_FALSE(Uuid::parse("AAAAAAAAAAAAAAAAAAAAAB"));  // Bits beyond the 128th.
}
