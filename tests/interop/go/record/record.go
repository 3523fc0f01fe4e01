// Package record reads and prints records as lines of JSON, in the envelope of `barnabas consume -J`.
package record

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"sync"
)

type Header struct {
	Key   string
	Value []byte
}

// Record has a nil Key or Value where Kafka's is null.
type Record struct {
	Topic     string
	Partition int32 // -1: the client chooses
	Offset    int64
	Timestamp int64 // milliseconds
	Key       []byte
	Value     []byte
	Headers   []Header
}

type line struct {
	Topic     string    `json:"topic,omitempty"`
	Partition *int32    `json:"partition,omitempty"`
	Offset    int64     `json:"offset"`
	Timestamp int64     `json:"ts"`
	Headers   []*string `json:"headers,omitempty"`
	Key       *string   `json:"key"`
	Payload   *string   `json:"payload"`
}

func bytesOf(text *string) []byte {
	if text == nil {
		return nil
	}
	return []byte(*text)
}

func textOf(bytes []byte) *string {
	if bytes == nil {
		return nil
	}
	text := string(bytes)
	return &text
}

// ReadAll reads standard input to its end.
func ReadAll() []Record {
	var records []Record
	input := bufio.NewScanner(os.Stdin)
	input.Buffer(nil, 64<<20)
	for input.Scan() {
		var l line
		if err := json.Unmarshal(input.Bytes(), &l); err != nil {
			Fail("a line of input", err)
		}
		r := Record{Partition: -1, Timestamp: l.Timestamp, Key: bytesOf(l.Key), Value: bytesOf(l.Payload)}
		if l.Partition != nil {
			r.Partition = *l.Partition
		}
		for i := 0; i+1 < len(l.Headers); i += 2 {
			r.Headers = append(r.Headers, Header{*l.Headers[i], bytesOf(l.Headers[i+1])})
		}
		records = append(records, r)
	}
	return records
}

var printing sync.Mutex

// Print writes one line at once, so that a reader of the output never waits for it.
func (r Record) Print() {
	l := line{Topic: r.Topic, Partition: &r.Partition, Offset: r.Offset, Timestamp: r.Timestamp, Key: textOf(r.Key), Payload: textOf(r.Value)}
	for _, h := range r.Headers {
		key := h.Key
		l.Headers = append(l.Headers, &key, textOf(h.Value))
	}
	text, err := json.Marshal(l)
	Check("printing a record", err)
	printing.Lock()
	defer printing.Unlock()
	fmt.Println(string(text))
}

func Fail(what string, err error) {
	fmt.Fprintf(os.Stderr, "%s: %v\n", what, err)
	os.Exit(1)
}

func Check(what string, err error) {
	if err != nil {
		Fail(what, err)
	}
}
