#include "tools/barnabas/commands.hpp"
#include "tools/barnabas/connection_options.hpp"
#include "tools/barnabas/escapes.hpp"
#include "tools/barnabas/interrupt.hpp"
#include "tools/barnabas/json_record.hpp"
#include "tools/barnabas/offset_option.hpp"
#include "tools/barnabas/output_format.hpp"
#include "tools/barnabas/terminal.hpp"

#include <barnabas/consumer.hpp>

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <iostream>
#include <iterator>
#include <memory>
#include <set>

// barnabas consume: prints records, follows until Ctrl-C or as far as it is told.

namespace barnabas::tools {
namespace {

using namespace std::chrono_literals;

// Who pressed Ctrl-C does not wait long for a broker that may be gone. What could not be committed
// is read again by whoever comes next.
constexpr auto interrupted_close_timeout = 3s;

struct Options {
  ConnectionOptions connection;
  std::vector<std::string> topics;
  std::vector<std::string> more_topics;
  std::vector<std::int32_t> partitions;
  std::string group;
  std::vector<std::string> offsets;
  std::string format;
  std::string key_delimiter;
  std::string delimiter = "\\n";
  std::string null_text = "NULL";
  std::uint64_t count = UINT64_MAX;
  bool exit_at_end = false;
  bool unbuffered = false;
  bool json = false;
};

std::atomic<Consumer*> running = nullptr;
void stop_running() {
  if (Consumer* consumer = running.load()) consumer->stop();
}

// A pattern that matches the name only; of what names may contain, only a dot means something else.
std::string quoted(const std::string& topic) {
  std::string pattern;
  for (const char c : topic) {
    if (c == '.') pattern += '\\';
    pattern += c;
  }
  return pattern;
}

class Consumption {
 public:
  Consumption(const Options& options, Consumer& consumer)
      : options_(options), consumer_(consumer), progress_("read") {}

  Result<void> prepare();
  Result<void> run();

 private:
  Result<void> parse_offsets();
  Result<void> subscribe();
  Result<void> assign_all();
  Result<void> seek(const std::vector<TopicPartition>& partitions);
  Result<void> find_ends(const std::vector<TopicPartition>& partitions);
  bool write(const PartitionRecords& records);
  void write_one(const ConsumerRecord& record);
  Result<bool> reached_ends();
  bool enough() const { return written_ >= options_.count; }
  Result<void> flush_output();

  const Options& options_;
  Consumer& consumer_;
  Progress progress_;
  OffsetOption start_{OffsetOption::Kind::beginning, 0};
  std::optional<std::int64_t> stop_time_;
  std::optional<OutputFormat> format_;
  std::map<TopicPartition, std::int64_t> ends_;
  std::set<TopicPartition> finished_;
  std::string out_;
  std::uint64_t written_ = 0;
  std::uint64_t bytes_ = 0;
};

Result<void> Consumption::parse_offsets() {
  for (const std::string& text : options_.offsets) {
    const Result<OffsetOption> offset = parse_offset_option(text);
    if (!offset) return offset.error();
    if (offset->kind == OffsetOption::Kind::stop_time) {
      stop_time_ = offset->value;
    } else {
      start_ = *offset;
    }
  }
  return {};
}

Result<void> Consumption::prepare() {
  if (Result<void> parsed = parse_offsets(); !parsed) return parsed;
  std::string format = options_.format;
  if (format.empty()) {
    format = options_.key_delimiter.empty() ? "%s" : "%k" + options_.key_delimiter + "%s";
    format += options_.delimiter;
  }
  Result<OutputFormat> parsed = OutputFormat::parse(format);
  if (!parsed) return parsed.error();
  format_ = *std::move(parsed);
  return options_.group.empty() ? assign_all() : subscribe();
}

// As kcat has it, a topic that begins with '^' is a pattern.
Result<void> Consumption::subscribe() {
  const auto is_pattern = [](const std::string& topic) { return topic.starts_with('^'); };
  if (std::ranges::none_of(options_.topics, is_pattern)) {
    return consumer_.subscribe(options_.topics);
  }
  std::string pattern;
  for (const std::string& topic : options_.topics) {
    if (!pattern.empty()) pattern += '|';
    pattern += is_pattern(topic) ? "(?:" + topic + ")" : quoted(topic);
  }
  return consumer_.subscribe_pattern(pattern);
}

Result<void> Consumption::assign_all() {
  std::vector<TopicPartition> partitions;
  for (const std::string& topic : options_.topics) {
    const auto known = consumer_.partitions_for(topic);
    if (!known) return known.error();
    const auto count = static_cast<std::int32_t>(known->size());
    for (const std::int32_t wanted : options_.partitions) {
      if (wanted >= count) {
        return Error(ErrorCode::unknown_topic_or_partition,
                     topic + "[" + std::to_string(wanted) + "]: the topic has partitions 0 to " +
                         std::to_string(count - 1));
      }
      partitions.emplace_back(topic, wanted);
    }
    if (!options_.partitions.empty()) continue;
    for (std::int32_t index = 0; index < count; ++index) partitions.emplace_back(topic, index);
  }
  if (Result<void> assigned = consumer_.assign(partitions); !assigned) return assigned;
  if (options_.exit_at_end) {
    if (Result<void> found = find_ends(partitions); !found) return found;
  }
  return seek(partitions);
}

Result<void> Consumption::seek(const std::vector<TopicPartition>& partitions) {
  switch (start_.kind) {
    case OffsetOption::Kind::beginning:
      return consumer_.seek_to_beginning(partitions);
    case OffsetOption::Kind::end:
      return consumer_.seek_to_end(partitions);
    case OffsetOption::Kind::stored:
      return Error(ErrorCode::invalid_argument,
                   "-o stored: offsets are stored for a group, see -G");
    case OffsetOption::Kind::start_time:
      return consumer_.seek_to_time(partitions,
                                    Consumer::Time(std::chrono::milliseconds(start_.value)));
    case OffsetOption::Kind::offset:
      for (const TopicPartition& partition : partitions) {
        if (Result<void> sought = consumer_.seek(partition, start_.value); !sought) return sought;
      }
      return {};
    case OffsetOption::Kind::before_end: {
      const auto beginnings = consumer_.beginning_offsets(partitions);
      if (!beginnings) return beginnings.error();
      const auto ends = consumer_.end_offsets(partitions);
      if (!ends) return ends.error();
      for (const auto& [partition, end] : *ends) {
        const std::int64_t from = std::max(end - start_.value, beginnings->at(partition));
        if (Result<void> sought = consumer_.seek(partition, from); !sought) return sought;
      }
      return {};
    }
    case OffsetOption::Kind::stop_time:
      break;  // parse_offsets() keeps it elsewhere
  }
  return {};
}

// What was there at the start is what -e reads: a topic that keeps growing has no other end.
Result<void> Consumption::find_ends(const std::vector<TopicPartition>& partitions) {
  const auto ends = consumer_.end_offsets(partitions);
  if (!ends) return ends.error();
  for (const auto& [partition, end] : *ends) ends_.insert_or_assign(partition, end);
  return {};
}

Result<bool> Consumption::reached_ends() {
  const std::vector<TopicPartition> assigned = consumer_.assignment();
  if (assigned.empty()) return false;
  for (const TopicPartition& partition : assigned) {
    if (finished_.contains(partition)) continue;
    if (!ends_.contains(partition)) {
      if (Result<void> found = find_ends({partition}); !found) return found.error();
    }
    const Result<std::int64_t> position = consumer_.position(partition);
    if (!position) return position.error();
    if (*position < ends_[partition]) return false;
  }
  return true;
}

void Consumption::write_one(const ConsumerRecord& record) {
  RecordFields fields;
  fields.topic = record.topic();
  fields.partition = record.partition();
  fields.offset = record.offset();
  fields.timestamp = record.timestamp().time_since_epoch().count();
  fields.log_append_time = record.timestamp_type() == TimestampType::log_append_time;
  if (record.has_key()) fields.key = record.key();
  if (record.has_value()) fields.value = record.value();
  for (const HeaderView& header : record.headers()) {
    fields.headers.emplace_back(header.key,
                                header.value ? std::optional(header.value->text()) : std::nullopt);
  }
  if (options_.json) {
    write_json_record(fields, out_);
    out_ += '\n';
  } else {
    format_->write(fields, options_.null_text, out_);
  }
  bytes_ += fields.value ? fields.value->size() : 0;
  progress_.update(++written_, bytes_);
}

// False when this partition is done: its end or the stop time was reached.
bool Consumption::write(const PartitionRecords& records) {
  const auto end = ends_.find(records.topic_partition());
  for (const ConsumerRecord& record : records) {
    if (enough()) {
      // What is not printed is not to be committed either.
      return consumer_.seek(records.topic_partition(), record.offset()).has_value();
    }
    if (stop_time_ && record.timestamp().time_since_epoch().count() >= *stop_time_) return false;
    if (options_.exit_at_end && end != ends_.end() && record.offset() >= end->second) return false;
    write_one(record);
  }
  return true;
}

Result<void> Consumption::flush_output() {
  std::size_t at = 0;
  while (at < out_.size()) {
    const ssize_t put = ::write(STDOUT_FILENO, out_.data() + at, out_.size() - at);
    if (put < 0 && errno == EINTR) continue;
    if (put < 0)
      return Error(ErrorCode::io_error,
                   "standard output: " + std::generic_category().message(errno));
    at += static_cast<std::size_t>(put);
  }
  out_.clear();
  return {};
}

Result<void> Consumption::run() {
  constexpr std::size_t output_chunk = std::size_t{64} << 10;
  while (!enough() && !consumer_.stopped()) {
    const Result<Records> records = consumer_.poll(options_.exit_at_end ? 100ms : 500ms);
    if (!records) return records.error();
    for (const PartitionRecords& partition : records->partitions()) {
      if (!write(partition)) {
        finished_.insert(partition.topic_partition());
        if (Result<void> paused = consumer_.pause(partition.topic_partition()); !paused)
          return paused;
      }
      if (options_.unbuffered || out_.size() >= output_chunk) {
        if (Result<void> flushed = flush_output(); !flushed) return flushed;
      }
    }
    if (Result<void> flushed = flush_output(); !flushed) return flushed;
    if (stop_time_ && !finished_.empty() && finished_.size() == consumer_.assignment().size())
      break;
    if (options_.exit_at_end) {
      const Result<bool> reached = reached_ends();
      if (!reached) return reached.error();
      if (*reached) break;
    }
  }
  return {};
}

int run(const Options& options) {
  // A misspelt topic is to be an error, not a new topic.
  Result<ConsumerConfig> config =
      options.connection.apply<ConsumerConfig>({{"allow.auto.create.topics", "false"}});
  if (!config) return report(config.error());
  if (!options.group.empty()) {
    // By name, which leaves the rest of -X as it is, above all group.instance.id.
    if (Result<void> set = config->set("group.id", options.group); !set) return report(set.error());
    const bool earliest = !options.offsets.empty() && (options.offsets.front() == "beginning" ||
                                                       options.offsets.front() == "earliest");
    if (earliest) config->offset_reset(OffsetReset::earliest());
  }
  Result<Consumer> consumer = Consumer::create(*config);
  if (!consumer) return report(consumer.error());
  running = &*consumer;
  Interrupt interrupt(stop_running);
  Consumption consumption(options, *consumer);
  Result<void> result = consumption.prepare();
  if (result) result = consumption.run();
  const Result<void> closed = consumer->close(
      Interrupt::requested() ? std::optional<Consumer::Timeout>(interrupted_close_timeout)
                             : std::nullopt);
  running = nullptr;
  if (!result) return report(result.error());
  return closed ? success : report(closed.error());
}

}  // namespace

void add_consume_command(CLI::App& app, int& exit_code) {
  auto options = std::make_shared<Options>();
  CLI::App& command = *app.add_subcommand("consume", "Print records");
  command.add_option("-t,--topic", options->topics, "Topic; repeatable")->allow_extra_args(false);
  command.add_option("TOPIC", options->more_topics,
                     "More topics, as behind kcat's -G GROUP, where ^ begins a pattern");
  options->connection.add_to(command);
  command.add_option("-p,--partition", options->partitions, "Only this partition; repeatable")
      ->check(CLI::NonNegativeNumber)
      ->allow_extra_args(false)
      ->excludes(command.add_option("-G,--group", options->group,
                                    "Read as a member of this group, and commit offsets"));
  command
      .add_option("-o,--offset", options->offsets,
                  "Where to begin: beginning (default), end, N, -N from the end, s@MS from a time; "
                  "where to stop: e@MS. With -G: stored (default), and beginning or end for "
                  "partitions without a committed offset (default end)")
      ->allow_extra_args(false);
  command.add_flag_callback(
      "--from-beginning", [options] { options->offsets.emplace_back("beginning"); },
      "The same as -o beginning");
  command.add_option("-c,--count", options->count, "Stop after so many records");
  command.add_flag("-e,--exit", options->exit_at_end, "Stop at what was the end when it began");
  command.add_option("-f,--format", options->format,
                     "How to print a record: %s value, %k key, %t topic, %p partition, %o offset, "
                     "%T timestamp, %h headers, %S and %K lengths, \\n");
  command.add_option("-K,--key-delimiter", options->key_delimiter,
                     "Print keys, then this, then values");
  command.add_option("-D,--delimiter", options->delimiter, "Text behind each record")
      ->default_str("\\n");
  command.add_flag("-J,--json", options->json, "Print each record as a line of JSON");
  command.add_flag("-u,--unbuffered", options->unbuffered, "Write each batch of records at once");
  command.add_option("-Z,--null", options->null_text, "How null is printed")->default_str("NULL");
  command.footer(
      "Examples:\n"
      "  barnabas consume -t numbers -o -10 -e          the last ten records of each partition\n"
      "  barnabas consume -G readers numbers letters    as a member of a group, until Ctrl-C\n"
      "  barnabas consume -t a -o s@1700000000000 -f '%T %k=%s\\n'");
  command.callback([options, &exit_code] {
    std::ranges::move(options->more_topics, std::back_inserter(options->topics));
    if (options->topics.empty()) throw CLI::RequiredError("a topic (-t TOPIC)");
    exit_code = run(*options);
  });
}

}  // namespace barnabas::tools
