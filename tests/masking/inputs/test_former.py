"""Maskers under the versions of the key that marks were made under before."""

from typing import Any

from support.fakes.inbound import EasyWorkers, OneKey, profile
from vecgate.domain.surface import Surface
from vecgate.masking.apply.keys import LocalKeys
from vecgate.masking.inputs.former import Former


async def test_a_key_that_never_was_another_has_none() -> None:
    workers: Any = EasyWorkers()
    assert await Former(workers, LocalKeys(b"k" * 32), None).maskers() == []


async def test_there_is_one_for_each_version_and_it_stays_the_same() -> None:
    class Keys:
        async def former(self) -> dict[int, OneKey]:
            return {2: OneKey(b"b" * 32), 1: OneKey(b"a" * 32)}

    workers: Any = EasyWorkers()
    keys: Any = Keys()
    former = Former(workers, keys, None)
    maskers = await former.maskers()
    marks = {(await masker.mask_tree("Ana Ruiz", Surface(), profile()))[0] for masker in maskers}
    assert len(marks) == 2
    assert [*await former.maskers()] == [*maskers]
