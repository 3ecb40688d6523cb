// Qdrant's own client for JavaScript.
import { readFileSync } from "node:fs";
import { QdrantClient } from "@qdrant/js-client-rest";

const here = JSON.parse(readFileSync(0, "utf8"));
const name = here.collection;
const documents = ["the thermostat is broken", "a refund for the thermostat", "the invoice came twice", "how do I reset it"];
const statuses = ["open", "closed", "open", "new"];
const vectors = [[1, 0, 0], [0.8, 0.6, 0], [0, 1, 0], [0, 0, 1]];
const points = vectors.map((vector, n) => ({ id: n + 1, vector, payload: { status: statuses[n], n, document: documents[n] } }));
const open = { must: [{ key: "status", match: { value: "open" } }] };
let client;

const cases = {
  start: async () => {
    client = new QdrantClient({ url: here.url, apiKey: here.token || undefined, checkCompatibility: true });
    return (await client.collectionExists(name)).exists;
  },
  creates: () => client.createCollection(name, { vectors: { size: 3, distance: "Cosine" } }),
  indexes: async () => (await client.createPayloadIndex(name, { field_name: "status", field_schema: "keyword", wait: true })).status,
  adds: async () => (await client.upsert(name, { wait: true, points })).status,
  counts: async () => (await client.count(name, { filter: open, exact: true })).count,
  describes: async () => (await client.getCollection(name)).config.params.vectors.size,
  scrolls: async () => (await client.scroll(name, { limit: 3 })).points.map((one) => [one.id, one.payload]),
  retrieves: async () => (await client.retrieve(name, { ids: [1, 3], with_payload: true })).map((one) => one.payload),
  queries: async () => (await client.query(name, { query: vectors[0], limit: 2 })).points.map((one) => [one.id, one.score]),
  searches: async () => (await client.search(name, { vector: vectors[0], limit: 2, filter: open })).map((one) => one.id),
  recommends: async () => (await client.recommend(name, { positive: [1], limit: 1 })).map((one) => one.id),
  groups: async () => (await client.queryGroups(name, { query: vectors[0], group_by: "status", limit: 3, group_size: 1 })).groups.map((one) => one.id),
  facets: async () => (await client.facet(name, { key: "status" })).hits,
  sets_payload: async () => (await client.setPayload(name, { wait: true, payload: { status: "reopened" }, points: [2] })).status,
  deletes_by_filter: async () => (await client.delete(name, { wait: true, filter: open })).status,
  deletes_by_id: async () => {
    await client.delete(name, { wait: true, points: [4] });
    return (await client.count(name)).count;
  },
  lists: async () => (await client.getCollections()).collections.some((one) => one.name === name),
  misses: () => client.getCollection(name + "-not-there"),
  drops: () => client.deleteCollection(name),
  asks_for_all: async () => (await client.scroll(name, { limit: 1000 })).points,
  asks_by_what_is_masked: () => client.count(name, { filter: { must: [{ key: "salary", range: { gt: 5000 } }] } }),
  asks_for_vectors: async () => (await client.query(name, { query: vectors[0], limit: 2, with_vector: true })).points,
  writes: () => client.upsert(name, { wait: true, points: points.slice(0, 1) }),
  deletes_what_waits: () => client.delete(name, { wait: true, filter: open }),
};
const parts = {
  works: ["start", "creates", "indexes", "adds", "counts", "describes", "scrolls", "retrieves", "queries", "searches", "recommends",
    "groups", "facets", "sets_payload", "deletes_by_filter", "deletes_by_id", "lists", "misses", "drops"],
  limited: ["start", "counts", "queries", "asks_for_all", "asks_by_what_is_masked", "asks_for_vectors", "writes", "deletes_what_waits"],
};

const rounded = (_, value) => (typeof value === "number" ? Math.round(value * 1e4) / 1e4 : value);
const gave = {};
for (const one of parts[process.argv[2]]) {
  try {
    gave[one] = { gave: (await cases[one]()) ?? null };
  } catch (e) {
    // Its message is the status text; what was said stands in its data.
    gave[one] = { said: `${e.constructor.name}: ${e.message} ${JSON.stringify(e.data ?? "", (key, value) => (key === "time" ? undefined : value))}` };
  }
}
console.log(JSON.stringify(gave, rounded));
