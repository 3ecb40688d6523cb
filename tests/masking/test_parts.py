"""All parts of masking use the same processes and keys; the key is the settings', or the workers' own."""

import pytest

from support.fakes.gates import Calls
from vecgate.domain.tenant import NOBODY
from vecgate.masking.apply.keys import LocalKeys, VaultKeys
from vecgate.masking.parts import MaskingParts
from vecgate.settings.masking import Masking


@pytest.mark.parametrize(("named", "kind"), [(None, LocalKeys), ("masking", VaultKeys)])
async def test_keys_are_those_that_the_settings_name_or_the_workers_own(named: str | None, kind: type) -> None:
    made = MaskingParts(Masking(key=named), None, Calls(), lambda _: None, b"k" * 32)  # type: ignore[arg-type]
    assert isinstance(made.keys, kind)
    if named is None:
        assert await made.nobodys_key() == await LocalKeys(b"k" * 32).of(NOBODY)
    await made.close()
