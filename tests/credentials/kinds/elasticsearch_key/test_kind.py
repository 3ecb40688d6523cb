"""What may an API key of Elasticsearch do, for what was decided?"""

from typing import Any

import pytest

from vecgate.credentials.kinds.elasticsearch_key.kind import roles
from vecgate.domain.lease import Reach, Scope

COPY = "cluster:admin/snapshot/create"
READ = ["read", "view_index_metadata", "monitor"]


@pytest.mark.parametrize(
    ("scope", "cluster", "names", "privileges"),
    [
        (Scope(Reach.READ, ()), [], [], READ),
        (Scope(Reach.READ, ("people",)), [], ["people"], READ),
        (Scope(Reach.READ, ("a", "b")), [], ["a", "b"], READ),
        (Scope(Reach.WRITE, ("people",)), [], ["people"], [*READ, "write"]),
        (Scope(Reach.ADMIN, ("people",)), [], ["people"], ["all"]),
        (Scope(Reach.ADMIN, ("people",), kinds=frozenset({"snapshot_create"})), [COPY], ["people"], ["all"]),
        (Scope(Reach.READ), ["monitor"], ["*"], READ),
        (Scope(Reach.WRITE), ["monitor"], ["*"], [*READ, "write"]),
        (Scope(Reach.ADMIN), ["manage"], ["*"], ["all"]),
    ],
)
def test_a_role_gives_what_was_decided(scope: Scope, cluster: Any, names: Any, privileges: Any) -> None:
    assert roles(scope) == {
        "vecgate": {"cluster": cluster, "indices": [{"names": names, "privileges": privileges}]},
    }
