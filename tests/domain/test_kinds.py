"""The kinds of operation, and their groups."""

from vecgate.domain.kinds import OPERATION_KINDS, UNMASK


def test_a_rename_is_a_kind_of_its_own_beside_other_changes() -> None:
    assert (OPERATION_KINDS["collection_rename"], OPERATION_KINDS["collection_alter"]) == ("schema", "schema")


def test_what_opens_tokens_is_in_a_group_of_its_own() -> None:
    assert [kind for kind, group in OPERATION_KINDS.items() if group == OPERATION_KINDS[UNMASK]] == [UNMASK]
