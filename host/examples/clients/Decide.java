import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * java Decide.java CASE: sends a case to a server and prints its decision.
 *
 * KOUJING_URL is the server, KOUJING_TOKEN the caller's token, if the server asks for one. Needs nothing but a JDK, 17 or
 * later.
 */
public final class Decide {
    private static final int TRIES = 5;

    private final HttpClient client = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
    private final URI decide;
    private final String token;

    Decide(String url, String token) {
        this.decide = URI.create(url + "/v1/decide");
        this.token = token;
    }

    /**
     * Returns the decision, byte for byte as the server made it: its receipt is over these bytes, so keep them, not what a
     * JSON library makes of them. A 429 or 503 is tried again when the server says so: deciding twice does no harm.
     */
    String decide(byte[] caseText) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(decide)
            .timeout(Duration.ofSeconds(10))
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofByteArray(caseText));
        if (!token.isEmpty()) {
            request.header("Authorization", "Bearer " + token);
        }
        for (int left = TRIES - 1; ; left--) {
            HttpResponse<String> answer = client.send(request.build(), BodyHandlers.ofString(StandardCharsets.UTF_8));
            int status = answer.statusCode();
            if (status == 200) {
                return answer.body();
            }
            if (status != 429 && status != 503 || left == 0) {
                throw new IOException(status + ": " + answer.body()); // a problem document: code is stable, detail for people
            }
            Thread.sleep(1000 * answer.headers().firstValueAsLong("Retry-After").orElse(1));
        }
    }

    public static void main(String[] args) throws Exception {
        if (args.length != 1) {
            System.err.println("usage: java Decide.java CASE");
            System.exit(2);
        }
        Decide server = new Decide(
            System.getenv().getOrDefault("KOUJING_URL", "http://127.0.0.1:8080"),
            System.getenv().getOrDefault("KOUJING_TOKEN", ""));
        String decision;
        try {
            decision = server.decide(Files.readAllBytes(Path.of(args[0])));
        } catch (IOException e) {
            System.err.println(e.getMessage());
            System.exit(1);
            return;
        }
        System.out.write((decision + "\n").getBytes(StandardCharsets.UTF_8)); // whatever the terminal's encoding
        System.out.flush();
        if (decision.startsWith("{\"status\":\"invalid\"")) { // the first member, always
            System.exit(3);
        }
    }
}
