#include "tools/barnabas/commands.hpp"
#include "tools/barnabas/connection_options.hpp"
#include "tools/barnabas/escapes.hpp"
#include "tools/barnabas/interrupt.hpp"
#include "tools/barnabas/json_record.hpp"
#include "tools/barnabas/line_splitter.hpp"
#include "tools/barnabas/terminal.hpp"

#include <barnabas/producer.hpp>

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>
#include <atomic>
#include <iostream>
#include <memory>

// barnabas produce: each line of standard input, or of the files named, becomes a record.

namespace barnabas::tools {
namespace {

constexpr std::size_t read_size = std::size_t{64} << 10;
constexpr std::size_t max_line = std::size_t{64} << 20;

struct Options {
  ConnectionOptions connection;
  std::string topic;
  std::optional<std::int32_t> partition;
  std::string delimiter = "\\n";
  std::string key_delimiter;
  std::string key;
  std::vector<std::string> headers;
  std::string codec;
  std::uint64_t count = UINT64_MAX;
  bool json = false;
  bool empty_is_null = false;
  bool whole_files = false;
  std::vector<std::string> files;
};

class Production {
 public:
  Production(const Options& options, Producer& producer)
      : options_(options), producer_(producer), progress_("sent") {}

  /// Errors: of the options and of the input; deliveries report to `failed`.
  Result<void> run();
  std::uint64_t failed() const noexcept { return failed_; }

 private:
  Result<void> send_stream(int descriptor);
  Result<void> send_whole(int descriptor);
  Result<void> send_line(std::string_view line);
  void send(const Record& record);
  bool done() const { return sent_ >= options_.count || Interrupt::requested(); }

  const Options& options_;
  Producer& producer_;
  Progress progress_;
  std::string delimiter_;
  std::string key_delimiter_;
  std::vector<std::pair<std::string, std::string>> headers_;
  std::uint64_t sent_ = 0;
  std::uint64_t bytes_ = 0;
  std::atomic<std::uint64_t> failed_ = 0;
};

Result<void> Production::run() {
  Result<std::string> delimiter = unescape(options_.delimiter);
  if (!delimiter) return delimiter.error();
  Result<std::string> key_delimiter = unescape(options_.key_delimiter);
  if (!key_delimiter) return key_delimiter.error();
  delimiter_ = *std::move(delimiter);
  key_delimiter_ = *std::move(key_delimiter);
  if (delimiter_.empty()) return Error(ErrorCode::invalid_argument, "-D: a delimiter is expected");
  for (const std::string& text : options_.headers) {
    Result<std::pair<std::string, std::string>> header = parse_setting("-H", text);
    if (!header) return header.error();
    headers_.push_back(*std::move(header));
  }
  if (options_.files.empty()) return send_stream(STDIN_FILENO);
  for (const std::string& file : options_.files) {
    if (done()) break;
    const int descriptor = open(file.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) {
      return Error(ErrorCode::io_error, file + ": " + std::generic_category().message(errno));
    }
    Result<void> sent = options_.whole_files ? send_whole(descriptor) : send_stream(descriptor);
    close(descriptor);
    if (!sent) return sent.error().within(file);
  }
  return {};
}

Result<void> Production::send_stream(int descriptor) {
  LineSplitter lines(delimiter_, max_line);
  std::string chunk(read_size, '\0');
  while (!done()) {
    pollfd descriptors[2] = {{descriptor, POLLIN, 0}, {Interrupt::descriptor(), POLLIN, 0}};
    if (poll(descriptors, 2, -1) < 0 && errno != EINTR) break;
    if (Interrupt::requested()) return {};
    const ssize_t got = read(descriptor, chunk.data(), chunk.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return Error(ErrorCode::io_error, std::generic_category().message(errno));
    if (got == 0) {
      if (const auto rest = lines.rest(); rest && !done()) return send_line(*rest);
      return {};
    }
    lines.feed(std::string_view(chunk.data(), static_cast<std::size_t>(got)));
    while (!done()) {
      const auto line = lines.next();
      if (!line) return line.error();
      if (!*line) break;
      if (Result<void> sent = send_line(**line); !sent) return sent;
    }
  }
  return {};
}

Result<void> Production::send_whole(int descriptor) {
  std::string content;
  std::string chunk(read_size, '\0');
  for (;;) {
    const ssize_t got = read(descriptor, chunk.data(), chunk.size());
    if (got < 0) return Error(ErrorCode::io_error, std::generic_category().message(errno));
    if (got == 0) break;
    content.append(chunk.data(), static_cast<std::size_t>(got));
    if (content.size() > max_line) return Error(ErrorCode::message_too_large, "over 64 MiB");
  }
  Record record(options_.topic);
  record.value(content);
  if (!options_.key.empty()) record.key(options_.key);
  send(record);
  return {};
}

Result<void> Production::send_line(std::string_view line) {
  if (options_.json) {
    const Result<JsonRecord> json = read_json_record(line);
    if (!json) return json.error();
    Record record(options_.topic);
    if (json->key) record.key(*json->key);
    if (json->value) record.value(*json->value);
    if (json->partition) record.partition(*json->partition);
    if (json->timestamp) {
      record.timestamp(
          std::chrono::system_clock::time_point(std::chrono::milliseconds(*json->timestamp)));
    }
    for (const auto& [name, value] : json->headers) {
      record.header(name, value ? std::optional<BytesView>(*value) : std::nullopt);
    }
    send(record);
    return {};
  }
  const auto bytes = [&](std::string_view text) -> std::optional<BytesView> {
    if (options_.empty_is_null && text.empty()) return std::nullopt;
    return BytesView(text);
  };
  Record record(options_.topic);
  if (!options_.key.empty()) record.key(options_.key);
  if (!key_delimiter_.empty()) {
    const std::size_t at = line.find(key_delimiter_);
    if (at != std::string_view::npos) {
      record.key(bytes(line.substr(0, at)));
      line.remove_prefix(at + key_delimiter_.size());
    }
  }
  record.value(bytes(line));
  send(record);
  return {};
}

void Production::send(const Record& original) {
  Record record = original;
  if (options_.partition && record.partition() == any_partition) {
    record.partition(*options_.partition);
  }
  for (const auto& [name, value] : headers_) record.header(name, value);
  producer_.send(record, [this](const Result<Delivery>& result) {
    if (result) return;
    // One line tells what is wrong; the number at the end tells how often.
    if (failed_++ == 0) std::cerr << red("barnabas: " + result.error().to_string()) << '\n';
  });
  bytes_ += record.value() ? record.value()->size() : 0;
  progress_.update(++sent_, bytes_);
}

int run(const Options& options) {
  Result<ProducerConfig> config = options.connection.apply<ProducerConfig>();
  if (!config) return report(config.error());
  if (!options.codec.empty()) {
    if (Result<void> set = config->set("compression.type", options.codec); !set) {
      return report(set.error());
    }
  }
  Result<Producer> producer = Producer::create(*config);
  if (!producer) return report(producer.error());
  Interrupt interrupt;
  Production production(options, *producer);
  const Result<void> sent = production.run();
  const Result<void> closed = producer->close();
  if (!sent) return report(sent.error());
  if (production.failed() > 0) {
    std::cerr << "barnabas: " << production.failed() << " records were not delivered\n";
    return failure;
  }
  return closed ? success : report(closed.error());
}

}  // namespace

void add_produce_command(CLI::App& app, int& exit_code) {
  auto options = std::make_shared<Options>();
  CLI::App& command = *app.add_subcommand("produce", "Send records");
  command.add_option("-t,--topic", options->topic, "Topic")->required();
  options->connection.add_to(command);
  command.add_option("-p,--partition", options->partition, "Partition (default: by key)")
      ->check(CLI::NonNegativeNumber);
  command.add_option("-K,--key-delimiter", options->key_delimiter,
                     "Text that divides key and value of a line");
  command.add_option("-k,--key", options->key, "The key of every record that has none of its own");
  command.add_option("-H,--header", options->headers, "A header for every record; repeatable")
      ->type_name("NAME=VALUE")
      ->allow_extra_args(false);
  command.add_option("-z,--compression", options->codec, "none, gzip, snappy, lz4 or zstd");
  command.add_option("-D,--delimiter", options->delimiter, "Text that divides records")
      ->default_str("\\n");
  command.add_option("-c,--count", options->count, "Stop after so many records");
  command.add_flag("-J,--json", options->json,
                   "Lines are JSON as `consume -J` prints them: key, payload (or value), headers, "
                   "partition, ts");
  command.add_flag("-Z,--null", options->empty_is_null, "Empty keys and values are sent as null");
  command.add_flag("--whole", options->whole_files, "Each file is one record, not one per line");
  command.add_option("FILE", options->files, "Files to send (default: standard input)");
  command.footer(
      "Examples:\n"
      "  seq 1000 | barnabas produce -t numbers -z zstd\n"
      "  echo 'anna:hello' | barnabas produce -t greetings -K: -H source=shell\n"
      "  barnabas consume -t a -e -J | barnabas produce -t b -J");
  command.callback([options, &exit_code] { exit_code = run(*options); });
}

}  // namespace barnabas::tools
