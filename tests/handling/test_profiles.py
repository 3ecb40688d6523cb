"""The profile that a rule names shows and stores; where it names none, everything is masked, and stored as it came."""

from dataclasses import replace

import pytest

from support.fakes.gates import ALLOW, FakeGate, FakePart
from vecgate.domain.decision import Inputs
from vecgate.domain.profiles import MaskProfile
from vecgate.handling.profiles import readers, shown_profile, stored_profile
from vecgate.masking.apply.masker import RECORD_PROFILE
from vecgate.refusals.errors import MaskFailed

STANDARD = MaskProfile("standard")


class Policies:
    """Two rules with a mask, one without, and one profile."""

    rules = tuple(FakePart(masks=masks) for masks in (("standard",), (), ("standard",)))

    def profile(self, name: str) -> MaskProfile:
        if name != "standard":
            raise MaskFailed("gone")
        return STANDARD


def test_a_rule_without_a_mask_masks_everything() -> None:
    assert shown_profile(Policies(), ALLOW) is RECORD_PROFILE  # type: ignore[arg-type]
    assert shown_profile(Policies(), replace(ALLOW, mask="standard")) is STANDARD  # type: ignore[arg-type]


def test_what_is_stored_is_cleaned_by_a_profile_only_where_a_rule_names_one() -> None:
    assert stored_profile(Policies(), ALLOW) is None  # type: ignore[arg-type]
    named = replace(ALLOW, inputs=Inputs(payload="mask", profile="standard"))
    assert stored_profile(Policies(), named) is STANDARD  # type: ignore[arg-type]
    with pytest.raises(MaskFailed):
        stored_profile(Policies(), replace(ALLOW, inputs=Inputs(payload="mask", profile="gone")))  # type: ignore[arg-type]


@pytest.mark.parametrize(("policies", "found"), [(None, []), (Policies(), [RECORD_PROFILE, STANDARD])])
def test_each_profile_that_somebody_reads_with_is_there_once(
    policies: Policies | None, found: list[MaskProfile]
) -> None:
    gate = FakeGate(policies=FakePart(loaded=policies))
    assert sorted(readers(gate), key=lambda one: one.name) == sorted(found, key=lambda one: one.name)  # type: ignore[arg-type]
