// Milvus's own client for Node, over REST.
import { readFileSync } from "node:fs";
import { HttpClient } from "@zilliz/milvus2-sdk-node";

const here = JSON.parse(readFileSync(0, "utf8"));
const collectionName = here.collection;
const near = [0.1, 0.2, 0.3, 0.4];
const row = (id, tenant = "t1", more = {}) => ({ id, tenant, name: `n${id}`, vec: [id / 10, 0.2, 0.3, 0.4], ...more });
const done = (said) => {
  if (said.code !== 0) throw new Error(`${said.code}: ${said.message}`);
  return said.data;
};
const ids = (rows) => rows.map((one) => Number(one.id)).sort((a, b) => a - b);
let client;

const cases = {
  starts: async () => {
    client = new HttpClient({ endpoint: here.uri, token: here.token || "root:Milvus" });
    return done(await client.hasCollection({ collectionName })).has;
  },
  lists: async () => done(await client.listCollections({})).includes(collectionName),
  describes: async () => done(await client.describeCollection({ collectionName })).fields.map((one) => [one.name, one.type]),
  inserts: async () => done(await client.insert({ collectionName, data: [row(11), row(12, "t1", { note: "mail eva@example.org" })] })).insertCount,
  upserts: async () => done(await client.upsert({ collectionName, data: [{ ...row(11), name: "again" }] })).upsertCount,
  queries: async () => ids(done(await client.query({ collectionName, filter: "id > 0", outputFields: ["id", "name"], limit: 20 }))),
  filters: async () => ids(done(await client.query({ collectionName, filter: 'tenant == "t2"', outputFields: ["id"], limit: 20 }))),
  gets: async () => done(await client.get({ collectionName, id: [11], outputFields: ["id", "name"] })).map((one) => one.name),
  searches: async () => done(await client.search({ collectionName, data: [near], limit: 2, annsField: "vec", outputFields: ["id", "name"] })).map((one) => [Number(one.id), one.name]),
  shows_masked: async () => done(await client.get({ collectionName, id: [2], outputFields: ["id", "note"] })).map((one) => one.note),
  deletes: async () => {
    done(await client.delete({ collectionName, filter: "id in [12]" }));
    return ids(done(await client.query({ collectionName, filter: "id > 0", outputFields: ["id"], limit: 20 })));
  },
  drops: async () => done(await client.dropCollection({ collectionName })),
  breaks_out: async () => ids(done(await client.query({ collectionName, filter: 'id > 0) or (tenant == "t2"', outputFields: ["id"], limit: 20 }))),
  asks_for_too_many: async () => done(await client.search({ collectionName, data: [near], limit: 100, annsField: "vec" })).length,
  asks_for_vectors: async () => done(await client.query({ collectionName, filter: "id > 0", outputFields: ["vec"], limit: 5 })).length,
};
const parts = {
  works: ["starts", "lists", "describes", "inserts", "upserts", "queries", "filters", "gets", "searches", "deletes", "drops"],
  limited: ["starts", "queries", "filters", "gets", "searches", "shows_masked", "breaks_out", "asks_for_too_many", "asks_for_vectors", "drops"],
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
