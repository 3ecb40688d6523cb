"""What must every dialect keep to that is spoken to over gRPC?"""

import importlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dialects.base.grpc.made import compiled
from vecgate import dialects
from vecgate.dialects.base.grpc.messages import BUILT
from vecgate.dialects.base.grpc.protocol import HEALTH, Grpc
from vecgate.refusals.catalogue import refuse
from vecgate.refusals.errors import CallRefused


def spoken() -> Iterator[tuple[str, Grpc]]:
    for name in dialects.names():
        if (grpc := dialects.load(name).grpc) is not None:
            yield name, grpc


def code_of(grpc: Grpc, path: str, message: bytes) -> str:
    with pytest.raises(CallRefused) as e:
        grpc.read(path, message)
    return str(e.value.refusal.code)


def test_descriptors_are_what_the_files_beside_them_say(tmp_path: Path) -> None:
    for name, _ in spoken():
        folder = Path(dialects.__file__).parent / name / "grpc"
        assert compiled(folder, tmp_path / name) == (folder / BUILT).read_bytes(), f"{name}: run scripts/protos"


def test_every_method_has_its_messages_and_a_path() -> None:
    for _, grpc in spoken():
        for path, row in grpc.methods.items():
            assert re.fullmatch(r"/[A-Za-z0-9_.]+/[A-Za-z0-9]+", path)
            if not row.refused:
                assert grpc.messages.new(row.takes) is not None
                assert grpc.messages.new(row.gives) is not None


def below(one: Any, seen: dict[str, Any]) -> dict[str, Any]:
    """A message, and all that it can hold."""
    if one.full_name not in seen:
        seen[one.full_name] = one
        for field in one.fields:
            if field.message_type is not None:
                below(field.message_type, seen)
    return seen


def test_keys_of_pairs_are_texts_so_that_each_has_one_spelling() -> None:
    for _, grpc in spoken():
        used = {of for row in grpc.methods.values() for of in (row.takes, row.gives) if not row.refused}
        for of in used:
            for one in below(grpc.messages.new(of).DESCRIPTOR, {}).values():
                if one.GetOptions().map_entry:
                    assert one.fields_by_number[1].type == one.fields_by_number[1].TYPE_STRING, one.full_name


def test_what_is_not_named_is_refused() -> None:
    for _, grpc in spoken():
        service = next(iter(grpc.methods)).rsplit("/", 1)[0]
        for path in (f"{service}/NoSuchMethod", "/no.such.Service/Search", service, "", "/", f"{service}/"):
            assert code_of(grpc, path, b"") == "route.unknown"
        for path, row in grpc.methods.items():
            if row.refused:
                assert code_of(grpc, path, b"") == "route.refused"


def test_a_field_that_is_not_known_is_refused_by_every_method() -> None:
    for _, grpc in spoken():
        for path, row in grpc.methods.items():
            if not row.refused:
                assert code_of(grpc, path, b"\xfa\xff\x07\x00") == "body.unreadable", path  # field 16383
                assert code_of(grpc, path, b"\xfb\xff\x07\xfc\xff\x07") == "body.unreadable", path  # as a group


def test_a_refusal_is_no_success_and_is_not_lost() -> None:
    """By its status and text, or by a message that says so."""
    for _, grpc in spoken():
        for path, row in grpc.methods.items():
            told = grpc.refused(path, refuse("route.unknown"))
            said = told.text if told.status else str(grpc.messages.read(row.gives, told.message or b""))
            assert "route.unknown" in said, path


def test_health_is_answered_here() -> None:
    for _, grpc in spoken():
        told = grpc.opened(HEALTH)
        assert told is not None
        assert (told.status, told.message) == (0, b"\x08\x01")


def test_recorded_calls_go_there_and_back_with_nothing_lost() -> None:
    """Each dialect's own `recorded.py` says what is reviewed; without one it is not held to what real clients send."""
    for name, _ in spoken():
        importlib.import_module(f"dialects.{name}.grpc.recorded").tried()
