import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.*;
import com.fasterxml.jackson.core.JsonParser;
import java.io.*;
import java.lang.reflect.Method;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.*;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.protocol.*;
import org.apache.kafka.common.protocol.types.RawTaggedField;

/**
 * Kafka's generated message classes, driven line by line.
 *
 * <pre>
 *   Messages generate SEED ROUNDS &lt; "NAME VERSION" lines    random messages, written by Kafka
 *   Messages check &lt; message lines                          reads and writes again what we wrote
 * </pre>
 *
 * A message line is NAME, VERSION, KIND, BYTES, JSON, separated by tabs. KIND is "plain" for bytes
 * that an encoder must reproduce, "tags" for bytes with unknown tagged fields. The JSON has
 * snake_case names and bytes in hexadecimal digits; record data is left out of comparisons of
 * JSON, because Kafka's converter leaves it out.
 */
final class Messages {
  private static final ObjectMapper mapper =
      new ObjectMapper().configure(JsonParser.Feature.ALLOW_COMMENTS, true);
  private static final HexFormat hex = HexFormat.of();
  private static final String[][] packages = {
    {"org.apache.kafka.common.message.", "Data"},
    {"org.apache.kafka.common.message.", ""},
    {"org.apache.kafka.coordinator.group.generated.", ""},
    {"org.apache.kafka.coordinator.transaction.generated.", ""},
    {"org.apache.kafka.coordinator.share.generated.", ""},
  };

  /** One of Kafka's messages: its definition, its class and its JSON converter. */
  private static final class Type {
    final JsonNode definition;
    final Class<?> message;
    final Method fromJson;
    final Method toJson;
    final Map<String, JsonNode> structs = new HashMap<>();

    Type(String name) throws Exception {
      Class<?> found = null;
      for (String[] each : packages) {
        try {
          found = Class.forName(each[0] + name + each[1]);
          break;
        } catch (ClassNotFoundException absent) {
          continue;
        }
      }
      if (found == null) throw new IllegalArgumentException("Kafka has no message " + name);
      message = found;
      Class<?> converter = Class.forName(found.getName() + "JsonConverter");
      fromJson = converter.getMethod("read", JsonNode.class, short.class);
      toJson = converter.getMethod("write", found, short.class);
      InputStream json =
          Messages.class.getClassLoader().getResourceAsStream("common/message/" + name + ".json");
      definition = mapper.readTree(json);
      for (JsonNode each : definition.path("commonStructs")) {
        structs.put(each.get("name").asText(), each.get("fields"));
      }
    }

    /** A coordinator's key has its kind where others have their version. */
    short version(int ours) {
      return (short) (definition.get("type").asText().equals("coordinator-key") ? 0 : ours);
    }

    Message decode(byte[] bytes, short version) throws Exception {
      Message decoded = (Message) message.getConstructor().newInstance();
      ByteBuffer buffer = ByteBuffer.wrap(bytes);
      decoded.read(new ByteBufferAccessor(buffer), version);
      if (buffer.hasRemaining()) throw new IllegalStateException(buffer.remaining() + " bytes are left");
      return decoded;
    }

    JsonNode json(Message value, short version) throws Exception {
      return ours((JsonNode) toJson.invoke(null, value, version));
    }
  }

  private static final Map<String, Type> types = new HashMap<>();

  private static Type type(String name, int version) throws Exception {
    // With us the version of the key tells which of the two it is.
    if (name.startsWith("OffsetCommit") && name.matches("OffsetCommit(Key|Value)") && version == 0) {
      name = "Legacy" + name;
    }
    Type known = types.get(name);
    if (known == null) types.put(name, known = new Type(name));
    return known;
  }

  private static byte[] encode(Message value, short version) {
    ObjectSerializationCache cache = new ObjectSerializationCache();
    ByteBuffer buffer = ByteBuffer.allocate(value.size(cache, version));
    value.write(new ByteBufferAccessor(buffer), cache, version);
    return buffer.array();
  }

  private static String snake(String name) {
    return name.replaceAll("(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_")
        .toLowerCase(Locale.ROOT);
  }

  /** Kafka's JSON in our spelling. */
  private static JsonNode ours(JsonNode theirs) {
    if (theirs instanceof ObjectNode) {
      ObjectNode object = mapper.createObjectNode();
      theirs
          .fields()
          .forEachRemaining(
              each -> {
                String name = snake(each.getKey());
                if (!name.equals("records") && !name.equals("records_size_in_bytes")) {
                  object.set(name, ours(each.getValue()));
                }
              });
      return object;
    }
    if (theirs instanceof ArrayNode) {
      ArrayNode array = mapper.createArrayNode();
      theirs.forEach(each -> array.add(ours(each)));
      return array;
    }
    if (theirs instanceof BinaryNode) return new TextNode(hex.formatHex(((BinaryNode) theirs).binaryValue()));
    return theirs;
  }

  // --- random messages -------------------------------------------------------------------------

  private static final class Generator {
    final Random random;
    final Type type;
    final short version;

    Generator(Random random, Type type, short version) {
      this.random = random;
      this.type = type;
      this.version = version;
    }

    private boolean in(String range) {
      if (range == null || range.equals("none")) return false;
      if (range.endsWith("+")) return version >= Integer.parseInt(range.substring(0, range.length() - 1));
      String[] ends = range.split("-");
      return version >= Integer.parseInt(ends[0]) && version <= Integer.parseInt(ends[ends.length - 1]);
    }

    private static String text(JsonNode field, String name) {
      return field.hasNonNull(name) ? field.get(name).asText() : null;
    }

    ObjectNode struct(JsonNode fields) {
      ObjectNode object = mapper.createObjectNode();
      for (JsonNode field : fields) {
        String versions = text(field, "versions");
        String tagged = text(field, "taggedVersions");
        if (versions != null && !in(versions)) continue;
        if (tagged != null && (!in(tagged) || random.nextBoolean())) continue;
        String name = field.get("name").asText();
        String key = name.substring(0, 1).toLowerCase(Locale.ROOT) + name.substring(1);
        object.set(key, value(field));
      }
      return object;
    }

    private JsonNode value(JsonNode field) {
      if (in(text(field, "nullableVersions")) && random.nextInt(4) == 0) return NullNode.instance;
      String kind = field.get("type").asText();
      if (!kind.startsWith("[]")) return element(kind, field);
      ArrayNode array = mapper.createArrayNode();
      for (int count = random.nextInt(4); count > 0; --count) array.add(element(kind.substring(2), field));
      return array;
    }

    private JsonNode element(String kind, JsonNode field) {
      switch (kind) {
        case "bool":
          return BooleanNode.valueOf(random.nextBoolean());
        case "int8":
          return new IntNode((byte) number(Byte.MIN_VALUE, Byte.MAX_VALUE));
        case "int16":
          return new IntNode((short) number(Short.MIN_VALUE, Short.MAX_VALUE));
        case "uint16":
          return new IntNode((int) number(0, 65535));
        case "int32":
          return new IntNode((int) number(Integer.MIN_VALUE, Integer.MAX_VALUE));
        case "int64":
          return new LongNode(number(Long.MIN_VALUE, Long.MAX_VALUE));
        case "float64":
          return new DoubleNode(random.nextInt(4) == 0 ? Double.MAX_VALUE : random.nextGaussian() * 1e9);
        case "uuid":
          return new TextNode(
              random.nextInt(4) == 0 ? Uuid.ZERO_UUID.toString() : new Uuid(random.nextLong(), random.nextLong()).toString());
        case "string":
          return new TextNode(string());
        case "bytes":
        case "records":
          byte[] bytes = new byte[length()];
          random.nextBytes(bytes);
          return new BinaryNode(bytes);
        default:
          JsonNode fields = field.has("fields") ? field.get("fields") : type.structs.get(kind);
          return struct(fields);
      }
    }

    /** Small, extreme and any numbers. */
    private long number(long low, long high) {
      switch (random.nextInt(6)) {
        case 0:
          return low;
        case 1:
          return high;
        case 2:
          return low < 0 ? -1 : 0;
        case 3:
          return random.nextInt(100);
        default:
          return high == Long.MAX_VALUE ? random.nextLong() : low + Math.floorMod(random.nextLong(), high - low + 1);
      }
    }

    // Beyond 127 a compact length takes two bytes.
    private int length() {
      return random.nextInt(24) == 0 ? 126 + random.nextInt(8) : random.nextInt(9);
    }

    private String string() {
      String alphabet = "abcdefghijklmnopqrstuvwxyz-._:*\"\\\n\u0001\u00e4\u20ac";
      StringBuilder text = new StringBuilder();
      for (int count = length(); count > 0; --count) text.append(alphabet.charAt(random.nextInt(alphabet.length())));
      return text.toString();
    }
  }

  private static void print(PrintStream out, String name, int version, String kind, byte[] bytes, JsonNode json)
      throws IOException {
    out.println(name + "\t" + version + "\t" + kind + "\t" + hex.formatHex(bytes) + "\t" + mapper.writeValueAsString(json));
  }

  private static void generate(BufferedReader in, PrintStream out, long seed, int rounds) throws Exception {
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      String[] words = line.split("[ \t]");
      int number = Integer.parseInt(words[1]);
      Type type = type(words[0], number);
      short version = type.version(number);
      Random random = new Random(seed * 1000003 + line.hashCode());
      boolean flexible = new Generator(random, type, version).in(type.definition.get("flexibleVersions").asText());
      for (int round = 0; round < rounds; ++round) {
        JsonNode json = new Generator(random, type, version).struct(type.definition.get("fields"));
        Message message = (Message) type.fromJson.invoke(null, json, version);
        JsonNode shown = type.json(message, version);
        print(out, words[0], number, "plain", encode(message, version), shown);
        if (!flexible || round != 0) continue;
        message.unknownTaggedFields().add(new RawTaggedField(1000, new byte[0]));
        message.unknownTaggedFields().add(new RawTaggedField(1001, new byte[] {1, 2, 3}));
        print(out, words[0], number, "tags", encode(message, version), shown);
      }
    }
  }

  // --- checking --------------------------------------------------------------------------------

  /** What is wrong with `theirs` having been read from a message that we say is `ours`; null: nothing. */
  private static String differs(JsonNode ours, JsonNode theirs, String path) {
    if (theirs.isObject()) {
      if (!ours.isObject()) return path + ": " + ours + " with us, " + theirs + " with Kafka";
      for (Iterator<Map.Entry<String, JsonNode>> each = theirs.fields(); each.hasNext(); ) {
        Map.Entry<String, JsonNode> field = each.next();
        String name = path + "." + field.getKey();
        JsonNode our = ours.get(field.getKey());
        if (our == null) return name + ": we have no such field";
        String found = differs(our, field.getValue(), name);
        if (found != null) return found;
      }
      return null;
    }
    if (theirs.isArray()) {
      if (!ours.isArray() || ours.size() != theirs.size()) return path + ": " + ours + " with us, " + theirs + " with Kafka";
      for (int i = 0; i < theirs.size(); ++i) {
        String found = differs(ours.get(i), theirs.get(i), path + "[" + i + "]");
        if (found != null) return found;
      }
      return null;
    }
    boolean same =
        theirs.isFloatingPointNumber() || ours.isFloatingPointNumber()
            ? theirs.asDouble() == ours.asDouble()
            : theirs.asText().equals(ours.asText()) && theirs.isNull() == ours.isNull();
    return same ? null : path + ": " + ours + " with us, " + theirs + " with Kafka";
  }

  private static String problem(String[] words) throws Exception {
    int number = Integer.parseInt(words[1]);
    Type type = type(words[0], number);
    short version = type.version(number);
    byte[] bytes = hex.parseHex(words[3]);
    Message message;
    try {
      message = type.decode(bytes, version);
    } catch (RuntimeException refused) {
      return "Kafka cannot read it: " + refused;
    }
    String found = differs(mapper.readTree(words[4]), type.json(message, version), "message");
    if (found != null) return found;
    byte[] again = encode(message, version);
    return Arrays.equals(bytes, again) ? null : "Kafka writes " + hex.formatHex(again);
  }

  private static int check(BufferedReader in, PrintStream out) throws Exception {
    int count = 0;
    int wrong = 0;
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      ++count;
      String found = problem(line.split("\t", -1));
      if (found == null) continue;
      if (++wrong <= 40) out.println(line.split("\t")[0] + " version " + line.split("\t")[1] + ": " + found + "\n  " + line);
    }
    out.println(count + " messages of ours read by Kafka: " + wrong + " differ");
    return wrong == 0 && count > 0 ? 0 : 1;
  }

  public static void main(String[] arguments) throws Exception {
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    PrintStream out = new PrintStream(new BufferedOutputStream(new FileOutputStream(FileDescriptor.out)), false, "UTF-8");
    int status = 0;
    if (arguments[0].equals("generate")) {
      generate(in, out, Long.parseLong(arguments[1]), Integer.parseInt(arguments[2]));
    } else {
      status = check(in, out);
    }
    out.flush();
    System.exit(status);
  }
}
