// segmentio's kafka-go for ../../client_scenario.sh; the actions are described there.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"strconv"
	"syscall"
	"time"

	"github.com/segmentio/kafka-go"

	"barnabas.test/interop/record"
)

var codecs = map[string]kafka.Compression{
	"gzip": kafka.Gzip, "snappy": kafka.Snappy, "lz4": kafka.Lz4, "zstd": kafka.Zstd,
}

var balancers = map[string]kafka.GroupBalancer{"range": kafka.RangeGroupBalancer{}, "roundrobin": kafka.RoundRobinGroupBalancer{}}

// wanted sends each record to the partition that its input named, and other records where Java would.
type wanted struct{ others kafka.Murmur2Balancer }

func (w wanted) Balance(message kafka.Message, partitions ...int) int {
	if partition, named := message.WriterData.(int); named {
		return partition
	}
	return w.others.Balance(message, partitions...)
}

func produce(ctx context.Context, bootstrap, topic, codec string) {
	writer := &kafka.Writer{Addr: kafka.TCP(bootstrap), Topic: topic, Balancer: wanted{}, Compression: codecs[codec],
		RequiredAcks: kafka.RequireAll, BatchTimeout: 10 * time.Millisecond}
	var messages []kafka.Message
	for _, r := range record.ReadAll() {
		message := kafka.Message{Key: r.Key, Value: r.Value, Time: time.UnixMilli(r.Timestamp)}
		if r.Partition >= 0 {
			message.WriterData = int(r.Partition)
		}
		for _, h := range r.Headers {
			message.Headers = append(message.Headers, kafka.Header{Key: h.Key, Value: h.Value})
		}
		messages = append(messages, message)
	}
	record.Check("delivery", writer.WriteMessages(ctx, messages...))
	record.Check("close", writer.Close())
}

func consume(ctx context.Context, bootstrap, topic, group string, count int, strategy string) {
	config := kafka.ReaderConfig{Brokers: []string{bootstrap}, GroupID: group, Topic: topic, StartOffset: kafka.FirstOffset,
		GroupBalancers: []kafka.GroupBalancer{balancers[strategy]}, HeartbeatInterval: 200 * time.Millisecond, MaxWait: 500 * time.Millisecond,
		ReadBackoffMin: time.Millisecond}
	if os.Getenv("CLIENT_DEBUG") != "" {
		config.Logger = kafka.LoggerFunc(func(format string, arguments ...any) { fmt.Fprintf(os.Stderr, format+"\n", arguments...) })
		config.ErrorLogger = config.Logger
	}
	reader := kafka.NewReader(config)
	for ; count != 0; count-- {
		message, err := reader.FetchMessage(ctx)
		if errors.Is(err, context.Canceled) {
			break
		}
		record.Check("fetch", err)
		out := record.Record{Topic: message.Topic, Partition: int32(message.Partition), Offset: message.Offset,
			Timestamp: message.Time.UnixMilli(), Key: message.Key, Value: message.Value}
		for _, header := range message.Headers {
			out.Headers = append(out.Headers, record.Header{Key: header.Key, Value: header.Value})
		}
		out.Print()
		record.Check("commit", reader.CommitMessages(context.Background(), message))
	}
	record.Check("close", reader.Close())
}

func administer(ctx context.Context, bootstrap, action string, arguments []string) {
	client := &kafka.Client{Addr: kafka.TCP(bootstrap)}
	switch action {
	case "create":
		partitions, _ := strconv.Atoi(arguments[1])
		answer, err := client.CreateTopics(ctx, &kafka.CreateTopicsRequest{Topics: []kafka.TopicConfig{{Topic: arguments[0], NumPartitions: partitions, ReplicationFactor: 1}}})
		record.Check("create", err)
		record.Check("create", answer.Errors[arguments[0]])
	case "delete":
		answer, err := client.DeleteTopics(ctx, &kafka.DeleteTopicsRequest{Topics: arguments[:1]})
		record.Check("delete", err)
		record.Check("delete", answer.Errors[arguments[0]])
	case "topics":
		answer, err := client.Metadata(ctx, &kafka.MetadataRequest{})
		record.Check("topics", err)
		for _, topic := range answer.Topics {
			fmt.Println(topic.Name)
		}
	case "groups":
		answer, err := client.ListGroups(ctx, &kafka.ListGroupsRequest{})
		record.Check("groups", err)
		for _, group := range answer.Groups {
			fmt.Println(group.GroupID)
		}
	case "describe":
		answer, err := client.DescribeGroups(ctx, &kafka.DescribeGroupsRequest{GroupIDs: arguments[:1]})
		record.Check("describe", err)
		record.Check("describe", answer.Groups[0].Error)
		fmt.Println(answer.Groups[0].GroupState, len(answer.Groups[0].Members))
	default:
		record.Fail(action, fmt.Errorf("no such action"))
	}
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	bootstrap, action, arguments := os.Args[1], os.Args[2], os.Args[3:]
	switch action {
	case "produce":
		produce(ctx, bootstrap, arguments[0], arguments[1])
	case "consume":
		count, _ := strconv.Atoi(arguments[2])
		consume(ctx, bootstrap, arguments[0], arguments[1], count, "range")
	case "member":
		consume(ctx, bootstrap, arguments[0], arguments[1], -1, arguments[2])
	default:
		administer(ctx, bootstrap, action, arguments)
	}
}
