#include "tests/simulation/producer_actor.hpp"

#include "tests/simulation/run.hpp"

namespace barnabas::test {

namespace {

constexpr std::int64_t max_block_ms = 60000;
// How often one that has sent everything is looked at.
constexpr std::int64_t idle_ms = 200;

ProducerConfig config_of(const ProducerPlan& plan, const Run& run, const std::string& name,
                         const Plan& world, LogCallback log) {
  using std::chrono::milliseconds;
  ProducerConfig config;
  config.bootstrap_servers(run.bootstrap())
      .client_id(name)
      .request_timeout(milliseconds(plan.request_timeout_ms))
      .metadata_max_age(milliseconds(world.metadata_age_ms))
      .connections_max_idle(milliseconds(world.idle_ms))
      .linger(milliseconds(plan.linger_ms))
      .batch_size(static_cast<std::int32_t>(plan.batch_size))
      .max_in_flight(static_cast<std::int32_t>(plan.in_flight))
      .acks(static_cast<Acks>(plan.acks))
      .idempotence(plan.idempotence != 0)
      .retries(static_cast<std::int32_t>(plan.retries))
      .compression(static_cast<Codec>(plan.codec))
      .buffer_memory(plan.buffer_memory)
      .when_full(WhenFull::fail)
      .max_block(milliseconds(max_block_ms))
      .delivery_timeout(milliseconds(plan.delivery_timeout_ms));
  config.log(log, LogLevel::debug);
  return config;
}

}  // namespace

ProducerActor::ProducerActor(Run& run, std::string name, simulation::Place place,
                             const ProducerPlan& plan)
    : ClientActor(run, std::move(name), place), plan_(plan), left_(plan.records) {}

void ProducerActor::make(const Runtime& runtime) {
  producer_.emplace(runtime, config_of(plan_, run_, name(), run_.plan(), log()));
  topics_.clear();
  for (std::int64_t i = 0; i < run_.plan().topics; ++i) {
    topics_.push_back(producer_->topic(Run::topic_name(i)));
  }
  Ledger::ProducerTerms terms;
  terms.idempotent = plan_.idempotence != 0;
  // acks=1 is answered before the record is durable.
  const bool power_fails =
      run_.has_fault(FaultKind::broker_power_loss) || run_.has_fault(FaultKind::disk_sync_errors) ||
      run_.has_fault(FaultKind::disk_write_errors) || run_.has_fault(FaultKind::disk_read_errors);
  terms.acknowledged = plan_.acks == -1 || (plan_.acks == 1 && !power_fails);
  terms.may_reorder = plan_.idempotence == 0 && plan_.in_flight > 1;
  terms.time_limit = std::chrono::milliseconds(plan_.delivery_timeout_ms);
  ledger_id_ = run_.ledger().add_producer(terms);
  if (plan_.acks != 0) {
    run_.wire().set_limit(name(), ApiKey::Produce, static_cast<std::size_t>(plan_.in_flight));
  }
}

void ProducerActor::close(Duration limit) {
  static_cast<void>(producer_->close(limit));
  if (run_.ledger().open_of(ledger_id_) > 0) {
    run_.findings().add("reported-once", name() + " was closed with records unreported");
  }
  topics_.clear();
  producer_.reset();
}

Duration ProducerActor::step() {
  for (std::int64_t i = 0; i < plan_.burst && left_ > 0; ++i, --left_) send();
  const ProducerMetrics metrics = producer_->metrics();
  // Batches that a broker finds too large are cut; their parts need more than the whole.
  const bool cuts = plan_.batch_size > run_.plan().segment_bytes;
  if (metrics.buffer_used > metrics.buffer_size * (cuts ? 2 : 1)) {
    run_.findings().add("buffer-memory", name() + " uses " + std::to_string(metrics.buffer_used));
  }
  const std::int64_t milliseconds = left_ > 0 ? plan_.interval_ms : idle_ms;
  const auto interval = static_cast<std::uint64_t>(milliseconds) * 1000;
  return std::chrono::microseconds(interval / 2 + run_.random().below(interval));
}

void ProducerActor::send() {
  const auto partitions = static_cast<std::size_t>(run_.plan().partitions);
  const std::size_t slot = next_partition_++ % (topics_.size() * partitions);
  const Topic& topic = topics_[slot / partitions];
  const TopicPartition partition{topic.name(), static_cast<std::int32_t>(slot % partitions)};
  const std::size_t index =
      run_.ledger().add(ledger_id_, partition, static_cast<std::size_t>(plan_.value_bytes));
  RecordView record;
  const std::string& value = run_.ledger().value(index);
  record.value = BytesView(value);
  record.partition = partition.partition;
  producer_->send(topic, record, [this, index](const Result<Delivery>& result) {
    if (!result) {
      run_.coverage().hit("delivery " + std::string(barnabas::name(result.error().code())));
      run_.world().tell(
          name(), "record #" + std::to_string(index) + " failed: " + result.error().to_string());
    }
    run_.ledger().reported(index, result);
  });
}

void ProducerActor::probe() {
  if (!is_running()) return;
  left_ = 0;
  const std::size_t count = topics_.size() * static_cast<std::size_t>(run_.plan().partitions);
  for (std::size_t i = 0; i < count; ++i) send();
}

void ProducerActor::flush() {
  if (is_running()) static_cast<void>(producer_->flush_async());
}

void ProducerActor::purge() {
  if (is_running()) producer_->purge();
}

}  // namespace barnabas::test
