import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * Consumers of Apache Kafka's Java client, any number of them in one process, told what to do by lines of standard input:
 *
 *   start NAME FILE TOPIC KEY=VALUE...   a consumer with these properties; FILE receives "PARTITION OFFSET VALUE" lines
 *   stop NAME                            closes it, which commits; static members stay in the group
 *
 * Each command is answered with one line of standard output.
 */
public class GroupMembers {
    static final class Member extends Thread {
        final KafkaConsumer<String, String> consumer;
        final PrintWriter out;
        volatile boolean stopping;

        Member(Path file, String topic, Properties properties) throws Exception {
            consumer = new KafkaConsumer<>(properties, new StringDeserializer(), new StringDeserializer());
            out = new PrintWriter(Files.newBufferedWriter(file));
            consumer.subscribe(List.of(topic));
            setDaemon(true);
        }

        @Override
        public void run() {
            try {
                while (!stopping) {
                    for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofMillis(200))) {
                        out.println(record.partition() + " " + record.offset() + " " + record.value());
                    }
                    out.flush();
                }
            } catch (WakeupException woken) {
                // stop() wants its attention
            } catch (Exception problem) {
                System.err.println(getName() + ": " + problem);
            }
            consumer.close();
            out.close();
        }
    }

    public static void main(String[] arguments) throws Exception {
        Map<String, Member> members = new HashMap<>();
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in));
        System.out.println("ready");
        for (String line; (line = in.readLine()) != null; ) {
            String[] words = line.split(" ");
            if (words[0].equals("start")) {
                Properties properties = new Properties();
                properties.put("auto.offset.reset", "earliest");
                for (int i = 4; i < words.length; i++) {
                    String[] pair = words[i].split("=", 2);
                    properties.put(pair[0], pair[1]);
                }
                Member member = new Member(Path.of(words[2]), words[3], properties);
                member.setName(words[1]);
                members.put(words[1], member);
                member.start();
            } else if (words[0].equals("stop")) {
                Member member = members.remove(words[1]);
                member.stopping = true;
                member.consumer.wakeup();
                member.join();
            }
            System.out.println("done " + line);
        }
        for (Member member : members.values()) {
            member.stopping = true;
            member.consumer.wakeup();
        }
        for (Member member : members.values()) member.join();
    }
}
