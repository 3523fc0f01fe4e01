#pragma once

#include "protocol/wire/file_range.hpp"

#include <barnabas/bytes.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <unistd.h>

namespace barnabas::test {

/// A file without a name, to send from.
class TestFile final : public wire::SharedFile {
 public:
  explicit TestFile(std::string_view content) {
    std::string name = "/tmp/barnabas-file-XXXXXX";
    file_ = ::mkstemp(name.data());
    REQUIRE(file_ >= 0);
    REQUIRE(::unlink(name.c_str()) == 0);
    write(0, content);
  }
  ~TestFile() override { ::close(file_); }
  TestFile(const TestFile&) = delete;
  TestFile& operator=(const TestFile&) = delete;

  /// Says that it can only be read.
  void hide_descriptor() { shown_ = -1; }
  /// Says another one.
  void show_descriptor(int descriptor) { shown_ = descriptor; }
  void write(std::uint64_t position, std::string_view bytes) {
    REQUIRE(::pwrite(file_, bytes.data(), bytes.size(), static_cast<off_t>(position)) ==
            static_cast<ssize_t>(bytes.size()));
  }
  /// Cuts the file off, as its owner does or behind everybody's back.
  void cut(std::uint64_t size, bool announced) {
    if (announced) cut_at_ = size;
    REQUIRE(::ftruncate(file_, static_cast<off_t>(size)) == 0);
  }

  int descriptor() const noexcept override { return shown_ ? *shown_ : file_; }
  std::uint64_t cut_at() const noexcept override { return cut_at_; }
  Result<std::size_t> read(std::uint64_t position, std::span<std::byte> into) const override {
    const auto count = ::pread(file_, into.data(), into.size(), static_cast<off_t>(position));
    if (count < 0) return Error(ErrorCode::io_error, "test file");
    return static_cast<std::size_t>(count);
  }

 private:
  int file_ = -1;
  std::optional<int> shown_;
  std::atomic<std::uint64_t> cut_at_{std::numeric_limits<std::uint64_t>::max()};
};

}  // namespace barnabas::test
