// OpenSearch's own client for JavaScript.
import { readFileSync } from "node:fs";
import { Client } from "@opensearch-project/opensearch";

const here = JSON.parse(readFileSync(0, "utf8"));
const index = here.collection;
const docs = [1, 2, 3, 4].map((n) => ({ id: `r${n}`, vec: [n, 1], status: n % 2 ? "open" : "shut", n }));
let client;

const cases = {
  start: async () => {
    const ssl = here.ca ? { ca: readFileSync(here.ca) } : undefined;
    const headers = here.token ? { authorization: `Bearer ${here.token}` } : {};
    client = new Client({ node: here.url, headers, ssl });
    return [(await client.indices.exists({ index })).body, (await client.info()).body.version.distribution];
  },
  makes: async () => {
    const vec = { type: "knn_vector", dimension: 2, method: { name: "hnsw", engine: "lucene", space_type: "l2" } };
    const body = { settings: { index: { knn: true } }, mappings: { properties: { vec, status: { type: "keyword" } } } };
    return (await client.indices.create({ index, body })).body.acknowledged;
  },
  writes: async () => {
    const body = docs.flatMap(({ id, ...doc }) => [{ index: { _index: index, _id: id } }, doc]);
    return (await client.bulk({ refresh: true, body })).body.errors;
  },
  searches: async () => {
    const body = { size: 2, query: { knn: { vec: { vector: [5, 1], k: 2 } } } };
    return (await client.search({ index, body })).body.hits.hits.map((one) => [one._id, one._score, one._source.n]);
  },
  scrolls: async () => {
    const found = [];
    for await (const page of client.helpers.scrollSearch({ index, body: { size: 1, sort: ["n"] } })) found.push(...page.documents.map((one) => one.n));
    return found;
  },
  pages: async () => {
    const opened = await client.createPit({ index, keep_alive: "1m" });
    const pit = { id: opened.body.pit_id, keep_alive: "1m" };
    const found = (await client.search({ body: { size: 3, sort: [{ n: "asc" }], pit } })).body;
    const closed = await client.deletePit({ body: { pit_id: [found.pit_id] } });
    return [found.hits.hits.map((one) => one._id), closed.body.pits[0].successful];
  },
  reads: async () => [(await client.get({ index, id: "r1" })).body._source.n, (await client.exists({ index, id: "r9" })).body],
  counts: async () => (await client.count({ index, body: { query: { term: { status: "open" } } } })).body.count,
  misses: () => client.get({ index, id: "r9" }),
  deletes: async () => (await client.delete({ index, id: "r1", refresh: true })).body.result,
  drops: async () => (await client.indices.delete({ index })).body.acknowledged,
  asks_for_too_many: async () => (await client.search({ index, body: { size: 50 } })).body.hits.total,
  asks_elsewhere: async () => (await client.search({ index: "private" })).body.hits.total,
};
const parts = {
  all: ["start", "makes", "writes", "searches", "scrolls", "pages", "reads", "counts", "misses", "deletes", "drops"],
  little: ["start", "asks_for_too_many", "asks_elsewhere", "drops"],
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
