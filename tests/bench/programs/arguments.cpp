#include "tests/bench/programs/arguments.hpp"

#include <charconv>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <utility>

namespace barnabas::bench {
namespace {

[[noreturn]] void refuse(const std::string& what) {
  std::cerr << what << '\n';
  std::exit(2);
}

}  // namespace

Arguments::Arguments(int argc, char** argv, std::map<std::string, std::string> defaults)
    : values_(std::move(defaults)) {
  if (argc < 2) refuse("which mode?");
  mode_ = argv[1];
  for (int i = 2; i < argc; i += 2) {
    const std::string name = argv[i];
    if (name.rfind("--", 0) != 0 || !values_.contains(name.substr(2))) {
      refuse("unknown argument " + name);
    }
    if (i + 1 == argc) refuse(name + " wants a value");
    values_[name.substr(2)] = argv[i + 1];
  }
}

const std::string& Arguments::text(std::string_view name) const {
  const auto found = values_.find(std::string(name));
  if (found == values_.end()) refuse("no argument is called " + std::string(name));
  return found->second;
}

std::uint64_t Arguments::number(std::string_view name) const {
  const std::string& text = this->text(name);
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) {
    refuse("--" + std::string(name) + " wants a number and not '" + text + "'");
  }
  return number;
}

std::map<std::string, std::string> contestant_defaults() {
  return {
      {"bootstrap", "127.0.0.1:9092"},
      {"topic", "bench"},
      {"partitions", "4"},
      {"size", "100"},
      {"messages", "1000000"},
      {"warmup", "200000"},
      {"threads", "1"},
      {"report", "none"},  // none, future, callback, handler
      {"keys", "0"},       // how many different keys; 0: none
      {"codec", "none"},
      {"linger-ms", "5"},
      {"batch-bytes", "0"},  // 0: the client's default
      {"rate", "0"},         // messages a second; 0: as many as possible
      {"group", ""},
      {"members", "1"},   // of the group, in this process
      {"to", ""},         // the topic that is forwarded to; none: the topic itself
      {"call", ""},       // which of a client's calls, where it has several
      {"properties", ""}  // further ones of the client, name=value,name=value
  };
}

int run_contestant(int argc, char** argv, std::initializer_list<Mode> modes) {
  const Arguments arguments(argc, argv, contestant_defaults());
  try {
    for (const auto& [name, run] : modes) {
      if (arguments.mode() == name) return run(arguments), 0;
    }
  } catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 1;
  }
  std::cerr << "unknown mode " << arguments.mode() << '\n';
  return 2;
}

}  // namespace barnabas::bench
