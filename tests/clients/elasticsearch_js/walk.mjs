// Elasticsearch's own client for JavaScript.
import { readFileSync } from "node:fs";
import { Client } from "@elastic/elasticsearch";

const here = JSON.parse(readFileSync(0, "utf8"));
const index = here.collection;
const docs = [1, 2, 3, 4].map((n) => ({ id: `r${n}`, vec: [n, 1], status: n % 2 ? "open" : "shut", n }));
const knn = { field: "vec", query_vector: [5, 1], k: 2, num_candidates: 10 };
let client;

const cases = {
  start: async () => {
    const tls = here.ca ? { ca: readFileSync(here.ca) } : undefined;
    client = new Client({ node: here.url, auth: here.token ? { bearer: here.token } : undefined, tls });
    return [await client.ping(), await client.indices.exists({ index }), (await client.info()).tagline];
  },
  makes: async () => {
    const vec = { type: "dense_vector", dims: 2, similarity: "l2_norm", index_options: { type: "hnsw" } };
    return (await client.indices.create({ index, mappings: { properties: { vec, status: { type: "keyword" } } } })).acknowledged;
  },
  writes: async () => {
    const operations = docs.flatMap(({ id, ...doc }) => [{ index: { _index: index, _id: id } }, doc]);
    return (await client.bulk({ refresh: true, operations })).errors;
  },
  searches: async () => (await client.search({ index, knn, _source: ["n"] })).hits.hits.map((one) => [one._id, one._score, one._source]),
  scrolls: async () => {
    const found = [];
    for await (const page of client.helpers.scrollSearch({ index, size: 1, sort: ["n"] })) found.push(...page.documents.map((one) => one.n));
    return found;
  },
  scrolls_for_long: async () => (await client.search({ index, scroll: "1h" }))._scroll_id,
  reads: async () => [(await client.get({ index, id: "r1" }))._source.n, await client.exists({ index, id: "r9" })],
  counts: async () => (await client.count({ index, query: { term: { status: "open" } } })).count,
  misses: () => client.get({ index, id: "r9" }),
  deletes: async () => (await client.delete({ index, id: "r1", refresh: true })).result,
  drops: async () => (await client.indices.delete({ index })).acknowledged,
  asks_for_too_many: async () => (await client.search({ index, size: 50 })).hits.total,
};
const parts = {
  all: ["start", "makes", "writes", "searches", "scrolls", "reads", "counts", "misses", "deletes", "drops"],
  little: ["start", "asks_for_too_many", "scrolls_for_long", "drops"],
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
