// Our half of tests/interop/conformance_test.sh; Messages.java and Batches.java are the other.
//   conformance list                      every message in every version
//   conformance messages SEED ROUNDS      random messages of ours
//   conformance batches SEED              batches of ours
//   conformance check-messages < LINES    reads, compares and writes again what Kafka wrote
//   conformance check-batches < LINES

#include "protocol/wire/message_type.hpp"
#include "tests/support/batch_lines.hpp"
#include "tests/support/message_lines.hpp"

#include <cstdint>
#include <cstdlib>
#include <functional>
#include <iostream>
#include <string>
#include <string_view>

using namespace barnabas;

namespace {

constexpr int shown_differences = 40;

void for_each_version(
    const std::function<void(const protocol::MessageType&, std::int16_t)>& visit) {
  for (const protocol::MessageType* type : protocol::message_types()) {
    const VersionRange versions = type->versions_with_unstable;
    for (int version = versions.min; version <= versions.max; ++version) {
      visit(*type, static_cast<std::int16_t>(version));
    }
  }
}

void print_list() {
  for_each_version([](const protocol::MessageType& type, std::int16_t version) {
    std::cout << type.name << " " << version << "\n";
  });
}

void print_messages(std::uint64_t seed, std::uint64_t rounds) {
  for_each_version([&](const protocol::MessageType& type, std::int16_t version) {
    for (std::uint64_t round = 0; round < rounds; ++round) {
      std::cout << test::random_message_line(type, version, seed + round, false) << "\n";
    }
  });
}

int check(const std::function<std::string(std::string_view)>& problem_of, const char* what) {
  int count = 0;
  int wrong = 0;
  for (std::string line; std::getline(std::cin, line);) {
    ++count;
    const std::string problem = problem_of(line);
    if (problem.empty()) continue;
    if (++wrong <= shown_differences) std::cout << line << "\n  " << problem << "\n";
  }
  std::cout << count << " " << what << " of Kafka's read by us: " << wrong << " differ\n";
  return wrong == 0 && count > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

}  // namespace

int main(int count, char** words) {
  std::ios::sync_with_stdio(false);
  const std::string_view verb = count > 1 ? words[1] : "";
  const auto number = [&](int at) {
    return count > at ? std::strtoull(words[at], nullptr, 10) : 1;
  };
  if (verb == "list") {
    print_list();
  } else if (verb == "messages") {
    print_messages(number(2), number(3));
  } else if (verb == "batches") {
    for (const std::string& line : test::random_batch_lines(number(2))) std::cout << line << "\n";
  } else if (verb == "check-messages") {
    return check(test::check_message_line, "messages");
  } else if (verb == "check-batches") {
    return check(test::check_batch_line, "batches");
  } else {
    std::cerr << "usage: conformance list|messages|batches|check-messages|check-batches\n";
    return 2;
  }
  return EXIT_SUCCESS;
}
