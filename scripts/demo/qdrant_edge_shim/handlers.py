"""What does each call do? Handlers, made from what reads a body and what runs it."""

from collections.abc import Callable
from typing import Any

from demo.qdrant_edge_shim import collections, grouping, indexes, points, reading, service, snapshots
from demo.qdrant_edge_shim.call import Accepted, Call, file
from demo.qdrant_edge_shim.faults import Fault


def read(read: Callable[[Any], Callable[[Any], Any]]) -> Callable[[Call], Any]:
    """What a body asks of its collection."""

    def handle(call: Call) -> Any:
        run = call.read(read)
        return run(call.collection())

    return handle


def changes(read: Callable[[Any], Callable[..., Any]], *names: str) -> Callable[[Call], Any]:
    """What a body changes about its collection; `names` of the path are handed on, and whether the caller waits."""

    def handle(call: Call) -> Any:
        run = call.read(read)
        return run(call.collection(), *(call.params[name] for name in names), call.wait)

    return handle


def of(answer: Callable[[Any], Any]) -> Callable[[Call], Any]:
    return lambda call: answer(call.collection())


def always(value: Any) -> Callable[[Call], Any]:
    return lambda _: value


def search(read: Callable[[Any], Any], shown: Callable[[list[Any]], Any]) -> Callable[[Call], Any]:
    def handle(call: Call) -> Any:
        query = call.read(read)
        return shown(query.run(call.store, call.collection(*query.lookups())))

    return handle


def batch(read: Callable[[Any], list[Any]], shown: Callable[[list[Any]], Any]) -> Callable[[Call], Any]:
    def handle(call: Call) -> Any:
        queries = call.read(read)
        collection = call.collection(*(name for query in queries for name in query.lookups()))
        return [shown(query.run(call.store, collection)) for query in queries]

    return handle


def groups(read: Callable[[Any], Any]) -> Callable[[Call], Any]:
    def handle(call: Call) -> Any:
        grouped = call.read(read)
        more = [grouped.lookup[0]] if grouped.lookup else []
        return grouped.run(call.store, call.collection(*grouped.query.lookups(), *more))

    return handle


def older(read_one: Callable[..., Any]) -> Callable[[Call], Any]:
    return groups(lambda body: grouping.read_older(body, read_one))


def as_points(hits: list[Any]) -> Any:
    return {"points": hits}


def as_list(hits: list[Any]) -> Any:
    return hits


def pairs(call: Call) -> Any:
    ids, cells = read(grouping.matrix)(call)
    return {"pairs": [{"a": ids[row], "b": ids[column], "score": score} for row, column, score in cells]}


def offsets(call: Call) -> Any:
    ids, cells = read(grouping.matrix)(call)
    return {
        "offsets_row": [row for row, _, _ in cells],
        "offsets_col": [column for _, column, _ in cells],
        "scores": [score for _, _, score in cells],
        "ids": ids,
    }


def write(read: Callable[[Any], Any]) -> Callable[[Call], Any]:
    def handle(call: Call) -> Any:
        write = call.read(read)
        return points.apply(call.collection(), write, wait=call.wait)

    return handle


def writes(call: Call) -> Any:
    writes = call.read(points.batch)
    collection = call.collection()
    return [points.apply(collection, write, wait=call.wait) for write in writes]


# collections


def create(call: Call) -> Any:
    return call.read(collections.create)(call.store, call.name)


def exists(call: Call) -> Any:
    call.access.check("read", call.name)
    return {"exists": call.store.find(call.name) is not None}


def listed(call: Call) -> Any:
    return {"collections": [{"name": one.name} for one in call.store if call.access.sees(one.name)]}


def change_aliases(call: Call) -> Any:
    call.store.rename_aliases(call.read(collections.change_aliases))
    return True


def aliases(call: Call) -> Any:
    only = call.params.get("c")
    if only is not None:
        call.access.check("read", only)
    return collections.aliases(call.store, lambda _: call.access.level != "some", only)


def drop_index(call: Call) -> Any:
    return indexes.drop_index(call.collection(), call.params["f"], wait=call.wait)


def drop_vector(call: Call) -> Any:
    return collections.drop_vector(call.collection(), call.params["v"], wait=call.wait)


def optimizations(call: Call) -> Any:
    call.collection()
    return service.optimizations(call.query)


# files


def shard(answer: Callable[[Call], Any], missing: str = "shard {} not found") -> Callable[[Call], Any]:
    """The one local shard is number 0."""

    def handle(call: Call) -> Any:
        number = call.params["s"]
        if not number.isdigit():
            raise Fault(404, f'can not parse "{number}" to a u32', "text")
        call.collection()
        if number != "0":
            raise Fault.not_found(missing.format(number))
        return answer(call)

    return handle


def number(call: Call) -> str:
    return call.params.get("s", "")


def whose(call: Call) -> Any:
    return call.collection() if "c" in call.params else None


def list_snapshots(call: Call) -> Any:
    return snapshots.listed(call.store, whose(call), number(call))


def snapshot(call: Call) -> Any:
    made = snapshots.create(call.store, call.collection(), number(call))
    return made if call.query.get("wait") != "false" else Accepted()


def download(call: Call) -> Any:
    return file(snapshots.find(call.store, whose(call), call.params["n"], number(call)))


def remove(call: Call) -> Any:
    return snapshots.delete(call.store, whose(call), call.params["n"], number(call))


def streamed(call: Call) -> Any:
    name = snapshots.create(call.store, call.collection(), number(call))["name"]
    path = snapshots.find(call.store, call.collection(), name, number(call))
    sent = file(path)
    path.unlink()
    return sent


def recover(call: Call) -> Any:
    location, checksum = call.read(snapshots.recover)
    raw = snapshots.located(call.store, location, checksum, whose(call) if number(call) else None)
    snapshots.take_in(call.store, call.name, raw)
    return True


def upload(call: Call) -> Any:
    raw = call.uploaded()
    snapshots.check(raw, call.query.get("checksum", ""))
    snapshots.take_in(call.store, call.name, raw)
    return None if number(call) else True


def recover_from(call: Call) -> Any:
    """Another server's shard: this one asks nobody, and of itself there is nothing new."""
    peer = call.read(lambda body: reading.string(reading.need(reading.mapping(body), "peer_url")))
    call.collection()
    if peer.rstrip("/").endswith(":6333"):
        return False
    where = f"{peer}//collections/{call.name}/shards/{number(call)}/snapshot/partial/create"
    raise Fault(500, f"Service internal error: Http request error: error sending request for url ({where})")


# the server itself


def standalone(_: Call) -> Any:
    raise Fault.standalone()


def not_here(call: Call) -> Any:
    call.collection()
    raise Fault.standalone()


def audit(call: Call) -> Any:
    if call.read(reading.mapping).get("limit") == 0:
        raise Fault.invalid("limit", "value 0 invalid, must be from 1 to 10000")
    raise Fault.bad_request("Audit logging is not configured")


def quotas(call: Call) -> Any:
    most = call.read(reading.mapping).get("max_disk_usage_percent")
    if most is not None and not 1 <= most <= 100:
        raise Fault.invalid("max_disk_usage_percent", f"value {most} invalid, must be from 1 to 100")
    return True


def telemetry(call: Call) -> Any:
    if call.query.get("timeout") == "0":
        raise Fault.invalid("timeout", "value 0 invalid, must be 1 or larger", "query parameters")
    if not call.query.get("details_level", "0").isdigit():
        raise Fault(400, "Deserialize error in query parameters: invalid digit found in string")
    return service.telemetry(call.store, call.access)


def no_cluster_telemetry(_: Call) -> Any:
    raise Fault(500, "Service internal error: Could not get telemetry from cluster")
