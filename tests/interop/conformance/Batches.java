import java.io.*;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.*;
import org.apache.kafka.common.compress.*;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.message.LeaderChangeMessage;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.record.internal.*;

/**
 * Kafka's record batches, driven line by line.
 *
 * <pre>
 *   Batches generate SEED            batches of every kind, codec and level, written by Kafka
 *   Batches check &lt; batch lines      reads what we wrote
 * </pre>
 *
 * A batch line is NAME, BYTES, TEXT, separated by tabs. The text says what is in the bytes: for
 * each batch its header, for each record offset, timestamp, key, value and headers; bytes in
 * hexadecimal digits, null as "~".
 */
final class Batches {
  private static final HexFormat hex = HexFormat.of();

  private static String text(ByteBuffer bytes) {
    if (bytes == null) return "~";
    byte[] copy = new byte[bytes.remaining()];
    bytes.duplicate().get(copy);
    return hex.formatHex(copy);
  }

  static String describe(byte[] bytes) {
    StringBuilder out = new StringBuilder();
    MemoryRecords records = MemoryRecords.readableRecords(ByteBuffer.wrap(bytes));
    for (RecordBatch batch : records.batches()) {
      batch.ensureValid();
      out.append("batch magic=").append(batch.magic()).append(" last=").append(batch.lastOffset());
      if (batch.magic() >= 2) {
        out.append(" base=").append(batch.baseOffset());
        out.append(" epoch=").append(batch.partitionLeaderEpoch());
        out.append(" producer=").append(batch.producerId()).append('/').append(batch.producerEpoch()).append('/').append(batch.baseSequence());
        out.append(" transactional=").append(batch.isTransactional());
        out.append(" control=").append(batch.isControlBatch());
        out.append(" append-time=").append(batch.timestampType() == TimestampType.LOG_APPEND_TIME);
        out.append(" max=").append(batch.maxTimestamp());
      }
      out.append(';');
      for (org.apache.kafka.common.record.internal.Record record : batch) {
        record.ensureValid();
        out.append(record.offset()).append(' ').append(record.timestamp()).append(' ');
        out.append(text(record.key())).append(' ').append(text(record.value()));
        for (Header header : record.headers()) {
          out.append(' ').append(hex.formatHex(header.key().getBytes(StandardCharsets.UTF_8))).append('=');
          out.append(text(header.value() == null ? null : ByteBuffer.wrap(header.value())));
        }
        out.append(';');
      }
    }
    return out.toString();
  }

  private static void print(PrintStream out, String name, MemoryRecords records) {
    ByteBuffer buffer = records.buffer().duplicate();
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(bytes);
    out.println(name + "\t" + hex.formatHex(bytes) + "\t" + describe(bytes));
  }

  private static byte[] bytes(Random random, int limit) {
    if (random.nextInt(5) == 0) return null;
    byte[] value = new byte[random.nextInt(limit)];
    for (int i = 0; i < value.length; ++i) value[i] = (byte) ('a' + random.nextInt(4));
    return value;
  }

  private static SimpleRecord[] records(Random random, int count, boolean headers, boolean times) {
    SimpleRecord[] all = new SimpleRecord[count];
    long time = 1700000000000L;
    for (int i = 0; i < count; ++i) {
      List<Header> list = new ArrayList<>();
      for (int h = headers ? random.nextInt(3) : 0; h > 0; --h) list.add(new RecordHeader("h\u00e4" + h, bytes(random, 4)));
      time += random.nextInt(2000) - 500;
      all[i] = new SimpleRecord(times ? time : RecordBatch.NO_TIMESTAMP, bytes(random, 12), bytes(random, 60), list.toArray(new Header[0]));
    }
    return all;
  }

  private static Map<String, Compression> compressions() {
    Map<String, Compression> all = new LinkedHashMap<>();
    all.put("none", Compression.NONE);
    all.put("snappy", Compression.snappy().build());
    for (int level = 1; level <= 9; ++level) all.put("gzip:" + level, Compression.gzip().level(level).build());
    for (int level = 1; level <= 17; ++level) all.put("lz4:" + level, Compression.lz4().level(level).build());
    for (int level = -7; level <= 22; ++level) all.put("zstd:" + level, Compression.zstd().level(level).build());
    all.put("zstd:-131072", Compression.zstd().level(-131072).build());
    return all;
  }

  private static void generate(PrintStream out, long seed) {
    Random random = new Random(seed);
    for (Map.Entry<String, Compression> each : compressions().entrySet()) {
      int count = 1 + random.nextInt(12);
      print(out, "v2 " + each.getKey(), MemoryRecords.withRecords((byte) 2, random.nextInt(1000), each.getValue(), TimestampType.CREATE_TIME, records(random, count, true, true)));
    }
    Compression none = Compression.NONE;
    Compression lz4 = Compression.lz4().build();
    print(out, "v2 append time", MemoryRecords.withRecords((byte) 2, 5, none, TimestampType.LOG_APPEND_TIME, records(random, 3, true, true)));
    print(out, "v2 idempotent", MemoryRecords.withIdempotentRecords((byte) 2, 7, lz4, 4711, (short) 3, 2147483646, 9, records(random, 4, true, true)));
    print(out, "v2 transactional", MemoryRecords.withTransactionalRecords((byte) 2, 1L << 40, none, Long.MAX_VALUE, Short.MAX_VALUE, 0, Integer.MAX_VALUE, records(random, 2, true, true)));
    for (ControlRecordType type : List.of(ControlRecordType.COMMIT, ControlRecordType.ABORT)) {
      print(out, "control " + type, MemoryRecords.withEndTransactionMarker(11, 1700000000000L, 2, 4711, (short) 3, new EndTransactionMarker(type, 17)));
    }
    print(out, "control leader change", MemoryRecords.withLeaderChangeMessage(3, 1700000000000L, 4, ByteBuffer.allocate(256), new LeaderChangeMessage().setLeaderId(1)));
    for (byte magic = 0; magic < 2; ++magic) {
      for (String codec : List.of("none", "gzip", "snappy", "lz4")) {
        print(out, "v" + magic + " " + codec, MemoryRecords.withRecords(magic, 40, Compression.of(codec).build(), TimestampType.CREATE_TIME, records(random, 5, false, magic == 1)));
      }
    }
    print(out, "v1 append time", MemoryRecords.withRecords((byte) 1, 40, Compression.gzip().build(), TimestampType.LOG_APPEND_TIME, records(random, 3, false, true)));
  }

  private static int check(BufferedReader in, PrintStream out) throws Exception {
    int count = 0;
    int wrong = 0;
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      ++count;
      String[] words = line.split("\t", -1);
      String found;
      try {
        found = describe(hex.parseHex(words[1]));
      } catch (RuntimeException refused) {
        found = refused.toString();
      }
      if (found.equals(words[2])) continue;
      if (++wrong <= 20) out.println(words[0] + "\n  with us    " + words[2] + "\n  with Kafka " + found + "\n  " + words[1]);
    }
    out.println(count + " batches of ours read by Kafka: " + wrong + " differ");
    return wrong == 0 && count > 0 ? 0 : 1;
  }

  public static void main(String[] arguments) throws Exception {
    PrintStream out = new PrintStream(new BufferedOutputStream(new FileOutputStream(FileDescriptor.out)), false, "UTF-8");
    int status = 0;
    if (arguments[0].equals("generate")) {
      generate(out, Long.parseLong(arguments[1]));
    } else {
      status = check(new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)), out);
    }
    out.flush();
    System.exit(status);
  }
}
