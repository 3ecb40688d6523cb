"""The settings that each database's section recommends: those that the doctor names, in a form that can be read, tried where a server runs."""

import asyncio
import re
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

from doctor.checks.test_beside import examined
from support.servers.chroma import running_chroma
from support.servers.doors import all_ok
from vecgate import dialects

PAGE: Final = (Path(__file__).resolve().parents[3] / ".github" / "hardening.md").read_text("utf-8")
BLOCKS: Final = dict(re.findall(r"^```(?:yaml|text) (\w+)\n(.*?)^```", PAGE, re.S | re.M))


def names(tree: Any, within: str = "") -> list[str]:
    if not isinstance(tree, dict):
        return [within]
    return [name for key, value in tree.items() for name in names(value, f"{within}.{key}".lstrip("."))]


def test_each_setting_of_a_block_is_one_that_the_doctor_names() -> None:
    for database in ("qdrant", "milvus"):
        said = " ".join(knock.shut_by for knock in dialects.doors(database))
        for name in names(yaml.safe_load(BLOCKS[database])):
            assert name.rpartition(".")[2] in said or name.endswith("tlsMode"), name
    said = " ".join(knock.shut_by for knock in dialects.doors("weaviate"))
    for line in BLOCKS["weaviate"].splitlines():
        assert line in said, line


def test_each_setting_that_the_doctor_names_stands_in_its_section() -> None:
    for database in ("Qdrant", "Milvus", "Weaviate", "Chroma", "Pinecone"):
        section = PAGE.partition(f"## {database}\n")[2].partition("\n## ")[0]
        for knock in dialects.doors(database.lower()):
            for name in re.findall(
                r"\b(?:[a-z]+\.)*[a-z]+_[a-z_]+(?=: (?:true|false))|\b[A-Z_]{12,}(?==)", knock.shut_by
            ):
                assert name.rpartition(".")[2] in section, (database, name)


def test_a_real_chroma_with_its_block_has_no_door_open(tmp_path: Path) -> None:
    """`chroma run` without a file has the defaults, which are those of the block."""
    assert yaml.safe_load(BLOCKS["chroma"]) == {"allow_reset": False}
    with running_chroma(tmp_path / "chroma") as url:
        with pytest.raises(urllib.error.HTTPError, match="403"):
            urllib.request.urlopen(urllib.request.Request(f"{url}/api/v2/reset", method="POST"), timeout=30)
        assert all_ok(asyncio.run(examined("chroma", url)))
