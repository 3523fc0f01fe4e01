#pragma once

#include "tests/bench/programs/arguments.hpp"

#include <barnabas/properties.hpp>
#include <barnabas/topic_partition.hpp>

#include <vector>

// The modes of bench_barnabas that have a file of their own, and what modes share.

namespace barnabas::bench {

Properties properties(const Arguments& arguments);
std::vector<TopicPartition> all_partitions(const Arguments& arguments);

/// Consumes, changes each value, and produces it to another topic.
void forward(const Arguments& arguments);
/// Several members of one group, a thread each, read a topic that is full.
void read_in_group(const Arguments& arguments);
/// How long a new client takes until its first record is acknowledged, and until it has read one.
void first_messages(const Arguments& arguments);
/// What a client with many partitions, at one broker or many, takes: memory, threads, CPU.
void grow(const Arguments& arguments);

}  // namespace barnabas::bench
