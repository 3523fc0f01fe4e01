#pragma once

/// Everything that a Kafka client needs. The embeddable broker has a header of its own,
/// <barnabas/broker.hpp>.

#include <barnabas/admin.hpp>
#include <barnabas/consumer.hpp>
#include <barnabas/producer.hpp>
#include <barnabas/runtime.hpp>
#include <barnabas/typed_consumer.hpp>
#include <barnabas/typed_producer.hpp>
