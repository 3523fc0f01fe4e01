#include <barnabas/detail/shared_source.hpp>
#include <barnabas/future.hpp>

#include <doctest/doctest.h>

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <thread>
#include <utility>

namespace {

struct Outcome {};

}  // namespace

template <>
inline constexpr bool barnabas::detail::is_source_of_many<Outcome> = true;

namespace {

using Reference = barnabas::detail::SharedSource<Outcome>;

std::atomic<int> alive = 0;

// Refers to another one if it is told to.
struct Source final : barnabas::detail::FutureSource<Outcome> {
  explicit Source(Reference next = {}) : next_(std::move(next)) { ++alive; }
  Source(const Source&) = delete;
  Source& operator=(const Source&) = delete;
  ~Source() override { --alive; }
  barnabas::Result<Outcome> result(std::uint32_t) const override { return Outcome(); }

  Reference next_;
};

std::shared_ptr<Source> make_source() { return std::make_shared<Source>(); }

// What a thread keeps is gone when it has ended, so each test has its own.
template <class Body>
void in_thread(Body body) {
  std::thread(std::move(body)).join();
  CHECK(alive == 0);
}

}  // namespace

TEST_CASE("shared source: the reference that was dropped last is taken for the next one") {
  in_thread([] {
    const std::shared_ptr<Source> source = make_source();
    { const Reference first = Reference::to(source); }
    CHECK(source.use_count() == 2);  // kept
    {
      const Reference second = Reference::to(source);
      CHECK(second.get() == source.get());
      CHECK(source.use_count() == 2);  // taken
      const Reference third = Reference::to(source);
      CHECK(source.use_count() == 3);
    }
    CHECK(source.use_count() == 2);
  });
}

TEST_CASE("shared source: a thread keeps one reference, the last") {
  in_thread([] {
    std::shared_ptr<Source> one = make_source();
    const std::shared_ptr<Source> other = make_source();
    { const Reference reference = Reference::to(one); }
    { const Reference reference = Reference::to(other); }
    CHECK(one.use_count() == 1);
    CHECK(other.use_count() == 2);
    { const Reference reference = Reference::to(one); }
    one.reset();
    CHECK(alive == 2);  // by what is kept
    { const Reference reference = Reference::to(other); }
    CHECK(alive == 1);
  });
}

TEST_CASE("shared source: copies, moves and assignments refer to what was said") {
  in_thread([] {
    const std::shared_ptr<Source> source = make_source();
    Reference first = Reference::to(source);
    Reference copy = first;
    CHECK(copy.get() == source.get());
    const Reference moved = std::move(first);
    CHECK_FALSE(first);  // NOLINT(bugprone-use-after-move): moved from is null
    CHECK(moved.get() == source.get());
    copy = Reference();
    CHECK_FALSE(copy);
    copy = moved;
    CHECK(copy.get() == source.get());
  });
}

TEST_CASE("shared source: a reference dropped by another thread is kept there") {
  const std::shared_ptr<Source> source = make_source();
  Reference reference = Reference::to(source);
  std::thread([&] {
    { const Reference dropped = std::move(reference); }
    CHECK(source.use_count() == 2);
  }).join();
  CHECK(source.use_count() == 1);
}

TEST_CASE("shared source: what thread-local objects drop at a thread's end is not kept") {
  in_thread([] {
    // Constructed before the thread keeps anything, so destructed after that is over.
    static thread_local std::optional<Reference> held;
    held.emplace(make_source());
    { const Reference kept = Reference::to(make_source()); }
    CHECK(alive == 2);
  });
}

TEST_CASE("shared source: the end of what was kept may drop references itself") {
  in_thread([] {
    { const Reference kept(std::make_shared<Source>(Reference(make_source()))); }
    CHECK(alive == 2);
    { const Reference other(make_source()); }
  });
  in_thread([] { const Reference kept(std::make_shared<Source>(Reference(make_source()))); });
}
