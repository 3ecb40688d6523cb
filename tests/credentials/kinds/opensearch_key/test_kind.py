"""What may an API key of OpenSearch do, for what was decided?"""

from typing import Any

import pytest

from vecgate.credentials.kinds.opensearch_key.kind import permissions
from vecgate.domain.lease import Reach, Scope

ABOUT = ["indices:admin/get", "indices:admin/mappings/get", "indices:admin/aliases/get", "indices_monitor"]
BACK = "cluster:admin/snapshot/restore"
BULK = "indices:data/write/bulk"
ADMIN = ["cluster_monitor", "manage_snapshots", "cluster_manage_pipelines", "cluster_manage_index_templates"]


@pytest.mark.parametrize(
    ("scope", "cluster", "names", "actions"),
    [
        (Scope(Reach.READ, ()), ["cluster_composite_ops_ro"], [], ["read", *ABOUT]),
        (Scope(Reach.READ, ("people",)), ["cluster_composite_ops_ro"], ["people"], ["read", *ABOUT]),
        (Scope(Reach.WRITE, ("people",)), ["cluster_composite_ops_ro", BULK], ["people"], ["crud", *ABOUT]),
        (Scope(Reach.ADMIN, ("people",)), ["cluster_composite_ops"], ["people"], ["indices_all"]),
        (
            Scope(Reach.ADMIN, ("people",), kinds=frozenset({"snapshot_restore"})),
            ["cluster_composite_ops", BACK],
            ["people"],
            ["indices_all"],
        ),
        (Scope(Reach.READ), ["cluster_composite_ops_ro", "cluster_monitor"], ["*"], ["read", *ABOUT]),
        (Scope(Reach.ADMIN), ["cluster_composite_ops", *ADMIN], ["*"], ["indices_all"]),
    ],
)
def test_a_key_may_do_what_was_decided(scope: Scope, cluster: Any, names: Any, actions: Any) -> None:
    assert permissions(scope) == {
        "cluster_permissions": cluster,
        "index_permissions": [{"index_pattern": names, "allowed_actions": actions}],
    }
