"""The toy's key, a plug-in: made here, of a secret in a file."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from support.credentials.store import Case, Vouching, values
from support.servers.toy import SECRET


@contextmanager
def prepared(_store: Vouching, folder: Path) -> Iterator[Case]:
    (folder / "secret").write_bytes(SECRET)
    told = {"role": "r", "gateway_role": "g", "secret_file": str(folder / "secret")}

    @contextmanager
    def away() -> Iterator[None]:
        (folder / "secret").rename(folder / "elsewhere")
        yield
        (folder / "elsewhere").rename(folder / "secret")

    yield Case("toy_key", "toy", told, lambda one: (*values(one), SECRET.decode()), away=away)
