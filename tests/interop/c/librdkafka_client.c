/* librdkafka in C: an idempotent producer, a cooperative-sticky consumer and the whole of its admin API that a broker like ours
 * can answer. librdkafka_client BOOTSTRAP [TOPIC [GROUP]]. Prints one line per step; the first thing that is not as expected ends it with status 1. */
#include <librdkafka/rdkafka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { partitions = 4, records = 1000, timeout_ms = 20000 };

static char error[512];
static int delivered = 0;

#define EXPECT(condition, ...)                                                   \
  do {                                                                           \
    if (!(condition)) {                                                          \
      fprintf(stderr, "%s:%d: %s: ", __FILE__, __LINE__, #condition);            \
      fprintf(stderr, __VA_ARGS__);                                              \
      fprintf(stderr, "\n");                                                     \
      exit(1);                                                                   \
    }                                                                            \
  } while (0)

static void set(rd_kafka_conf_t *conf, const char *name, const char *value) {
  EXPECT(rd_kafka_conf_set(conf, name, value, error, sizeof error) == RD_KAFKA_CONF_OK, "%s", error);
}

static void on_delivery(rd_kafka_t *client, const rd_kafka_message_t *message, void *opaque) {
  (void)client;
  (void)opaque;
  EXPECT(message->err == 0, "%s", rd_kafka_err2str(message->err));
  EXPECT(rd_kafka_message_status(message) == RD_KAFKA_MSG_STATUS_PERSISTED, "status %d", rd_kafka_message_status(message));
  ++delivered;
}

static rd_kafka_t *make(rd_kafka_type_t type, const char *bootstrap, const char *group) {
  rd_kafka_conf_t *conf = rd_kafka_conf_new();
  set(conf, "bootstrap.servers", bootstrap);
  if (type == RD_KAFKA_PRODUCER) {
    set(conf, "enable.idempotence", "true");
    set(conf, "compression.type", "lz4");
    rd_kafka_conf_set_dr_msg_cb(conf, on_delivery);
  } else {
    if (getenv("CLIENT_DEBUG")) set(conf, "debug", "cgrp");
    set(conf, "group.id", group);
    /* 2.0.2 does not leave the group when a cooperative consumer is closed: the broker has to find out. */
    set(conf, "session.timeout.ms", "6000");
    set(conf, "heartbeat.interval.ms", "500");
    set(conf, "auto.offset.reset", "earliest");
    set(conf, "enable.auto.commit", "false");
    set(conf, "partition.assignment.strategy", "cooperative-sticky");
    set(conf, "isolation.level", "read_committed");
    set(conf, "enable.partition.eof", "true");
  }
  rd_kafka_t *client = rd_kafka_new(type, conf, error, sizeof error);
  EXPECT(client != NULL, "%s", error);
  return client;
}

static void produce(const char *bootstrap, const char *topic) {
  rd_kafka_t *producer = make(RD_KAFKA_PRODUCER, bootstrap, NULL);
  for (int i = 0; i < records; ++i) {
    char value[64];
    snprintf(value, sizeof value, "value %d", i);
    rd_kafka_resp_err_t sent = rd_kafka_producev(
        producer, RD_KAFKA_V_TOPIC(topic), RD_KAFKA_V_PARTITION(i % partitions), RD_KAFKA_V_KEY(&i, sizeof i),
        RD_KAFKA_V_VALUE(value, strlen(value)), RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_TIMESTAMP(1700000000000 + i),
        RD_KAFKA_V_HEADER("n", &i, sizeof i), RD_KAFKA_V_END);
    EXPECT(sent == 0, "%s", rd_kafka_err2str(sent));
    rd_kafka_poll(producer, 0);
  }
  EXPECT(rd_kafka_flush(producer, timeout_ms) == 0, "flush");
  EXPECT(delivered == records, "%d of %d", delivered, records);
  EXPECT(rd_kafka_fatal_error(producer, error, sizeof error) == 0, "%s", error);
  rd_kafka_destroy(producer);
  printf("produced\n");
}

/* Two cooperative members in one process: after both have partitions, together they read everything once. */
static void consume(const char *bootstrap, const char *topic, const char *group) {
  rd_kafka_t *members[2];
  rd_kafka_topic_partition_list_t *topics = rd_kafka_topic_partition_list_new(1);
  rd_kafka_topic_partition_list_add(topics, topic, RD_KAFKA_PARTITION_UA);
  char seen[records] = {0};
  int read = 0;
  for (int m = 0; m < 2; ++m) {
    members[m] = make(RD_KAFKA_CONSUMER, bootstrap, group);
    rd_kafka_poll_set_consumer(members[m]);
    EXPECT(rd_kafka_subscribe(members[m], topics) == 0, "subscribe");
  }
  for (int polls = 0;; ++polls) {
    EXPECT(polls < 1000, "read %d of %d", read, records);
    int shares[2];
    for (int m = 0; m < 2; ++m) {
      rd_kafka_message_t *message;
      while ((message = rd_kafka_consumer_poll(members[m], 20)) != NULL) {
        if (message->err != RD_KAFKA_RESP_ERR__PARTITION_EOF) {
          EXPECT(message->err == 0, "%s", rd_kafka_message_errstr(message));
          int number;
          memcpy(&number, message->key, sizeof number);
          EXPECT(number >= 0 && number < records && !seen[number], "record %d again", number);
          EXPECT(message->partition == number % partitions, "record %d in partition %d", number, message->partition);
          EXPECT(rd_kafka_message_timestamp(message, NULL) == 1700000000000 + number, "timestamp of %d", number);
          seen[number] = 1;
          ++read;
          EXPECT(rd_kafka_commit_message(members[m], message, 1) == 0, "commit");
        }
        rd_kafka_message_destroy(message);
      }
      rd_kafka_topic_partition_list_t *assigned;
      EXPECT(rd_kafka_assignment(members[m], &assigned) == 0, "assignment");
      shares[m] = assigned->cnt;
      rd_kafka_topic_partition_list_destroy(assigned);
    }
    if (read == records && shares[0] == partitions / 2 && shares[1] == partitions / 2) break;
  }
  EXPECT(strcmp(rd_kafka_rebalance_protocol(members[0]), "COOPERATIVE") == 0, "%s", rd_kafka_rebalance_protocol(members[0]));
  for (int m = 0; m < 2; ++m) {
    EXPECT(rd_kafka_commit(members[m], NULL, 0) == 0 || read == records, "commit");
    EXPECT(rd_kafka_consumer_close(members[m]) == 0, "close");
    rd_kafka_destroy(members[m]);
  }
  rd_kafka_topic_partition_list_destroy(topics);
  printf("consumed by two\n");
}

/* Where offsets are by time, and the bounds of a partition. */
static void look_up(rd_kafka_t *client, const char *topic) {
  int64_t low, high;
  EXPECT(rd_kafka_query_watermark_offsets(client, topic, 0, &low, &high, timeout_ms) == 0, "watermarks");
  EXPECT(low == 0 && high == records / partitions, "%lld to %lld", (long long)low, (long long)high);
  rd_kafka_topic_partition_list_t *times = rd_kafka_topic_partition_list_new(1);
  rd_kafka_topic_partition_list_add(times, topic, 1)->offset = 1700000000000 + 41;
  EXPECT(rd_kafka_offsets_for_times(client, times, timeout_ms) == 0, "offsets for times");
  EXPECT(times->elems[0].offset == 10, "record 41 is at offset 10 of partition 1, not %lld", (long long)times->elems[0].offset);
  rd_kafka_topic_partition_list_destroy(times);
  printf("offsets looked up\n");
}

static rd_kafka_event_t *await(rd_kafka_queue_t *queue, rd_kafka_event_type_t type) {
  rd_kafka_event_t *event = rd_kafka_queue_poll(queue, timeout_ms);
  EXPECT(event != NULL && rd_kafka_event_type(event) == type, "no answer");
  EXPECT(rd_kafka_event_error(event) == 0, "%s", rd_kafka_event_error_string(event));
  return event;
}

static void expect_topics(const rd_kafka_topic_result_t **results, size_t count) {
  EXPECT(count == 1, "%zu results", count);
  EXPECT(rd_kafka_topic_result_error(results[0]) == 0, "%s", rd_kafka_topic_result_error_string(results[0]));
}

static void create(rd_kafka_t *client, rd_kafka_queue_t *queue, const char *topic) {
  rd_kafka_NewTopic_t *wanted = rd_kafka_NewTopic_new(topic, partitions - 1, 1, error, sizeof error);
  EXPECT(rd_kafka_NewTopic_set_config(wanted, "retention.ms", "-1") == 0, "config");
  rd_kafka_CreateTopics(client, &wanted, 1, NULL, queue);
  rd_kafka_event_t *event = await(queue, RD_KAFKA_EVENT_CREATETOPICS_RESULT);
  size_t count;
  const rd_kafka_topic_result_t **results = rd_kafka_CreateTopics_result_topics(rd_kafka_event_CreateTopics_result(event), &count);
  expect_topics(results, count);
  rd_kafka_event_destroy(event);
  /* The same again is refused, as the topic's own result. */
  rd_kafka_CreateTopics(client, &wanted, 1, NULL, queue);
  event = await(queue, RD_KAFKA_EVENT_CREATETOPICS_RESULT);
  results = rd_kafka_CreateTopics_result_topics(rd_kafka_event_CreateTopics_result(event), &count);
  EXPECT(rd_kafka_topic_result_error(results[0]) == RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS, "%s", rd_kafka_err2str(rd_kafka_topic_result_error(results[0])));
  rd_kafka_event_destroy(event);
  rd_kafka_NewTopic_destroy(wanted);

  rd_kafka_NewPartitions_t *more = rd_kafka_NewPartitions_new(topic, partitions, error, sizeof error);
  rd_kafka_CreatePartitions(client, &more, 1, NULL, queue);
  event = await(queue, RD_KAFKA_EVENT_CREATEPARTITIONS_RESULT);
  results = rd_kafka_CreatePartitions_result_topics(rd_kafka_event_CreatePartitions_result(event), &count);
  expect_topics(results, count);
  rd_kafka_event_destroy(event);
  rd_kafka_NewPartitions_destroy(more);
  printf("created\n");
}

static void describe_configs(rd_kafka_t *client, rd_kafka_queue_t *queue, const char *topic) {
  rd_kafka_ConfigResource_t *resource = rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, topic);
  rd_kafka_DescribeConfigs(client, &resource, 1, NULL, queue);
  rd_kafka_event_t *event = await(queue, RD_KAFKA_EVENT_DESCRIBECONFIGS_RESULT);
  size_t count, entries;
  const rd_kafka_ConfigResource_t **resources = rd_kafka_DescribeConfigs_result_resources(rd_kafka_event_DescribeConfigs_result(event), &count);
  EXPECT(count == 1 && rd_kafka_ConfigResource_error(resources[0]) == 0, "describe configs");
  const rd_kafka_ConfigEntry_t **configs = rd_kafka_ConfigResource_configs(resources[0], &entries);
  int found = 0;
  for (size_t i = 0; i < entries; ++i) {
    if (strcmp(rd_kafka_ConfigEntry_name(configs[i]), "retention.ms") != 0) continue;
    found = 1;
    EXPECT(strcmp(rd_kafka_ConfigEntry_value(configs[i]), "-1") == 0, "%s", rd_kafka_ConfigEntry_value(configs[i]));
    EXPECT(rd_kafka_ConfigEntry_source(configs[i]) == RD_KAFKA_CONFIG_SOURCE_DYNAMIC_TOPIC_CONFIG, "source");
  }
  EXPECT(found && entries > 10, "%zu entries", entries);
  rd_kafka_event_destroy(event);
  rd_kafka_ConfigResource_destroy(resource);
  printf("configs described\n");
}

static void groups(rd_kafka_t *client, rd_kafka_queue_t *queue, const char *topic, const char *group) {
  rd_kafka_ListConsumerGroups(client, NULL, queue);
  rd_kafka_event_t *event = await(queue, RD_KAFKA_EVENT_LISTCONSUMERGROUPS_RESULT);
  size_t count, errors;
  const rd_kafka_ListConsumerGroups_result_t *listed = rd_kafka_event_ListConsumerGroups_result(event);
  rd_kafka_ListConsumerGroups_result_errors(listed, &errors);
  EXPECT(errors == 0, "%zu errors", errors);
  const rd_kafka_ConsumerGroupListing_t **listings = rd_kafka_ListConsumerGroups_result_valid(listed, &count);
  int found = 0;
  for (size_t i = 0; i < count; ++i) found += strcmp(rd_kafka_ConsumerGroupListing_group_id(listings[i]), group) == 0;
  EXPECT(found == 1, "the group is listed %d times", found);
  rd_kafka_event_destroy(event);

  rd_kafka_consumer_group_state_t state = RD_KAFKA_CONSUMER_GROUP_STATE_UNKNOWN;
  for (int asked = 0; state != RD_KAFKA_CONSUMER_GROUP_STATE_EMPTY; ++asked) {
    EXPECT(asked < 200, "state %d", state);
    if (asked > 0) rd_kafka_poll(client, 100);
    rd_kafka_DescribeConsumerGroups(client, &group, 1, NULL, queue);
    event = await(queue, RD_KAFKA_EVENT_DESCRIBECONSUMERGROUPS_RESULT);
    const rd_kafka_ConsumerGroupDescription_t **described =
        rd_kafka_DescribeConsumerGroups_result_groups(rd_kafka_event_DescribeConsumerGroups_result(event), &count);
    EXPECT(count == 1 && rd_kafka_ConsumerGroupDescription_error(described[0]) == NULL, "describe");
    state = rd_kafka_ConsumerGroupDescription_state(described[0]);
    rd_kafka_event_destroy(event);
  }

  rd_kafka_ListConsumerGroupOffsets_t *which = rd_kafka_ListConsumerGroupOffsets_new(group, NULL);
  rd_kafka_ListConsumerGroupOffsets(client, &which, 1, NULL, queue);
  event = await(queue, RD_KAFKA_EVENT_LISTCONSUMERGROUPOFFSETS_RESULT);
  const rd_kafka_group_result_t **results =
      rd_kafka_ListConsumerGroupOffsets_result_groups(rd_kafka_event_ListConsumerGroupOffsets_result(event), &count);
  EXPECT(count == 1 && rd_kafka_group_result_error(results[0]) == NULL, "offsets");
  const rd_kafka_topic_partition_list_t *offsets = rd_kafka_group_result_partitions(results[0]);
  EXPECT(offsets->cnt == partitions, "%d partitions have offsets", offsets->cnt);
  for (int i = 0; i < offsets->cnt; ++i) EXPECT(offsets->elems[i].offset == records / partitions, "offset %lld", (long long)offsets->elems[i].offset);
  rd_kafka_event_destroy(event);
  rd_kafka_ListConsumerGroupOffsets_destroy(which);

  rd_kafka_topic_partition_list_t *back = rd_kafka_topic_partition_list_new(1);
  rd_kafka_topic_partition_list_add(back, topic, 0)->offset = 5;
  rd_kafka_AlterConsumerGroupOffsets_t *alter = rd_kafka_AlterConsumerGroupOffsets_new(group, back);
  rd_kafka_AlterConsumerGroupOffsets(client, &alter, 1, NULL, queue);
  event = await(queue, RD_KAFKA_EVENT_ALTERCONSUMERGROUPOFFSETS_RESULT);
  results = rd_kafka_AlterConsumerGroupOffsets_result_groups(rd_kafka_event_AlterConsumerGroupOffsets_result(event), &count);
  EXPECT(count == 1 && rd_kafka_group_result_error(results[0]) == NULL, "alter");
  EXPECT(rd_kafka_group_result_partitions(results[0])->elems[0].err == 0, "alter");
  rd_kafka_event_destroy(event);
  rd_kafka_AlterConsumerGroupOffsets_destroy(alter);

  rd_kafka_DeleteConsumerGroupOffsets_t *forget = rd_kafka_DeleteConsumerGroupOffsets_new(group, back);
  rd_kafka_DeleteConsumerGroupOffsets(client, &forget, 1, NULL, queue);
  event = await(queue, RD_KAFKA_EVENT_DELETECONSUMERGROUPOFFSETS_RESULT);
  results = rd_kafka_DeleteConsumerGroupOffsets_result_groups(rd_kafka_event_DeleteConsumerGroupOffsets_result(event), &count);
  EXPECT(count == 1 && rd_kafka_group_result_error(results[0]) == NULL, "delete offsets");
  rd_kafka_event_destroy(event);
  rd_kafka_DeleteConsumerGroupOffsets_destroy(forget);
  rd_kafka_topic_partition_list_destroy(back);

  rd_kafka_DeleteGroup_t *gone = rd_kafka_DeleteGroup_new(group);
  rd_kafka_DeleteGroups(client, &gone, 1, NULL, queue);
  event = await(queue, RD_KAFKA_EVENT_DELETEGROUPS_RESULT);
  results = rd_kafka_DeleteGroups_result_groups(rd_kafka_event_DeleteGroups_result(event), &count);
  EXPECT(count == 1 && rd_kafka_group_result_error(results[0]) == NULL, "delete group");
  rd_kafka_event_destroy(event);
  rd_kafka_DeleteGroup_destroy(gone);
  printf("groups listed, described, altered, deleted\n");
}

static void delete_records(rd_kafka_t *client, rd_kafka_queue_t *queue, const char *topic) {
  rd_kafka_topic_partition_list_t *before = rd_kafka_topic_partition_list_new(1);
  rd_kafka_topic_partition_list_add(before, topic, 0)->offset = 100;
  rd_kafka_DeleteRecords_t *delete = rd_kafka_DeleteRecords_new(before);
  rd_kafka_DeleteRecords(client, &delete, 1, NULL, queue);
  rd_kafka_event_t *event = await(queue, RD_KAFKA_EVENT_DELETERECORDS_RESULT);
  const rd_kafka_topic_partition_list_t *results = rd_kafka_DeleteRecords_result_offsets(rd_kafka_event_DeleteRecords_result(event));
  EXPECT(results->cnt == 1 && results->elems[0].err == 0 && results->elems[0].offset == 100, "low watermark %lld", (long long)results->elems[0].offset);
  rd_kafka_event_destroy(event);
  rd_kafka_DeleteRecords_destroy(delete);
  rd_kafka_topic_partition_list_destroy(before);
  int64_t low, high;
  EXPECT(rd_kafka_query_watermark_offsets(client, topic, 0, &low, &high, timeout_ms) == 0 && low == 100, "low %lld", (long long)low);
  printf("records deleted\n");
}

static void delete_topic(rd_kafka_t *client, rd_kafka_queue_t *queue, const char *topic) {
  rd_kafka_DeleteTopic_t *gone = rd_kafka_DeleteTopic_new(topic);
  rd_kafka_DeleteTopics(client, &gone, 1, NULL, queue);
  rd_kafka_event_t *event = await(queue, RD_KAFKA_EVENT_DELETETOPICS_RESULT);
  size_t count;
  const rd_kafka_topic_result_t **results = rd_kafka_DeleteTopics_result_topics(rd_kafka_event_DeleteTopics_result(event), &count);
  expect_topics(results, count);
  rd_kafka_event_destroy(event);
  rd_kafka_DeleteTopic_destroy(gone);
  printf("topic deleted\n");
}

int main(int argc, char **argv) {
  EXPECT(argc >= 2, "librdkafka_client BOOTSTRAP [TOPIC [GROUP]]");
  const char *topic = argc > 2 ? argv[2] : "librdkafka", *group = argc > 3 ? argv[3] : "librdkafka-readers";
  setvbuf(stdout, NULL, _IOLBF, 0);
  rd_kafka_t *client = make(RD_KAFKA_PRODUCER, argv[1], NULL);
  rd_kafka_queue_t *queue = rd_kafka_queue_new(client);
  create(client, queue, topic);
  produce(argv[1], topic);
  consume(argv[1], topic, group);
  look_up(client, topic);
  describe_configs(client, queue, topic);
  groups(client, queue, topic, group);
  delete_records(client, queue, topic);
  delete_topic(client, queue, topic);
  rd_kafka_queue_destroy(queue);
  rd_kafka_destroy(client);
  printf("librdkafka %s agrees with us\n", rd_kafka_version_str());
  return 0;
}
