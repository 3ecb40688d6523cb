"""Kinds have groups, and what is known by its id only is unnamed."""

from vecgate.domain.kinds import OPERATION_KINDS
from vecgate.domain.operation import Operation


def test_every_kind_has_a_group_and_none_is_named_like_a_group() -> None:
    groups = {Operation("d", "n", kind, 0).group for kind in OPERATION_KINDS}
    assert groups == {"read", "write", "delete", "schema", "destroy", "snapshot", "admin", "reveal", "egress"}
    assert not groups & set(OPERATION_KINDS)


def test_what_is_known_by_its_id_only_is_unnamed() -> None:
    assert not Operation("d", "n", "search", 1).unnamed
    assert Operation("d", "n", "search", 1, things=("uuid",)).unnamed
    assert not Operation("d", "n", "search", 1, collections=("crm",), things=("uuid",)).unnamed
