// Sink and source in one, for figures of clients alone: prints its address and serves until its
// standard input ends.

#include "protocol/records/batch_builder.hpp"
#include "protocol/records/chunk_allocator.hpp"
#include "protocol/transport/event_loop.hpp"
#include "tests/bench/programs/arguments.hpp"
#include "tests/bench/programs/meter.hpp"
#include "tests/bench/programs/payload.hpp"
#include "tests/bench/programs/peer_engine.hpp"

#include <barnabas/compression.hpp>

#include <unistd.h>

#include <chrono>
#include <iostream>
#include <mutex>
#include <thread>

namespace {

using namespace barnabas;

void prepare(const bench::Arguments& arguments, bench::PeerEngine::Options& options) {
  const std::string value = bench::payload(arguments.number("size"));
  records::HeapChunks chunks;
  records::BatchBuilder builder(chunks, arguments.number("batch-bytes"));
  records::NewRecord record;
  record.value = BytesView(value);
  record.timestamp = std::chrono::duration_cast<std::chrono::milliseconds>(
                         std::chrono::system_clock::now().time_since_epoch())
                         .count();
  while (builder.append(record) == records::AppendResult::appended) continue;
  compression::Compressor compressor;
  builder.finish(Compression::parse(arguments.text("codec")).value(), compressor).value();
  for (const auto& segment : builder.segments()) {
    options.batch.insert(options.batch.end(), segment.begin(), segment.end());
  }
  options.batch_records = builder.record_count();
}

}  // namespace

int main(int argc, char** argv) {
  const bench::Arguments arguments(argc, argv,
                                   {{"partitions", "4"},
                                    {"brokers", "1"},
                                    {"size", "100"},
                                    {"batch-bytes", "1000000"},
                                    {"codec", "none"}});
  bench::PeerEngine::Options options;
  options.partitions = static_cast<std::int32_t>(arguments.number("partitions"));
  prepare(arguments, options);

  auto loop = transport::EventLoop::create().value();
  std::mutex mutex;
  const auto host = loop->host(mutex);
  bench::PeerEngine engine(host->network(), std::move(options));
  host->start(engine);
  std::uint16_t first_port = 0;
  for (std::uint64_t i = 0; i < arguments.number("brokers"); ++i) {
    const std::uint16_t port = host->listen(network::ListenerId{i + 1}, {"127.0.0.1", 0}).value();
    if (first_port == 0) first_port = port;
    const std::lock_guard lock(mutex);
    engine.add_port(port);
  }
  std::thread thread([&] { loop->run(); });
  std::cout << "127.0.0.1:" << first_port << std::endl;
  char ignored = 0;
  while (::read(STDIN_FILENO, &ignored, 1) > 0) continue;
  loop->stop();
  thread.join();
  host->stop();
  return 0;
}
