// Weaviate's own client for Node, which reads over gRPC and has no other way.
import { readFileSync } from "node:fs";
import weaviate, { ApiKey, Filters } from "weaviate-client";

const here = JSON.parse(readFileSync(0, "utf8"));
const EVA = "abc10000-0000-4000-8000-000000000005";
const id = (number) => `abc10000-0000-4000-8000-0000000${String(number).padStart(5, "0")}`;
const NEW = [id(20), id(21)];
const one = (uuid, more = {}) => ({ id: uuid, properties: { name: "New", tenant: "t1", ...more } });
const names = (found) => found.objects.map((each) => each.properties.name).sort();
const code = (message) => message.split(":")[0];
const connect = (token) =>
  weaviate.connectToCustom({
    httpHost: "localhost", httpPort: here.port, httpSecure: here.secure, grpcHost: "127.0.0.1", grpcPort: here.grpc_port,
    grpcSecure: true, authCredentials: new ApiKey(token), timeout: { init: 30 },
  });
// What a user sees of a stream that has ended: how many were written, and of the others which and why.
const streamed = (batch) => [
  Object.keys(batch.uuids()).length,
  Object.values(batch.objErrors()).map((each) => [each.object.id, code(each.message)]).sort(),
  Object.values(batch.refErrors()).map((each) => [each.reference.fromPropertyName, code(each.message)]),
];
// Its streams need what Node has from 22 on; without it they lose, before any server, what they are told.
Set.prototype.difference ??= function (other) {
  return new Set([...this].filter((each) => !other.has(each)));
};
let client, people;

const cases = {
  starts: async () => {
    client = await connect(here.token);
    people = client.collections.use(here.collection);
    return (await client.getMeta()).version;
  },
  creates: async () => {
    await client.collections.create({ name: "C_js", properties: [{ name: "name", dataType: "text" }] });
    return await client.collections.exists("C_js");
  },
  drops: async () => {
    await client.collections.delete("C_js");
    return await client.collections.exists("C_js");
  },
  fetches: async () => names(await people.query.fetchObjects({ limit: 10 })),
  fetches_properties: async () => (await people.query.fetchObjects({ limit: 1, returnProperties: ["name", "age", "vip"] })).objects[0].properties,
  types: async () => {
    const { age, name, vip, tags } = (await people.query.fetchObjects({ limit: 1 })).objects[0].properties;
    return [typeof age, typeof name, typeof vip, Array.isArray(tags)];
  },
  filters: async () => {
    const either = Filters.or(people.filter.byProperty("city").equal("Wien"), people.filter.byProperty("age").greaterThan(30));
    return names(await people.query.fetchObjects({ filters: either }));
  },
  by_id: async () => {
    const first = (await people.query.fetchObjects({ limit: 1, returnProperties: ["name"] })).objects[0];
    return (await people.query.fetchObjectById(first.uuid)).properties.name === first.properties.name;
  },
  // One's own; another's, which is not there any more than nobody's.
  exists: async () => {
    const mine = (await people.query.fetchObjects({ limit: 1 })).objects[0].uuid;
    return await Promise.all([mine, EVA, id(999)].map((uuid) => people.data.exists(uuid)));
  },
  nears: async () => {
    const found = await people.query.nearVector([0.5, 0.5, 0.0, 0.0], { limit: 2, returnMetadata: ["distance"] });
    return found.objects.map((each) => [each.properties.name, each.metadata.distance]);
  },
  mixes: async () => names(await people.query.hybrid("lamps", { vector: [0.5, 0.5, 0.0, 0.0], limit: 3 })),
  searches_words: async () => names(await people.query.bm25("lamps", { limit: 3 })),
  counts: async () => (await people.aggregate.overAll()).totalCount,
  groups: async () => (await people.aggregate.groupBy.overAll({ groupBy: "city" })).map((each) => String(each.groupedBy.value)).sort(),
  iterates: async () => {
    const found = [];
    for await (const each of people.iterator({ returnProperties: ["name"] })) {
      found.push(each.properties.name);
      if (found.length > 20) break;
    }
    return found.sort();
  },
  inserts: async () => await people.data.insert(one(NEW[0])),
  updates: async () => {
    await people.data.update({ id: NEW[0], properties: { name: "Newer" } });
    return names(await people.query.fetchObjects({ filters: people.filter.byId().equal(NEW[0]) }));
  },
  inserts_many: async () => {
    const found = await people.data.insertMany(NEW.map((uuid) => one(uuid)));
    return [Object.keys(found.uuids).length, found.hasErrors];
  },
  deletes_one: async () => await people.data.deleteById(NEW[1]),
  deletes: async () => {
    const found = await people.data.deleteMany(people.filter.byId().containsAny(NEW));
    return [found.matches, found.successful, found.failed];
  },
  inserts_over_theirs: async () => {
    const found = await people.data.insertMany([one(EVA, { name: "Stolen" })]);
    return [Object.keys(found.uuids).length, found.hasErrors];
  },
  inserts_for_another: async () => await people.data.insert(one(NEW[0], { tenant: "t2" })),
  deletes_theirs: async () => (await people.data.deleteMany(people.filter.byId().containsAny([EVA]))).matches,
  finds_theirs: async () => await people.query.fetchObjectById(EVA),
  starts_from_another: async () => names(await people.query.nearObject(EVA)),
  generates: async () => names(await people.generate.fetchObjects({ singlePrompt: "{name}" })),
  looks_elsewhere: async () => names(await client.collections.use("Company").query.fetchObjects()),
  drops_it: async () => await client.collections.delete(here.collection),
  comes_with_a_bad_token: async () => {
    const other = await connect("bad");
    return (await other.collections.use(here.collection).query.fetchObjects()).objects.length;
  },
  streams_one: async () => {
    const batch = await client.batch.stream();
    for (let n = 200; n < 450; n++) await batch.addObject({ collection: here.collection, ...one(id(n)) });
    await batch.stop();
    return streamed(batch);
  },
  streams_links: async () => {
    const batch = await client.batch.stream();
    for (const uuid of NEW) await batch.addObject({ collection: here.collection, ...one(uuid) });
    await batch.addReference({ fromObjectCollection: here.collection, fromObjectUuid: NEW[0], fromPropertyName: "knows", toObjectUuid: NEW[1] });
    await batch.stop();
    return streamed(batch);
  },
  // Nothing is lost in silence: who wrote over somebody else's object reads so.
  streams_over_theirs: async () => {
    const batch = await client.batch.stream();
    await batch.addObject({ collection: here.collection, ...one(EVA, { name: "Stolen", tenant: "t2" }) });
    await batch.stop();
    return streamed(batch);
  },
  ingests: async () => {
    const found = await people.data.ingest([0, 1, 2].map((n) => one(id(500 + n))));
    return [Object.keys(found.uuids).length, found.hasErrors];
  },
  ingests_over_theirs: async () => {
    const found = await people.data.ingest([one(EVA, { name: "Stolen", tenant: "t2" })]);
    return [Object.keys(found.uuids).length, found.hasErrors, Object.values(found.errors).map((each) => [each.object.id, code(each.message)])];
  },
  fetches_masked: async () => {
    const found = (await people.query.fetchObjects()).objects;
    return [found.length, found.some((each) => each.properties.email.includes("@")), found.some((each) => each.properties.name.includes("Anna"))];
  },
  asks_for_too_many: async () => (await people.query.fetchObjects({ limit: 7 })).objects.length,
  asks_for_vectors: async () => (await people.query.fetchObjects({ limit: 1, includeVector: true })).objects.length,
  filters_by_masked: async () => names(await people.query.fetchObjects({ filters: people.filter.byProperty("email").equal("x") })),
  sorts_by_masked: async () => names(await people.query.fetchObjects({ sort: people.sort.byProperty("email") })),
  writes: async () => await people.data.insertMany([one(NEW[0])]),
  deletes_all: async () => await people.data.deleteMany(people.filter.byProperty("city").equal("Wien")),
};
const parts = {
  works: ["starts", "creates", "fetches", "fetches_properties", "types", "filters", "by_id", "exists", "nears", "mixes", "searches_words", "counts", "groups",
    "iterates", "inserts", "updates", "deletes_one", "inserts_many", "deletes", "drops"],
  limited: ["starts", "fetches", "types", "by_id", "exists", "nears", "counts", "groups", "inserts_many", "deletes", "finds_theirs", "deletes_theirs",
    "inserts_over_theirs", "inserts_for_another", "mixes", "searches_words", "iterates", "starts_from_another", "generates",
    "looks_elsewhere", "drops_it", "comes_with_a_bad_token"],
  streams: ["starts", "streams_one", "streams_links", "streams_over_theirs", "ingests", "ingests_over_theirs"],
  reads: ["starts", "fetches_masked", "asks_for_too_many", "asks_for_vectors", "filters_by_masked", "sorts_by_masked", "mixes", "writes",
    "deletes_all", "drops_it"],
};

const gave = {};
for (const each of parts[process.argv[2]]) {
  try {
    gave[each] = { gave: (await cases[each]()) ?? null };
  } catch (e) {
    gave[each] = { said: `${e.constructor.name}: ${e.message}` };
  }
}
console.log(JSON.stringify(gave));
process.exit(0);
