"""Which methods are there, and which services never?"""

import pytest

from dialects.qdrant.grpc.recorded import spoken
from vecgate.dialects.qdrant.grpc.methods import BATCHES, TWINS
from vecgate.refusals.errors import CallRefused


def test_the_public_services_are_there_whole() -> None:
    """As many methods as the server's own descriptions have: Points 30, Collections 14, Snapshots 6, the server 1."""
    found: dict[str, int] = {}
    for one in TWINS:
        service = one.path.split("/")[1]
        found[service] = found.get(service, 0) + 1
    assert found == {"qdrant.Points": 30, "qdrant.Collections": 14, "qdrant.Snapshots": 6, "qdrant.Qdrant": 1}
    assert len({one.route.name for one in TWINS}) == len(TWINS)
    assert {"query_batch_points", "search_batch_points", "recommend_batch_points", "discover_batch_points"} == BATCHES


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/qdrant.StorageRead/ReadWhole", "route.refused"),
        ("/qdrant.PointsInternal/Delete", "route.refused"),
        ("/qdrant.CollectionsInternal/Get", "route.refused"),
        ("/qdrant.QdrantInternal/GetConsensusCommit", "route.refused"),
        ("/qdrant.Raft/Send", "route.refused"),
        ("/qdrant.ShardSnapshots/Recover", "route.refused"),
        ("/qdrant.points/Count", "route.unknown"),
        ("/grpc.reflection.v1.ServerReflection/ServerReflectionInfo", "route.unknown"),
    ],
)
def test_services_of_the_servers_own_are_never_let_through(path: str, code: str) -> None:
    with pytest.raises(CallRefused) as e:
        spoken().read(path, b"")
    assert e.value.refusal.code == code
