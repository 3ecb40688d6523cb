"""The house is as its plan says: folders, sizes, a test beside every module, and who may know whom."""

import ast
import functools
import re
import subprocess
import tomllib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Final

import pytest

from vecgate import dialects
from vecgate.credentials import kinds
from vecgate.domain.profiles import ENTITIES
from vecgate.masking.detect import patterns

ROOT: Final = Path(__file__).resolve().parents[1]
PACKAGE: Final = ROOT / "addons" / "vecgate"
MODULES: Final = tuple(sorted(str(path.relative_to(PACKAGE)) for path in PACKAGE.rglob("*.py")))

TOP: Final = {"addons", "certs", "policies", "scripts", "tests", "LICENSE", "README.md", "pyproject.toml"}
LONGEST_FUNCTION: Final = 45
LONGEST_MODULE: Final = 300
MOST_FILES: Final = 24
#: Modules that lie in no room: which parts there are, and who keeps background work alive.
LOOSE: Final = {"__init__.py", "gate.py", "background.py"}

#: Modules without a test file of their own, and what tests them instead.
TESTED_ELSEWHERE: Final = {
    "cli/__main__.py": "two lines that call main; every test that types a command in a process goes through it",
    **dict.fromkeys(
        [f"dialects/{name}/scans.py" for name in ("base/lucene", "milvus", "pinecone", "weaviate")],
        "tests/dialects/test_scans.py scans each: what is read, and that nobody chooses it",
    ),
    "dialects/weaviate/options.py": "one word; tests/dialects/weaviate/test_dialect.py reads a call under either",
    "dialects/chroma/server.py": "a table: its door and its versions are tried in tests/doctor/checks/test_beside.py and tests/dialects/base/test_versions.py",
    "dialects/qdrant/server.py": "a table: its doors and its versions are tried in tests/doctor/checks/test_beside.py and tests/dialects/base/test_versions.py",
    "cli/_sessions/unseal.py": "tests/cli/test_sessions.py unseals through the command, against a real OpenBao",
}

#: Parts are given their clock; these make the clock, or are where a person or mitmproxy is.
OWN_CLOCK: Final = ("gate.py", "steps/", "handling/", "mitm/", "processes/", "cli/", "desk/", "viewer/")

_REGISTRIES: Final = (
    "pypi." + "org",
    "pythonhosted." + "org",
    "npmjs." + "org",
    "debian." + "org",
    "docker." + "io",
)
_MACHINE: Final = ("/" + "root/", "/" + "work/", "/" + "home/", "/" + "tmp/v/", ".pyenv/" + "versions/3")


@functools.cache
def tree(module: str) -> ast.Module:
    return ast.parse((PACKAGE / module).read_text("utf-8"))


@functools.cache
def nodes(module: str) -> tuple[ast.AST, ...]:
    """All of its tree."""
    return tuple(ast.walk(tree(module)))


def functions(module: str) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (node for node in nodes(module) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def defines_something(module: str) -> bool:
    return any(isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) for node in tree(module).body)


def its_tests(module: str) -> list[Path]:
    path = Path(module)
    stem = path.stem.strip("_")
    return [p for name in {path.stem, stem} if (p := ROOT / "tests" / path.parent / f"test_{name}.py").exists()]


def tracked() -> list[Path]:
    """Every file that is committed or about to be."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


# every module


def each(given: Iterable[str]) -> Callable[[Callable[[str], None]], Callable[[], None]]:
    """One test of all these modules: two thousand of a millisecond take a minute to collect and to report."""

    modules = tuple(given)

    def all_of(check: Callable[[str], None]) -> Callable[[], None]:
        def test() -> None:
            wrong = []
            for module in modules:
                try:
                    check(module)
                except AssertionError as e:
                    wrong.append(f"{module}: {e}")
            assert not wrong, "\n".join(wrong)

        test.__name__, test.__doc__ = check.__name__, check.__doc__
        return test

    return all_of


@each(MODULES)
def test_a_module_has_a_test_file_where_one_looks_for_it(module: str) -> None:
    if module in TESTED_ELSEWHERE:
        assert not its_tests(module), f"{module} has a test now: take it off the list"
    elif defines_something(module) or not module.endswith("__init__.py"):
        assert its_tests(module), f"tests/{Path(module).parent}/test_{Path(module).stem}.py is missing"


def test_the_list_of_exceptions_names_modules_that_exist() -> None:
    assert set(TESTED_ELSEWHERE) <= set(MODULES)


@each(MODULES)
def test_a_module_begins_with_what_it_is_for(module: str) -> None:
    said = ast.get_docstring(tree(module)) or ""
    first = said.split("\n\n")[0].strip()
    assert "?" in first or first.endswith("."), f"{module}: a question it answers, or a sentence"
    assert first[:1].isupper() or first.startswith(("vecgate", "mitmproxy", "python"))


@each(MODULES)
def test_a_module_and_its_functions_fit_on_a_few_screens(module: str) -> None:
    assert len((PACKAGE / module).read_text("utf-8").splitlines()) <= LONGEST_MODULE
    lengths = {f.name: (f.end_lineno or f.lineno) - f.lineno + 1 for f in functions(module)}
    assert {name: n for name, n in lengths.items() if n > LONGEST_FUNCTION} == {}


@each(m for m in MODULES if m != "steps/_base.py")
def test_only_a_steps_base_catches_whatever_comes(module: str) -> None:
    handlers = [node for node in nodes(module) if isinstance(node, ast.ExceptHandler)]
    broad = [h for h in handlers if h.type is None or ast.unparse(h.type) in ("Exception", "BaseException")]
    assert [h.lineno for h in broad if not isinstance(h.body[-1], ast.Raise)] == [], "it may tidy up and raise again"


@each(m for m in MODULES if not m.startswith(OWN_CLOCK))
def test_a_part_is_given_its_clock(module: str) -> None:
    called = [node.func for node in nodes(module) if isinstance(node, ast.Call)]
    asked = {
        ast.unparse(one) for one in called if isinstance(one, ast.Attribute) and one.attr in ("time", "now", "utcnow")
    }
    assert not {"time.time", "datetime.now", "datetime.datetime.now", "datetime.utcnow"}.intersection(asked)


# the whole


def test_the_root_of_the_path_only_opens_lends_and_closes() -> None:
    assert len((PACKAGE / "gate.py").read_text("utf-8").splitlines()) < 150


@each(m for m in MODULES if m.startswith("steps/") and m != "steps/__init__.py")
def test_a_step_knows_no_step_and_none_asks_whether_a_call_is_for_the_gateway_itself(module: str) -> None:
    text = (PACKAGE / module).read_text("utf-8")
    assert set(re.findall(r"vecgate\.steps(?:\.\w+| import \w+)", text)) <= {"vecgate.steps._base"}
    assert re.search(r"exchange\.local\b", text) is None


def imports(package: Path, prefix: str) -> dict[str, set[str]]:
    """Which modules of a package each of them imports, in types and functions, too."""
    names = {str(p.relative_to(package).with_suffix("")).replace("/", "."): p for p in package.rglob("*.py")}
    names = {name.removesuffix(".__init__") or "__init__": path for name, path in names.items()}
    found: dict[str, set[str]] = {}
    for name, path in names.items():
        nodes = [n for n in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(n, ast.ImportFrom) and n.module]
        asked = {(n.module.removeprefix(prefix + "."), a.name) for n in nodes for a in n.names if n.module}
        found[name] = {f"{m}.{n}" if f"{m}.{n}" in names else m for m, n in asked if m in names} - {name}
    return found


def circles(graph: dict[str, set[str]]) -> list[list[str]]:
    """Modules that import each other, by whatever way."""
    reach = {name: set(known) for name, known in graph.items()}
    for middle in graph:
        for known in reach.values():
            if middle in known:
                known |= reach[middle]
    found = {tuple(sorted(o for o in reach[name] if name in reach[o])) for name in graph if name in reach[name]}
    return sorted(map(list, found))


@pytest.mark.parametrize(
    ("package", "prefix"),
    [(PACKAGE, "vecgate"), (ROOT / "scripts" / "demo", "demo"), (ROOT / "scripts" / "bench", "bench")],
)
def test_no_modules_import_each_other(package: Path, prefix: str) -> None:
    assert circles(imports(package, prefix)) == []


def test_the_top_level_is_fixed() -> None:
    found = {path.relative_to(ROOT).parts[0] for path in tracked()}
    assert {name for name in found if not name.startswith(".")} == TOP


def test_addons_holds_the_one_script_and_the_one_package() -> None:
    # mitmproxy puts this folder first on sys.path: any other module here would shadow an installed one.
    ignored = {"__pycache__"}
    found = {path.name for path in (ROOT / "addons").iterdir() if not path.name.endswith(".egg-info")} - ignored
    assert found == {"README.md", "gateway.py", "vecgate"}


def test_hardly_a_module_lies_in_no_room() -> None:
    assert {m for m in MODULES if "/" not in m} == LOOSE


def rooms() -> dict[str, int]:
    """How many files each folder of the package, the scripts and the tests holds itself."""
    listed = [path.relative_to(ROOT) for path in tracked()]
    return dict(Counter(p.parent.as_posix() for p in listed if p.parts[0] in ("addons", "scripts", "tests")))


#: Data, not code: word lists, one a file.
LISTS: Final = {"scripts/train_ner/lists"}


def test_no_room_is_crowded() -> None:
    crowded = {room: files for room, files in rooms().items() if files > MOST_FILES and room not in LISTS}
    assert crowded == {}, "a room wants inner doors"


def test_nothing_names_a_registry_or_a_path_of_a_machine() -> None:
    wanted = re.compile("|".join((*map(re.escape, _REGISTRIES), *(rf"(?<![\w.}}-]){re.escape(p)}" for p in _MACHINE))))
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in tracked()
        if any(one in (text := path.read_bytes().decode("utf-8", "ignore")) for one in (*_REGISTRIES, *_MACHINE))
        for number, line in enumerate(text.splitlines(), 1)
        if wanted.search(line)
    ]
    assert found == []


def test_scripts_can_be_run() -> None:
    shebang = [path for path in tracked() if path.parent.name in ("scripts", ".ci") and path.read_bytes()[:2] == b"#!"]
    assert shebang
    assert [path.name for path in shebang if not path.stat().st_mode & 0o100] == []


def contracts() -> list[dict[str, object]]:
    found: list[dict[str, object]] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"][
        "importlinter"
    ]["contracts"]
    return found


def test_every_part_has_its_place_in_the_layers() -> None:
    layers = next(c["layers"] for c in contracts() if c["type"] == "layers")
    assert isinstance(layers, list)
    named = {name.strip() for layer in layers for name in layer.split("|")}
    there = {f"vecgate.{Path(m).parts[0].removesuffix('.py')}" for m in MODULES if m != "__init__.py"}
    assert named == there


def test_the_code_map_names_every_folder() -> None:
    told = (ROOT / "addons" / "README.md").read_text("utf-8")
    folders = {Path(m).parts[0] for m in MODULES if len(Path(m).parts) > 1}
    assert {folder for folder in folders if f"`{folder}/`" not in told and f"vecgate/{folder}/`" not in told} == set()


@pytest.mark.parametrize("library", ["mitmproxy", "redis", "spacy", "prometheus_client", "opentelemetry"])
def test_a_contract_says_who_may_know_a_library(library: str) -> None:
    assert any(c["type"] == "forbidden" and library in c["forbidden_modules"] for c in contracts())


# one file, and nothing else to edit


def test_what_is_found_by_its_file_is_named_like_it() -> None:
    assert [dialects.load(name).name for name in dialects.names()] == list(dialects.names())
    assert [kinds.load(name).name for name in kinds.names()] == list(kinds.names())
    assert {rule.entity for rule in patterns.discover()} <= set(ENTITIES)


def test_words_that_once_meant_two_things_mean_one() -> None:
    """Where two classes or functions had one name, whoever looked for one found the other."""
    once = {"Place", "Keys", "Opener", "Line", "Rule", "tree_of"}
    made = Counter(
        name
        for module in MODULES
        for node in tree(module).body
        if (name := getattr(getattr(node, "name", None), "id", getattr(node, "name", None))) in once
    )
    assert {name for name, count in made.items() if count > 1} == set()
