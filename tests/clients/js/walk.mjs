// Chroma's own client for JavaScript.
import { readFileSync } from "node:fs";
import { ChromaClient } from "chromadb";

const here = JSON.parse(readFileSync(0, "utf8"));
const ids = ["d0", "d1", "d2", "d3"];
const documents = ["the thermostat is broken", "a refund for the thermostat", "the invoice came twice", "how do I reset it"];
const metadatas = [{ status: "open", n: 0 }, { status: "closed", n: 1 }, { status: "open", n: 2 }, { status: "new", n: 3 }];
const embeddings = [[1, 0, 0], [0.8, 0.6, 0], [0, 1, 0], [0, 0, 1]];
let client, found;

const cases = {
  start: async () => {
    const headers = here.token ? { "X-Chroma-Token": here.token } : {};
    client = new ChromaClient({ host: here.host, port: here.port, ssl: here.ssl, headers });
    return (await client.heartbeat()) > 0;
  },
  opens: async () => {
    found = await client.getOrCreateCollection({ name: here.collection, embeddingFunction: null });
    return found.name;
  },
  adds: () => found.add({ ids, documents, metadatas, embeddings }),
  upserts: () => found.upsert({ ids: ["d3"], documents: [documents[3]], metadatas: [metadatas[3]], embeddings: [embeddings[3]] }),
  counts: () => found.count(),
  gets: async () => (await found.get({})).rows(),
  gets_where: async () => (await found.get({ where: { status: "open" } })).ids,
  queries: async () => (await found.query({ queryEmbeddings: [embeddings[0]], nResults: 2 })).ids,
  peeks: async () => (await found.peek({ limit: 2 })).ids,
  updates: async () => {
    await found.update({ ids: ["d1"], metadatas: [{ status: "reopened" }] });
    return (await found.get({ ids: ["d1"] })).metadatas;
  },
  modifies: async () => {
    await found.modify({ metadata: { team: "support" } });
    return (await client.getCollection({ name: here.collection, embeddingFunction: null })).metadata;
  },
  deletes_by_id: async () => {
    await found.delete({ ids: ["d0"] });
    return found.count();
  },
  deletes_by_filter: async () => {
    await found.delete({ where: { status: "reopened" } });
    return found.count();
  },
  lists: async () => (await client.listCollections()).some((one) => one.name === here.collection),
  drops: () => client.deleteCollection({ name: here.collection }),
  asks_for_all: async () => (await found.get({})).ids,
  asks_for_too_many: () => found.query({ queryEmbeddings: [embeddings[0]], nResults: 300 }),
  asks_by_what_is_masked: async () => (await found.get({ where: { salary: { $gt: 5000 } } })).ids,
  asks_for_vectors: () => found.query({ queryEmbeddings: [embeddings[0]], nResults: 2, include: ["embeddings"] }),
  writes: () => found.upsert({ ids: ["x"], documents: ["x"], embeddings: [[1, 0, 0]] }),
  deletes_what_waits: () => found.delete({ where: { status: "open" } }),
};
const parts = {
  works: ["start", "opens", "adds", "upserts", "counts", "gets", "gets_where", "queries", "peeks", "updates", "modifies",
    "deletes_by_id", "deletes_by_filter", "lists", "drops"],
  limited: ["start", "opens", "queries", "asks_for_all", "asks_for_too_many", "asks_by_what_is_masked", "asks_for_vectors", "writes", "deletes_what_waits"],
};

const rounded = (_, value) => (typeof value === "number" ? Math.round(value * 1e4) / 1e4 : value);
const gave = {};
for (const name of parts[process.argv[2]]) {
  try {
    gave[name] = { gave: (await cases[name]()) ?? null };
  } catch (e) {
    gave[name] = { said: `${e.constructor.name}: ${e.message}` };
  }
}
console.log(JSON.stringify(gave, rounded));
