// Milvus's own client for Node, over gRPC.
import { readFileSync } from "node:fs";
import { DataType, MilvusClient } from "@zilliz/milvus2-sdk-node";

const here = JSON.parse(readFileSync(0, "utf8"));
const collection_name = here.collection;
const near = [0.1, 0.2, 0.3, 0.4];
const tls = here.ca ? { rootCertPath: here.ca } : undefined;
const connect = (token) => new MilvusClient({ address: here.uri, token, tls, logLevel: "error", maxRetries: 1 });
const row = (id, tenant = "t1", more = {}) => ({ id, tenant, name: `n${id}`, vec: [id / 10, 0.2, 0.3, 0.4], ...more });
const done = (said) => {
  const status = said.status ?? said;
  if (status.error_code !== "Success") throw new Error(`${status.code}: ${status.reason}`);
  return said;
};
const ids = (rows) => rows.map((one) => Number(one.id)).sort((a, b) => a - b);
let client;

const cases = {
  starts: async () => {
    client = connect(here.token);
    await client.connectPromise;
    return (await client.getVersion()).version;
  },
  creates: async () => {
    const fields = [
      { name: "id", data_type: DataType.Int64, is_primary_key: true, autoID: false },
      { name: "tenant", data_type: DataType.VarChar, max_length: 64 },
      { name: "name", data_type: DataType.VarChar, max_length: 64 },
      { name: "vec", data_type: DataType.FloatVector, dim: 4 },
    ];
    const index_params = [{ field_name: "vec", index_type: "FLAT", metric_type: "COSINE" }];
    done(await client.createCollection({ collection_name, fields, enable_dynamic_field: true, index_params, consistency_level: "Strong" }));
    return (await client.hasCollection({ collection_name })).value;
  },
  describes: async () => done(await client.describeCollection({ collection_name })).schema.fields.map((one) => [one.name, one.data_type]),
  lists: async () => done(await client.showCollections()).data.some((one) => one.name === collection_name),
  describes_index: async () => done(await client.describeIndex({ collection_name })).index_descriptions.map((one) => one.field_name),
  inserts: async () => {
    const data = [row(1), row(2, "t1", { note: "mail eva@example.org" }), row(3), row(4, "t2"), row(5, "t2")];
    return Number(done(await client.insert({ collection_name, data })).insert_cnt);
  },
  queries: async () => ids(done(await client.query({ collection_name, filter: "id > 0", output_fields: ["name"], limit: 10 })).data),
  gets: async () => done(await client.get({ collection_name, ids: [2], output_fields: ["name"] })).data.map((one) => one.name),
  searches: async () => done(await client.search({ collection_name, data: near, limit: 2, filter: 'tenant == "t1"', output_fields: ["id", "name"] })).results.map((one) => [one.id, one.name, one.score]),
  searches_several: async () => done(await client.search({ collection_name, data: [near, near], limit: 1, output_fields: ["id", "name"] })).results.map((one) => one.map((hit) => hit.id)),
  searches_with_options: async () => done(await client.search({ collection_name, data: near, limit: 2, params: { nprobe: 8, radius: 0.5 }, output_fields: ["id"] })).results.map((one) => one.id),
  finds_none: async () => done(await client.query({ collection_name, filter: "id > 100", output_fields: ["*"], limit: 5 })).data,
  // It needs a token that only servers of 2.5 give.
  iterates_a_search: async () => {
    const found = [];
    const pages = await client.searchIterator({ collection_name, data: near, batchSize: 2, limit: 4, output_fields: ["id"] });
    for await (const page of pages) found.push(...page);
    return ids(found);
  },
  lists_databases: async () => done(await client.listDatabases({})).db_names,
  counts: async () => Number(done(await client.count({ collection_name })).data),
  upserts: async () => Number(done(await client.upsert({ collection_name, data: [{ ...row(1), name: "again" }] })).upsert_cnt),
  reads_what_was_written: async () => done(await client.get({ collection_name, ids: [1], output_fields: ["name"] })).data.map((one) => one.name),
  iterates: async () => {
    const pages = await client.queryIterator({ collection_name, batchSize: 2, expr: "id > 0", output_fields: ["id"] });
    const found = [];
    for await (const page of pages) found.push(...page);
    return ids(found);
  },
  deletes: async () => {
    done(await client.delete({ collection_name, ids: [5] }));
    done(await client.deleteEntities({ collection_name, expr: "id in [4]" }));
    return ids(done(await client.query({ collection_name, filter: "id >= 0", output_fields: ["id"], limit: 10 })).data);
  },
  drops: async () => {
    done(await client.releaseCollection({ collection_name }));
    done(await client.dropCollection({ collection_name }));
    return (await client.hasCollection({ collection_name })).value;
  },
  shows_masked: async () => done(await client.get({ collection_name, ids: [2], output_fields: ["id", "$meta"] })).data.map((one) => one.$meta.note),
  gets_anothers: async () => done(await client.get({ collection_name, ids: [4] })).data,
  inserts_for_another: async () => done(await client.insert({ collection_name, data: [row(12, "t2")] })),
  upserts_anothers: async () => done(await client.upsert({ collection_name, data: [row(4)] })),
  breaks_out: async () => done(await client.query({ collection_name, filter: "id < 0) or (id > 0", limit: 5 })),
  asks_for_too_many: async () => done(await client.query({ collection_name, filter: "id > 0", limit: 100 })),
  asks_for_vectors: async () => done(await client.query({ collection_name, filter: "id > 0", output_fields: ["vec"], limit: 5 })),
  looks_elsewhere: async () => done(await client.query({ collection_name: "elsewhere", filter: "id > 0", limit: 5 })),
  drops_it: async () => done(await client.dropCollection({ collection_name })),
  comes_with_a_bad_token: async () => {
    const other = connect("bad");
    await other.connectPromise;
    return done(await other.showCollections());
  },
};
const parts = {
  works: ["starts", "creates", "describes", "lists", "describes_index", "inserts", "queries", "gets", "searches", "searches_several",
    "searches_with_options", "finds_none", "iterates_a_search", "lists_databases", "counts", "upserts", "reads_what_was_written", "iterates", "deletes", "drops"],
  limited: ["starts", "describes", "queries", "gets", "searches", "searches_with_options", "lists_databases", "counts", "shows_masked", "gets_anothers", "iterates", "inserts_for_another",
    "upserts_anothers", "breaks_out", "asks_for_too_many", "asks_for_vectors", "looks_elsewhere", "drops_it", "comes_with_a_bad_token"],
};

const rounded = (_, value) => (typeof value === "bigint" ? Number(value) : typeof value === "number" ? Math.round(value * 1e4) / 1e4 : value);
const gave = {};
for (const one of parts[process.argv[2]]) {
  try {
    gave[one] = { gave: (await cases[one]()) ?? null };
  } catch (e) {
    gave[one] = { said: `${e.constructor.name}: ${e.message}` };
  }
}
console.log(JSON.stringify(gave, rounded));
process.exit(0);
