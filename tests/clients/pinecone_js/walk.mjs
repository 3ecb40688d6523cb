// Pinecone's own client for JavaScript.
import { readFileSync } from "node:fs";
import { Pinecone } from "@pinecone-database/pinecone";

const here = JSON.parse(readFileSync(0, "utf8"));
const name = here.collection;
const namespace = "t1";
const VECTORS = [[1, 0, 0], [0.8, 0.6, 0], [0, 1, 0], [0, 0, 1]];
const STATUS = ["open", "closed", "open", "new"];
const records = VECTORS.map((values, n) => ({ id: `d${n}`, values, metadata: { text: `text ${n}`, status: STATUS[n], n } }));
const near = { vector: VECTORS[0], topK: 2, includeMetadata: true };
const shown = (found) => found.matches.map((one) => [one.id, one.score, one.metadata]);
let client;
let index;

const cases = {
  start: async () => {
    client = new Pinecone({ apiKey: here.token || "none", controllerHostUrl: here.url });
  },
  lists_indexes: async () => (await client.listIndexes()).indexes.map((one) => one.name),
  opens: async () => {
    const { host } = await client.describeIndex(name);
    index = client.index({ host, namespace });
    return host.endsWith(`/idx/${name}`);
  },
  adds: () => index.upsert({ records }),
  queries: async () => shown(await index.query(near)),
  filters: async () => shown(await index.query({ ...near, topK: 3, filter: { status: { $eq: "open" } } })),
  fetches: async () => Object.entries((await index.fetch({ ids: ["d0", "d3"] })).records).map(([id, one]) => [id, one.metadata]),
  updates: async () => {
    await index.update({ id: "d1", metadata: { status: "open" } });
    return (await index.fetch({ ids: ["d1"] })).records.d1.metadata.status;
  },
  counts: async () => (await index.describeIndexStats()).namespaces[namespace].recordCount,
  lists_ids: async () => (await index.listPaginated({ prefix: "d" })).vectors.map((one) => one.id).sort(),
  deletes: async () => {
    await index.deleteMany({ ids: ["d3"] });
    return Object.keys((await index.fetch({ ids: ["d0", "d3"] })).records);
  },
  clears: async () => {
    await index.deleteAll();
    return Object.keys((await index.fetch({ ids: ["d0", "d1"] })).records);
  },
  asks_for_too_many: async () => shown(await index.query({ ...near, topK: 50 })),
  asks_by_what_is_masked: async () => shown(await index.query({ ...near, filter: { salary: { $gt: 3 } } })),
  asks_for_vectors: async () => (await index.query({ ...near, includeValues: true })).matches.length,
  looks_elsewhere: async () => shown(await index.query({ ...near, namespace: "t2" })),
  deletes_what_waits: () => index.deleteMany({ filter: { status: "open" } }),
};
const parts = {
  works: ["start", "lists_indexes", "opens", "adds", "queries", "filters", "fetches", "updates", "counts", "lists_ids", "deletes", "clears"],
  told: ["start", "opens", "queries", "fetches", "asks_for_too_many", "asks_by_what_is_masked", "asks_for_vectors", "looks_elsewhere", "adds", "deletes_what_waits"],
};

const rounded = (_, value) => (typeof value === "number" ? Math.round(value * 1e4) / 1e4 : value);
const gave = {};
for (const one of parts[process.argv[2]]) {
  try {
    gave[one] = { gave: (await cases[one]()) ?? null };
  } catch (e) {
    gave[one] = { said: `${e.constructor.name}: ${e.message}` };
  }
}
console.log(JSON.stringify(gave, rounded));
