// sarama for ../../client_scenario.sh; the actions are described there. SARAMA_VERSION sets the Kafka version it assumes.
package main

import (
	"context"
	"fmt"
	"log"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/IBM/sarama"

	"barnabas.test/interop/record"
)

var codecs = map[string]sarama.CompressionCodec{
	"none": sarama.CompressionNone, "gzip": sarama.CompressionGZIP, "snappy": sarama.CompressionSnappy,
	"lz4": sarama.CompressionLZ4, "zstd": sarama.CompressionZSTD,
}

var strategies = map[string]sarama.BalanceStrategy{
	"range": sarama.NewBalanceStrategyRange(), "roundrobin": sarama.NewBalanceStrategyRoundRobin(), "sticky": sarama.NewBalanceStrategySticky(),
}

func configuration() *sarama.Config {
	config := sarama.NewConfig()
	version := os.Getenv("SARAMA_VERSION")
	if version == "" {
		version = sarama.MaxVersion.String()
	}
	parsed, err := sarama.ParseKafkaVersion(version)
	record.Check("SARAMA_VERSION", err)
	config.Version = parsed
	if os.Getenv("CLIENT_DEBUG") != "" {
		sarama.Logger = log.New(os.Stderr, "", log.LstdFlags)
	}
	return config
}

func produce(bootstrap []string, topic, codec string) {
	config := configuration()
	config.Producer.Partitioner = sarama.NewManualPartitioner
	config.Producer.Compression = codecs[codec]
	config.Producer.Return.Successes = true
	config.Producer.RequiredAcks = sarama.WaitForAll
	config.Producer.Idempotent = config.Version.IsAtLeast(sarama.V0_11_0_0)
	config.Net.MaxOpenRequests = 1
	producer, err := sarama.NewSyncProducer(bootstrap, config)
	record.Check("producer", err)
	var messages []*sarama.ProducerMessage
	for _, r := range record.ReadAll() {
		message := &sarama.ProducerMessage{Topic: topic, Partition: r.Partition, Timestamp: time.UnixMilli(r.Timestamp)}
		if r.Key != nil {
			message.Key = sarama.ByteEncoder(r.Key)
		}
		if r.Value != nil {
			message.Value = sarama.ByteEncoder(r.Value)
		}
		for _, h := range r.Headers {
			message.Headers = append(message.Headers, sarama.RecordHeader{Key: []byte(h.Key), Value: h.Value})
		}
		messages = append(messages, message)
	}
	record.Check("delivery", producer.SendMessages(messages))
	record.Check("close", producer.Close())
}

type handler struct {
	mutex  sync.Mutex
	left   int // negative: no end
	finish func()
}

func (*handler) Setup(sarama.ConsumerGroupSession) error   { return nil }
func (*handler) Cleanup(sarama.ConsumerGroupSession) error { return nil }

func (h *handler) ConsumeClaim(session sarama.ConsumerGroupSession, claim sarama.ConsumerGroupClaim) error {
	for message := range claim.Messages() {
		h.mutex.Lock()
		if h.left == 0 || session.Context().Err() != nil {
			h.mutex.Unlock()
			return nil
		}
		out := record.Record{Topic: message.Topic, Partition: message.Partition, Offset: message.Offset,
			Timestamp: message.Timestamp.UnixMilli(), Key: message.Key, Value: message.Value}
		for _, header := range message.Headers {
			out.Headers = append(out.Headers, record.Header{Key: string(header.Key), Value: header.Value})
		}
		out.Print()
		session.MarkMessage(message, "")
		h.left--
		if h.left == 0 {
			h.finish()
		}
		h.mutex.Unlock()
	}
	return nil
}

func consume(ctx context.Context, bootstrap []string, topic, group string, count int, strategy string) {
	config := configuration()
	config.Consumer.Offsets.Initial = sarama.OffsetOldest
	config.Consumer.Group.Heartbeat.Interval = 200 * time.Millisecond
	config.Consumer.Group.Rebalance.GroupStrategies = []sarama.BalanceStrategy{strategies[strategy]}
	consumers, err := sarama.NewConsumerGroup(bootstrap, group, config)
	record.Check("group", err)
	ctx, finish := context.WithCancel(ctx)
	h := &handler{left: count, finish: finish}
	for ctx.Err() == nil {
		record.Check("consume", consumers.Consume(ctx, []string{topic}, h))
	}
	record.Check("close", consumers.Close())
}

func administer(bootstrap []string, action string, arguments []string) {
	admin, err := sarama.NewClusterAdmin(bootstrap, configuration())
	record.Check("admin", err)
	defer admin.Close()
	switch action {
	case "create":
		partitions, _ := strconv.Atoi(arguments[1])
		record.Check("create", admin.CreateTopic(arguments[0], &sarama.TopicDetail{NumPartitions: int32(partitions), ReplicationFactor: 1}, false))
	case "delete":
		record.Check("delete", admin.DeleteTopic(arguments[0]))
	case "topics":
		topics, err := admin.ListTopics()
		record.Check("topics", err)
		for topic := range topics {
			fmt.Println(topic)
		}
	case "groups":
		groups, err := admin.ListConsumerGroups()
		record.Check("groups", err)
		for group := range groups {
			fmt.Println(group)
		}
	case "describe":
		groups, err := admin.DescribeConsumerGroups(arguments)
		record.Check("describe", err)
		fmt.Println(groups[0].State, len(groups[0].Members))
	default:
		record.Fail(action, fmt.Errorf("no such action"))
	}
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	bootstrap, action, arguments := strings.Split(os.Args[1], ","), os.Args[2], os.Args[3:]
	switch action {
	case "produce":
		produce(bootstrap, arguments[0], arguments[1])
	case "consume":
		count, _ := strconv.Atoi(arguments[2])
		consume(ctx, bootstrap, arguments[0], arguments[1], count, "range")
	case "member":
		consume(ctx, bootstrap, arguments[0], arguments[1], -1, arguments[2])
	default:
		administer(bootstrap, action, arguments)
	}
}
