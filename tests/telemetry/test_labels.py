"""Whatever a client sends, its labels come out of closed lists."""

from dataclasses import replace
from typing import Any

import pytest

from support.fakes.gates import OPERATION, exchange
from vecgate.domain.kinds import OPERATION_KINDS
from vecgate.refusals.catalogue import CATALOGUE, Refusal, refuse
from vecgate.telemetry.labels import OWN_KIND, Labels, labels_of

NO = refuse("route.unknown")
ODD = Refusal("alice@example.com", 400, "", "")


@pytest.mark.parametrize(
    ("over", "gone", "expected"),
    [
        # nothing is known
        ({"upstream": None, "operation": None, "refusal": NO}, False, ("none", "none", "route.unknown")),
        ({"upstream": None, "operation": None}, True, ("none", "none", "unfinished")),
        # all is known
        ({}, False, ("tickets-db", "delete_filter", "ok")),
        ({"operation": replace(OPERATION, kind=OWN_KIND)}, False, ("tickets-db", "requests", "ok")),
        # the client left: what the gateway said before counts
        ({}, True, ("tickets-db", "delete_filter", "unfinished")),
        ({"refusal": NO}, True, ("tickets-db", "delete_filter", "route.unknown")),
        # words on no list are not repeated
        ({"operation": replace(OPERATION, kind="jane@example.com")}, False, ("tickets-db", "other", "ok")),
        ({"refusal": ODD}, False, ("tickets-db", "delete_filter", "other")),
    ],
)
def test_labels(over: dict[str, Any], gone: bool, expected: tuple[str, str, str]) -> None:
    assert labels_of(exchange(**over), gone=gone) == Labels(*expected)


def test_every_kind_and_every_refusal_has_its_own_label() -> None:
    kinds = {
        labels_of(exchange(operation=replace(OPERATION, kind=kind)), gone=False).operation for kind in OPERATION_KINDS
    }
    codes = {labels_of(exchange(refusal=Refusal(code, 400, "", "")), gone=False).outcome for code in CATALOGUE}
    assert kinds == set(OPERATION_KINDS)
    assert codes == set(CATALOGUE)
