import java.io.IOException;
import java.nio.file.*;
import java.util.*;
import java.util.function.*;
import org.elasticsearch.Build;
import org.elasticsearch.client.internal.node.NodeClient;
import org.elasticsearch.cluster.metadata.IndexNameExpressionResolver;
import org.elasticsearch.cluster.node.DiscoveryNodes;
import org.elasticsearch.common.io.stream.NamedWriteableRegistry;
import org.elasticsearch.common.logging.LogConfigurator;
import org.elasticsearch.common.settings.*;
import org.elasticsearch.env.Environment;
import org.elasticsearch.features.NodeFeature;
import org.elasticsearch.node.Node;
import org.elasticsearch.plugins.*;
import org.elasticsearch.rest.*;
import org.elasticsearch.xcontent.XContentBuilder;

/** A real single node for tests: EsNode HOME DATA HTTP_PORT TRANSPORT_PORT [key=value ...]. Loopback only. */
public class EsNode {
    public static void main(String[] a) throws Exception {
        LogConfigurator.configureESLogging();
        Path data = Path.of(a[1]).toAbsolutePath(), config = data.resolve("config");
        Files.createDirectories(config);
        Settings.Builder s = Settings.builder().put("path.home", Path.of(a[0]).toAbsolutePath().toString())
            .put("path.data", data.resolve("data").toString()).put("path.logs", data.resolve("logs").toString())
            .put("cluster.name", "test").put("node.name", "node-1").put("discovery.type", "single-node")
            .put("network.host", "127.0.0.1").put("http.port", a[2]).put("transport.port", a[3])
            .put("cluster.routing.allocation.disk.threshold_enabled", false);
        for (int i = 4; i < a.length; i++) s.put(a[i].split("=", 2)[0], a[i].split("=", 2)[1]);
        Environment env = new Environment(s.build(), config);
        PluginsLoader loader = PluginsLoader.createPluginsLoader(
            PluginsLoader.loadModulesBundles(env.modulesDir()), PluginsLoader.loadPluginsBundles(env.pluginsDir()), Map.of(), false);
        Node node = new Node(env, loader);
        node.start();
        System.out.println("started");
        Runtime.getRuntime().addShutdownHook(new Thread(() -> { try { node.close(); } catch (Exception e) { } }));
        Thread.currentThread().join();
    }

    /** The module that answers GET / is not published: a stand-in with what the reference says of its fields. */
    public static class Root extends Plugin implements ActionPlugin {
        @Override
        public Collection<RestHandler> getRestHandlers(Settings s, NamedWriteableRegistry r, RestController c, ClusterSettings cs,
            IndexScopedSettings is, SettingsFilter f, IndexNameExpressionResolver x, Supplier<DiscoveryNodes> d, Predicate<NodeFeature> p) {
            return List.of(new Hello());
        }
    }

    static class Hello extends BaseRestHandler {
        @Override
        public String getName() { return "root_stand_in"; }

        @Override
        public List<Route> routes() {
            return List.of(new Route(RestRequest.Method.GET, "/"), new Route(RestRequest.Method.HEAD, "/"));
        }

        @Override
        protected RestChannelConsumer prepareRequest(RestRequest request, NodeClient client) throws IOException {
            return channel -> {
                XContentBuilder b = channel.newBuilder();
                b.startObject().field("name", "node-1").field("cluster_name", "test").field("cluster_uuid", "AAAAAAAAAAAAAAAAAAAAAA");
                b.startObject("version").field("number", Build.current().version()).field("build_flavor", "default")
                    .field("build_type", "docker").field("build_hash", "0000000").field("build_date", "2025-10-01T00:00:00.000Z")
                    .field("build_snapshot", false).field("lucene_version", "9.12.2")
                    .field("minimum_wire_compatibility_version", "7.17.0").field("minimum_index_compatibility_version", "7.0.0").endObject();
                channel.sendResponse(new RestResponse(RestStatus.OK, b.field("tagline", "You Know, for Search").endObject()));
            };
        }
    }
}
