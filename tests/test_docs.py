"""What the documentation says is so: tables are fresh, examples load, commands parse, links lead somewhere."""

import argparse
import functools
import json
import re
import shutil
from pathlib import Path
from typing import Any, Final

import orjson
import pytest
import yaml

from reference import tables, write
from support.tools.documents import DOCUMENTS, ROOT, Block, anchors, blocks, inline_commands, links, shell_commands
from vecgate import cli, dialects
from vecgate.cli import _offline, plan
from vecgate.domain.exchange import Raw
from vecgate.domain.profiles import ENTITIES, operators
from vecgate.idp import told
from vecgate.policy import load
from vecgate.policy.asked import testing
from vecgate.recording.events import EVENTS, FIELDS
from vecgate.refusals.catalogue import CATALOGUE
from vecgate.refusals.causes import CAUSES
from vecgate.settings import file as settings
from vecgate.settings.listen import Listen
from vecgate.settings.telemetry import Telemetry
from vecgate.telemetry.metrics import Metrics, Readings
from vecgate.telemetry.standing import PARTS

GITHUB: Final = ROOT / ".github"
PATH: Final = ROOT / "addons" / "gateway.py"
YAML: Final = tuple(blocks("yaml", "yml"))
IN_SHELLS: Final = dict(shell_commands())
COMMANDS: Final = (*IN_SHELLS.items(), *inline_commands())


def text(name: str) -> str:
    return (GITHUB / name).read_text("utf-8")


# everything is documented


@pytest.mark.parametrize(("path", "expected"), list(write.fresh()), ids=lambda v: v.name if isinstance(v, Path) else "")
def test_a_generated_part_is_fresh(path: Path, expected: str) -> None:
    assert path.read_text("utf-8") == expected, "run scripts/docs"


def test_every_generated_part_stands_in_exactly_one_document() -> None:
    found = [name for document in sorted(GITHUB.glob("*.md")) for name in write.names(document.read_text("utf-8"))]
    assert sorted(found) == sorted(tables.BLOCKS)


def test_a_text_without_parts_stays_as_it_is_and_an_unknown_part_is_a_mistake() -> None:
    assert write.fill("") == ""
    with pytest.raises(KeyError):
        write.fill("<!-- generated: poems -->\n<!-- end -->")


def test_every_setting_is_documented_with_words() -> None:
    for path, model in tables.sections():
        for name, field in model.model_fields.items():
            if tables._model_in(field.annotation) is None:
                assert field.description, f"{path}.{name} has no description"
                assert f"| `{name}` |" in text("settings.md")
    assert {"vault", "upstreams.NAME.credential", "issuers[]"} <= {path for path, _ in tables.sections()}


def test_every_refusal_is_documented_with_a_cause() -> None:
    assert set(CAUSES) == set(CATALOGUE), "refusals/causes.py has one line for each"
    assert {code.split(".")[0] for code in CATALOGUE} == set(tables.AREAS)
    assert [code for code in CATALOGUE if f"| `{code}` |" not in text("refusals.md")] == []


def test_every_event_and_field_is_documented() -> None:
    assert [code for code in (*EVENTS, *FIELDS) if f"| `{code}` |" not in text("events.md")] == []


def test_every_metric_is_documented_and_no_alert_names_another() -> None:
    documented = set(re.findall(r"^\| `(vecgate_\w+)` \|", text("operate.md"), re.MULTILINE))
    served = {
        f"{family.name}{'_total' if family.type == 'counter' else '_info' if family.type == 'info' else ''}"
        for family in Metrics(Readings).registry.collect()
        if family.name.startswith("vecgate_")
    }
    assert documented == served
    (alerts,) = (yaml.safe_load(block.text) for block in YAML if block.kind == "alerts")
    named = [name for rule in alerts["groups"][0]["rules"] for name in re.findall(r"vecgate_\w+", rule["expr"])]
    assert len(named) > 5
    assert set(named) <= documented


def test_ports_and_limits_are_documented_as_they_are() -> None:
    listen, telemetry = Listen.model_fields, Telemetry.model_fields
    operate = text("operate.md")
    assert f"`listen.host`:`listen.port` ({listen['port'].default})" in operate
    assert f"({listen['web_host'].default}:{listen['web_port'].default})" in operate
    assert telemetry["port"].default is None
    named = set(
        re.findall(r"`((?:listen|telemetry|state|masking|recording|hold)\.[a-z_]+)`", operate + text("clients.md"))
    )
    known = {
        f"{n}.{k}"
        for n, f in settings.Settings.model_fields.items()
        for k in getattr(tables._model_in(f.annotation), "model_fields", ())
    }
    assert named - set(CATALOGUE) <= known


def test_what_readiness_asks_is_documented() -> None:
    assert [part for part in PARTS if f"| `{part}` |" not in text("operate.md")] == []


def test_every_command_is_documented() -> None:
    words = [words for words, _, _ in tables.commands()]
    assert {w.split()[1] for w in words} == set(cli.commands())
    assert [w for w in words if f"### `{w}`" not in text("commands.md")] == []


def test_every_operator_and_entity_is_documented() -> None:
    readme = (ROOT / "policies" / "README.md").read_text("utf-8")
    assert [name for name in (*operators(), *ENTITIES) if f"`{name}`" not in readme] == []


def test_every_script_is_documented() -> None:
    readme = (ROOT / "scripts" / "README.md").read_text("utf-8")
    scripts = [p for p in (ROOT / "scripts").iterdir() if p.suffix == "" and not p.name.startswith((".", "_"))]
    names = {f"{p.name}/" if p.is_dir() else f"scripts/{p.name}" for p in scripts}
    assert {name for name in names if f"| `{name}` |" not in readme} == set()


# examples load


def example() -> dict[str, Any]:
    """The whole settings file of settings.md."""
    found: dict[str, Any] = yaml.safe_load(next(b for b in YAML if b.document.name == "settings.md").text)
    return found


def test_the_whole_settings_file_has_every_section() -> None:
    assert set(example()) == set(settings.Settings.model_fields)


@pytest.mark.parametrize("block", YAML, ids=str)
def test_a_yaml_block_says_what_it_is(block: Block) -> None:
    assert block.kind in ("settings", "login", "policy", "policy test", "alerts", "plan")


@pytest.mark.parametrize("block", [b for b in YAML if b.kind == "login"], ids=str)
def test_a_block_of_the_login_service_loads(block: Block, tmp_path: Path) -> None:
    whole, more = (yaml.safe_load(b.text) for b in (next(b for b in YAML if b.kind == "login"), block))
    if "people" in more:
        del whole["saml"]
    file = tmp_path / "login.yaml"
    file.write_text(yaml.safe_dump({**whole, **more}))
    told.load(file)


@pytest.mark.parametrize("block", [b for b in YAML if b.kind == "plan"], ids=str)
def test_a_plan_is_of_calls_that_there_are(block: Block, tmp_path: Path) -> None:
    file = tmp_path / "plan.yaml"
    file.write_text(block.text)
    for call in plan.read(file)["calls"]:
        body = b"" if call.get("body") is None else orjson.dumps(call["body"])
        dialects.load("qdrant").read(Raw(call["method"], call["path"], (("content-type", "application/json"),), body))


@pytest.mark.parametrize("block", [b for b in YAML if b.kind == "settings"], ids=str)
def test_a_settings_block_loads(block: Block, tmp_path: Path) -> None:
    file = tmp_path / "settings.yaml"
    file.write_text(yaml.safe_dump({**example(), **yaml.safe_load(block.text)}))
    settings.load(file)


@pytest.mark.parametrize("block", [b for b in YAML if b.kind.startswith("policy")], ids=str)
def test_a_policy_block_loads_beside_the_shipped_ones_and_a_test_block_passes(block: Block, tmp_path: Path) -> None:
    for file in (ROOT / "policies").glob("*.yaml"):
        if not file.name.endswith(".test.yaml"):
            shutil.copy(file, tmp_path)
    before = [b for b in YAML if b.document == block.document and b.kind == "policy" and b.line <= block.line]
    (tmp_path / "a-block.yaml").write_text(before[-1].text)
    policies = load(tmp_path)
    if block.kind == "policy test":
        (tmp_path / "a-block.test.yaml").write_text(block.text)
        report = testing.run(tmp_path, policies, _offline.reader("chroma"))
        assert report.results
        assert report.failed == ()


@pytest.mark.parametrize("block", list(blocks("json")), ids=str)
def test_a_json_block_is_json(block: Block) -> None:
    tree = json.loads(block.text)
    assert tree.get("code") in {*CATALOGUE, *EVENTS}


@pytest.mark.parametrize("block", list(blocks("python")), ids=str)
def test_a_python_block_compiles(block: Block) -> None:
    compile(block.text, str(block), "exec")


# commands can be typed


def parsed(words: list[str]) -> argparse.Namespace:
    try:
        return cli.parser(words[1:]).parse_args(words[1:])
    except SystemExit as e:
        raise AssertionError(f"not a command: {' '.join(words)}") from e


@functools.cache
def documented_commands() -> tuple[list[str], ...]:
    return tuple(words.split() for words, _, _ in tables.commands())


def is_named_only(words: list[str]) -> bool:
    """`vecgate policy explain` in running text names a command without its arguments."""
    return any(documented[: len(words)] == words for documented in documented_commands())


@pytest.mark.parametrize(("place", "words"), COMMANDS, ids=[place for place, _ in COMMANDS])
def test_a_command_is_one(place: str, words: list[str]) -> None:
    if words[0] == "vecgate":
        assert parsed(words) if place in IN_SHELLS else is_named_only(words) or parsed(words)
    elif words[0].startswith("scripts/"):
        script = ROOT / words[0]
        assert script.exists()
        said = "".join(p.read_text("utf-8") for p in (script, *_made_of(script)) if p.is_file())
        unknown = [
            w
            for w in words[1:]
            if w.startswith("--") and f'"{w}"' not in said and f"{w})" not in said and f"{w}|" not in said
        ]
        assert unknown == [] or script.name in ("test", "lock")


def _made_of(script: Path) -> list[Path]:
    """The Python module a script starts, if it does."""
    names = re.findall(r"-m ([a-z.]+)", script.read_text("utf-8")) if script.is_file() else []
    return [ROOT / "scripts" / f"{name.replace('.', '/')}.py" for name in names]


def test_there_is_something_to_try() -> None:
    words = [w for _, w in COMMANDS]
    assert ["scripts/run", "--once"] in words
    shown = {" ".join(w[:3]) for w in words if w[0] == "vecgate"}
    assert {"vecgate policy test", "vecgate requests approve", "vecgate sessions open"} <= shown


# links lead somewhere


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda d: str(d.relative_to(ROOT)))
def test_relative_links_and_images_exist(document: Path) -> None:
    for link in links(document):
        if re.match(r"[a-z]+:", link):
            assert link.startswith("https://"), link
            continue
        path, _, anchor = link.partition("#")
        target = (document.parent / path).resolve() if path else document
        assert target.exists(), link
        assert not anchor or anchor in anchors(target), link


def test_images_are_small() -> None:
    assert {p.name: p.stat().st_size for p in (GITHUB / "images").iterdir() if p.stat().st_size > 400_000} == {}


def test_the_picture_tells_the_order_of_the_path() -> None:
    picture = (GITHUB / "images" / "path.svg").read_text("utf-8")
    drawn = re.findall(r'<text class="step"[^>]*>(\w+)</text>', picture)
    assert drawn == [word.lower() for word in re.findall(r"^    (\w+)\(gate\)", PATH.read_text("utf-8"), re.MULTILINE)]
    described = next(line for line in (ROOT / "README.md").read_text("utf-8").splitlines() if "images/path.svg" in line)
    assert ", ".join(drawn) in described
