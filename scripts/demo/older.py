"""Was this folder made by an earlier version, with an OpenBao that lacks things? Then it is put aside, and said so.

Nobody can add to an OpenBao once its administrator is gone, and nothing that its keys seal is thrown away.
"""

import shutil
from pathlib import Path
from typing import Final

#: How a set-up that is whole is marked in OpenBao's folder; a change of what is in there takes another number.
SET_UP: Final = "set-up-3"


def put_aside(folder: Path) -> Path | None:
    """Where the former OpenBao, its secrets and the recordings that its keys seal lie now; None: all is of now."""
    bao = folder / "bao"
    if (bao / SET_UP).exists() or not any(bao.glob("set-up-*")):
        return None
    number = 1
    while (place := folder / f"before-{number}").exists():
        number += 1
    place.mkdir(mode=0o700)
    for name in ("recordings", "bao"):  # the mark goes last: what is broken off here begins once more
        if (folder / name).exists():
            (folder / name).rename(place / name)
    shutil.copytree(folder / "secrets", place / "secrets")
    return place
