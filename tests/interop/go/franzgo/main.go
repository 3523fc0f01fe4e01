// franz-go (kgo and kadm) for ../../client_scenario.sh; the actions are described there.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"

	"barnabas.test/interop/record"
)

var codecs = map[string]kgo.CompressionCodec{
	"none": kgo.NoCompression(), "gzip": kgo.GzipCompression(), "snappy": kgo.SnappyCompression(),
	"lz4": kgo.Lz4Compression(), "zstd": kgo.ZstdCompression(),
}

var balancers = map[string]kgo.GroupBalancer{
	"range": kgo.RangeBalancer(), "roundrobin": kgo.RoundRobinBalancer(), "sticky": kgo.StickyBalancer(),
	"cooperative-sticky": kgo.CooperativeStickyBalancer(),
}

func connect(bootstrap string, options ...kgo.Opt) *kgo.Client {
	options = append(options, kgo.SeedBrokers(strings.Split(bootstrap, ",")...))
	if os.Getenv("CLIENT_DEBUG") != "" {
		options = append(options, kgo.WithLogger(kgo.BasicLogger(os.Stderr, kgo.LogLevelDebug, nil)))
	}
	client, err := kgo.NewClient(options...)
	record.Check("client", err)
	return client
}

func produce(ctx context.Context, bootstrap, topic, codec string) {
	records := record.ReadAll()
	options := []kgo.Opt{kgo.ProducerBatchCompression(codecs[codec])}
	if len(records) > 0 && records[0].Partition >= 0 {
		options = append(options, kgo.RecordPartitioner(kgo.ManualPartitioner()))
	}
	client := connect(bootstrap, options...)
	defer client.Close()
	for _, r := range records {
		out := &kgo.Record{Topic: topic, Key: r.Key, Value: r.Value, Partition: r.Partition, Timestamp: time.UnixMilli(r.Timestamp)}
		for _, h := range r.Headers {
			out.Headers = append(out.Headers, kgo.RecordHeader{Key: h.Key, Value: h.Value})
		}
		client.Produce(ctx, out, func(_ *kgo.Record, err error) { record.Check("delivery", err) })
	}
	record.Check("flush", client.Flush(ctx))
}

func show(r *kgo.Record) {
	out := record.Record{Topic: r.Topic, Partition: r.Partition, Offset: r.Offset, Timestamp: r.Timestamp.UnixMilli(), Key: r.Key, Value: r.Value}
	for _, h := range r.Headers {
		out.Headers = append(out.Headers, record.Header{Key: h.Key, Value: h.Value})
	}
	out.Print()
}

// consume ends after count records with what it has printed committed, and nothing more.
func consume(ctx context.Context, bootstrap, topic, group string, count int, strategy string, forever bool) {
	options := []kgo.Opt{
		kgo.ConsumeTopics(topic), kgo.ConsumerGroup(group), kgo.Balancers(balancers[strategy]), kgo.DisableAutoCommit(),
		kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()), kgo.HeartbeatInterval(200 * time.Millisecond), kgo.BlockRebalanceOnPoll(),
	}
	client := connect(bootstrap, options...)
	defer client.Close()
	for count > 0 {
		fetches := client.PollRecords(ctx, min(count, 100))
		if ctx.Err() != nil {
			break
		}
		fetches.EachError(func(topic string, partition int32, err error) {
			record.Fail(fmt.Sprintf("fetch of %s[%d]", topic, partition), err)
		})
		fetches.EachRecord(show)
		if !forever {
			count -= fetches.NumRecords()
		}
		record.Check("commit", client.CommitRecords(context.Background(), fetches.Records()...))
		client.AllowRebalance()
	}
	client.AllowRebalance() // the poll that was cut short holds rebalances up, and leaving with them
	client.LeaveGroup()
}

func admin(ctx context.Context, client *kadm.Client, action string, arguments []string) {
	switch action {
	case "create":
		partitions, _ := strconv.Atoi(arguments[1])
		_, err := client.CreateTopic(ctx, int32(partitions), 1, nil, arguments[0])
		record.Check("create", err)
	case "delete":
		answers, err := client.DeleteTopics(ctx, arguments[0])
		record.Check("delete", err)
		record.Check("delete", answers.Error())
	case "topics":
		topics, err := client.ListTopics(ctx)
		record.Check("topics", err)
		fmt.Println(strings.Join(topics.Names(), "\n"))
	case "groups":
		groups, err := client.ListGroups(ctx)
		record.Check("groups", err)
		fmt.Println(strings.Join(groups.Groups(), "\n"))
	case "describe":
		groups, err := client.DescribeGroups(ctx, arguments[0])
		record.Check("describe", err)
		record.Check("describe", groups.Error())
		fmt.Println(groups[arguments[0]].State, len(groups[arguments[0]].Members))
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
		consume(ctx, bootstrap, arguments[0], arguments[1], count, "cooperative-sticky", false)
	case "member":
		consume(ctx, bootstrap, arguments[0], arguments[1], 1, arguments[2], true)
	default:
		client := connect(bootstrap)
		defer client.Close()
		admin(ctx, kadm.NewClient(client), action, arguments)
	}
}
