"""Which parts make up masking? Processes that find, keys, what shows, and what is done with what goes in."""

from collections.abc import Awaitable, Callable

from vecgate.domain.principal import Secret
from vecgate.domain.tenant import NOBODY
from vecgate.masking.apply.keys import keys_for
from vecgate.masking.apply.masker import Masker
from vecgate.masking.apply.record_ids import RecordIds
from vecgate.masking.apply.shown import Shown
from vecgate.masking.apply.unmask import TokenOpener
from vecgate.masking.inputs.former import Former
from vecgate.masking.inputs.inbound import Inbound
from vecgate.masking.inputs.ingest import Ingest
from vecgate.masking.inputs.write_back import WriteBack
from vecgate.masking.pool.pool import Workers
from vecgate.settings.masking import Masking
from vecgate.vault.client import VaultClient


class MaskingParts:
    """All of them. `hash_key` is what values are keyed with where the settings name no better key."""

    def __init__(
        self,
        settings: Masking,
        vault: VaultClient,
        own_token: Callable[[], Awaitable[Secret]],
        forget: Callable[[Secret], None],
        hash_key: bytes,
    ) -> None:
        self.workers = Workers(settings)
        self.keys = keys_for(settings, vault, own_token, forget, hash_key)
        self.masker = Masker(self.workers, self.keys, settings.timeout)
        self.shown = Shown(self.masker)
        self.former = Former(self.workers, self.keys, settings.timeout)
        self.opener = TokenOpener(self.keys)
        self.record_ids = RecordIds(self.keys)
        self.ingest = Ingest(self.masker, self.workers, settings.ingest_bytes)
        self.inbound = Inbound()
        self.write_back = WriteBack()

    async def open(self) -> None:
        """Start the processes."""
        await self.workers.open()

    async def nobodys_key(self) -> bytes:
        """The key of what belongs to nobody."""
        return await self.keys.of(NOBODY)

    async def close(self) -> None:
        """What was put off is given up, then the processes end."""
        await self.ingest.close()
        await self.workers.close()
