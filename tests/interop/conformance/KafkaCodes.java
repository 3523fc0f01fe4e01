import java.util.Comparator;
import java.util.stream.Stream;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;

/** Prints Kafka's error codes and API keys, one a line, for protocol_drift.py. */
final class KafkaCodes {
  public static void main(String[] arguments) {
    Stream.of(Errors.values())
        .sorted(Comparator.comparingInt(Errors::code))
        .forEach(
            error ->
                System.out.printf(
                    "error %d %s %b%n",
                    error.code(), error, error.exception() instanceof RetriableException));
    for (ApiKeys key : ApiKeys.values()) System.out.printf("key %d %s%n", key.id, key);
  }
}
