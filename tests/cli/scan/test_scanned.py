"""A first mask profile says what was found, hides fields that hold nothing else, opens nothing, and loads."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from vecgate.cli import main
from vecgate.cli.scan.scanned import Collection, profile


def scanned(*fields: tuple[tuple[str, ...], int, dict[str, tuple[int, int, int]]], name: str = "people") -> Collection:
    made = Collection("", name, 100)
    told = [
        {
            "path": list(path),
            "records": records,
            "kinds": {k: dict(zip(("records", "whole", "found"), n, strict=True)) for k, n in kinds.items()},
        }
        for path, records, kinds in fields
    ]
    made.add({"records": 50, "more": 0, "fields": told})
    return made


def made(*collections: Collection, upstream: str = "people-db") -> Any:
    return yaml.safe_load(profile(upstream, collections))


def test_of_nothing_it_still_hides_what_is_found_later() -> None:
    assert made() == {"version": 1, "mask_profiles": {"scanned": {"default": "replace"}}}


WHOLE: list[tuple[str, int, dict[str, tuple[int, int, int]], str | None]] = [
    ("all of it", 50, {"EMAIL": (50, 50, 50)}, "<EMAIL>"),
    ("most of it", 50, {"PERSON": (40, 30, 45)}, "<PERSON>"),
    ("some of it", 50, {"PERSON": (40, 29, 45)}, None),
    ("parts of values", 50, {"EMAIL": (50, 0, 90)}, None),
    ("the kind that is most of it", 50, {"ID": (10, 10, 10), "PHONE": (40, 40, 40)}, "<PHONE>"),
    ("a kind that is shown unless it is named", 50, {"URL": (50, 50, 50)}, None),
    ("nothing", 50, {}, None),
]


@pytest.mark.parametrize(("records", "kinds", "shown"), [row[1:] for row in WHOLE], ids=[row[0] for row in WHOLE])
def test_a_field_that_holds_nothing_else_is_hidden_whole(records: int, kinds: Any, shown: str | None) -> None:
    fields = made(scanned((("payload", "contact", "x"), records, kinds)))["mask_profiles"]["scanned"].get("fields")
    assert fields == ({"*.payload.contact.x": {"operator": "replace", "with": shown}} if shown else None)


def test_texts_and_ids_as_such_have_no_field_of_their_own() -> None:
    assert "fields" not in made(scanned((("documents",), 50, {"EMAIL": (50, 50, 50)})))["mask_profiles"]["scanned"]


ODD = [
    ("quote", 'say "x"'), ("colon", "a: b # c"), ("sign", "{x}"), ("place", "a[0]"), ("bang", "!x"), ("newline", "a\nb"),
    ("tab", "a\tb"), ("dots", "a..b"), ("end", "a."), ("star", "*"), ("many", "x" * 200), ("empty", ""), ("word", "yes"),
    ("number", "1e3"), ("umlaut", "Größe"), ("smile", "\U0001f600"), ("escape", "\x1b[31m"), ("line", "\u2028"),
]  # fmt: skip


@pytest.mark.parametrize("key", [row[1] for row in ODD], ids=[row[0] for row in ODD])
def test_whatever_a_field_or_a_collection_is_called_the_file_loads(key: str, tmp_path: Path) -> None:
    path = ("payload", key)
    text = profile(key, [scanned((path, 50, {"EMAIL": (50, 50, 50), "URL": (1, 1, 1)}), name=key)])
    fields = yaml.safe_load(text)["mask_profiles"]["scanned"].get("fields") or {}
    assert set(fields) <= {f"*.payload.{key}"}
    plain = profile("people-db", [scanned((path, 50, {"EMAIL": (50, 50, 50)}))])
    (tmp_path / "scanned.yaml").write_text(plain, "utf-8")
    assert main(["policy", "check", str(tmp_path)]) == 0


def test_the_rule_that_comes_with_it_is_about_what_was_scanned_and_about_nobody() -> None:
    (rule,) = made(scanned(), scanned(name="crm"))["rules"]
    assert rule["who"] == {"groups": ["scanned-readers"]}
    assert rule["where"] == {"upstreams": ["people-db"], "collections": ["crm", "people"]}
    assert (rule["operations"], rule["mask"]) == (["read"], "scanned")


def test_what_is_shown_unless_it_is_named_is_said_beside() -> None:
    text = profile("people-db", [scanned((("documents",), 50, {"ORG": (9, 0, 9), "EMAIL": (1, 0, 1)}))])
    assert "      EMAIL: replace\n      # ORG: replace " in text
    assert "# people: 50 of 100 records were looked at\n" in text
