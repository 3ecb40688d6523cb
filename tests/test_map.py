"""The ways in are true: the pages that send a stranger somewhere name files that there are, and words that are used."""

import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from support.tools.every import every

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "addons" / "vecgate"
_FILE = re.compile(r"`([\w/]+\.(?:py|lua)|scripts/\w+)`")


def rows(page: str, heading: str) -> list[list[str]]:
    """The cells of the first table below a heading."""
    lines = (ROOT / page).read_text("utf-8").partition(f"{heading}\n")[2].splitlines()
    first = next(i for i, line in enumerate(lines) if line.startswith("|"))
    table = []
    for line in lines[first + 2 :]:
        if not line.startswith("|"):
            break
        table.append([cell.strip() for cell in line.strip("|").split("|")])
    return table


def named() -> Iterator[tuple[str, str]]:
    for about, files in rows("addons/README.md", "## Where do I change what?"):
        assert _FILE.search(files), about
        for file in _FILE.findall(files):
            yield about, file


@every(("about", "file"), [one for one in named() if "NAME" not in one[1]])
def test_where_one_is_sent_to_there_is_a_file(about: str, file: str) -> None:
    assert any((base / file).is_file() for base in (PACKAGE, ROOT)), f"{about}: {file}"


def test_every_room_is_named_by_the_map() -> None:
    sent = {file.partition("/")[0] for _, file in named()}
    rooms = {path.name for path in PACKAGE.iterdir() if (path / "__init__.py").is_file()}
    assert rooms - sent <= {"cli", "parsing", "guards"}, "a room that nobody is sent to"


@every("row", rows(".github/glossary.md", "# Glossary"), ids=lambda row: str(row[0]))
def test_a_word_of_the_glossary_is_used_where_it_says(row: list[str]) -> None:
    word, _, where = row
    place = ROOT / where.strip("`")
    texts = [place] if place.is_file() else sorted(place.glob("*.py"))
    said = " ".join(text.read_text("utf-8").lower() for text in texts)
    last = word.split()[-1].rstrip("s")
    assert last in said, f"{word} is not a word of {where}"


def test_each_word_stands_once() -> None:
    words = [row[0] for row in rows(".github/glossary.md", "# Glossary")]
    assert len(set(words)) == len(words) > 25


def test_files_for_tools_can_be_read_and_name_what_there_is() -> None:
    hooks = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text("utf-8"))["repos"][0]["hooks"]
    assert {hook["entry"].split("/")[-1].split()[0] for hook in hooks} == {"ruff", "mypy", "lint-imports"}
    container = json.loads((ROOT / ".devcontainer" / "devcontainer.json").read_text("utf-8"))
    assert (ROOT / container["postCreateCommand"]).is_file()
    assert (PACKAGE / "py.typed").is_file()


def test_one_command_lists_every_script_with_its_sentence() -> None:
    done = subprocess.run([ROOT / "scripts" / "help"], capture_output=True, text=True, check=True, timeout=30)
    told = {line.split()[0]: line.split(maxsplit=1)[1:] for line in done.stdout.splitlines()}
    scripts = [path for path in (ROOT / "scripts").iterdir() if path.is_file() and path.stat().st_mode & 0o100]
    assert {f"scripts/{path.name}" for path in scripts} <= set(told)
    assert all(sentence for sentence in told.values()), "each says on its first line what it does"


def of_databases() -> Iterator[tuple[str, str]]:
    """Each test that the README's lines about databases name; a line without one says so."""
    for database in ("Chroma", "Qdrant"):
        table = rows("README.md", f"**{database}**")
        assert {row[0] for row in table} > {"spoken", "understood", "scoped by rules", "refused", "the token"}
        for row in table:
            tests = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", row[2])
            assert row[1], row
            assert bool(tests) is (row[2] != "untested"), f"{database}: {row}"
            yield from tests


@every(("file", "test"), sorted(set(of_databases())))
def test_what_the_readme_says_of_a_database_is_tried_where_it_says(file: str, test: str) -> None:
    assert is_there(file, test)


def clients() -> list[list[str]]:
    return rows("README.md", "([tests/clients](tests/clients/README.md)):")


@pytest.mark.parametrize("row", clients(), ids=lambda row: str(row[0]))
def test_a_client_is_pointed_at_the_gateway_as_its_walk_is(row: list[str]) -> None:
    _, how, family = row
    if family == "untested":
        return
    walks = [path for path in (ROOT / "tests" / "clients" / family.strip("`")).iterdir() if path.stem == "walk"]
    page = (ROOT / ".github" / "clients.md").read_text("utf-8")
    said = page + "".join(path.read_text("utf-8") for path in walks)
    for code in re.findall(r"`([^`]+)`", how):
        for word in re.findall(r"[A-Za-z]\w+(?=\(|=)|[A-Z]+(?:_[A-Z]+)+|--[\w-]+", code):
            assert word in said, f"{word} is in none of the walks and recipes"


def is_there(file: str, test: str) -> bool:
    """Whether a test is where a page says."""
    found = re.search(rf"^(async )?def {test}\(", (ROOT / file).read_text("utf-8"), re.MULTILINE)
    return found is not None


GRANTS = ("## Fifteen that it must have", "## Eight that we found nowhere")


def shown() -> Iterator[tuple[str, str]]:
    standards = [row[2:4] for row in rows(".github/standards.md", "## Rows")]
    grants = [row[2:4] for part in GRANTS for row in rows(".github/grants.md", part)]
    assert [len(rows(".github/grants.md", part)) for part in GRANTS] == [15, 8]
    for here, named in (*standards, *grants):
        tests = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", named)
        assert tests or here.startswith(("not ours", "not yet")), here
        yield from tests


@every(("file", "test"), sorted(set(shown())))
def test_what_is_asked_for_is_tried_where_the_page_says(file: str, test: str) -> None:
    assert is_there(file, test)
