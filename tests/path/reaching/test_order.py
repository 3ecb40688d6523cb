"""The path has one order, told three times: the list in gateway.py, the picture in its README, and the steps there are."""

import ast
import re
from pathlib import Path

from demo.stack import REPOSITORY
from vecgate.steps._base import Step

ADDONS = REPOSITORY / "addons"
STEPS = ADDONS / "vecgate" / "steps"
DOOR = "door"


def listed() -> list[tuple[str, str]]:
    """The names in the list `addons`, each with the comment beside it."""
    text = (ADDONS / "gateway.py").read_text("utf-8")
    tree = ast.parse(text)
    [value] = [n.value for n in tree.body if isinstance(n, ast.Assign) and ast.unparse(n.targets[0]) == "addons"]
    assert isinstance(value, ast.List)
    lines = text.splitlines()
    return [(ast.unparse(e).removesuffix("(gate)").lower(), lines[e.lineno - 1].partition("# ")[2]) for e in value.elts]


def pictured() -> list[tuple[str, str]]:
    """The steps in the README's picture, each with what it says about them; the way back has `mask` and `record` again."""
    picture = (ADDONS / "README.md").read_text("utf-8").split("```")[1]
    rows = re.findall(
        r"^ {6,}(?:client ──TLS──► )?([a-z]+) {2,}(\S.*)$", picture.replace("client ──TLS──►", " " * 15), re.M
    )
    return [(name, said) for name, said in rows]


def modules() -> set[str]:
    """The steps; what begins with an underscore is theirs to share."""
    return {path.stem for path in STEPS.glob("*.py") if not path.stem.startswith("_")}


def step_in(module: str) -> type[Step]:
    """The step that a module holds, without importing what the path needs to run."""
    found = __import__(f"vecgate.steps.{module}", fromlist=["_"])
    [step] = [
        c
        for c in vars(found).values()
        if isinstance(c, type) and issubclass(c, Step) and c.__module__ == found.__name__
    ]
    return step


def test_every_step_there_is_stands_in_the_list_once_and_nothing_else_but_the_door_before_them() -> None:
    names = [name for name, _ in listed()]
    assert names[0] == DOOR
    assert sorted(names[1:]) == sorted(modules())


def question(words: str) -> str:
    """The question at their beginning, in lower case; the empty string if there is none."""
    asked, mark, _ = words.partition("?")
    return (asked + mark).lower() if mark else ""


def test_up_to_the_ticket_list_picture_and_module_ask_the_same_question() -> None:
    beside, drawn = dict(listed()), dict(pictured())
    for name in ("identify", "classify", "decide", "hold", "lease", "forward"):
        document = ast.get_docstring(ast.parse((STEPS / f"{name}.py").read_text("utf-8"))) or ""
        assert question(beside[name])
        assert question(beside[name]) == question(drawn[name]) == question(document), name


def test_every_other_line_of_the_list_says_something_too() -> None:
    assert all(said for _, said in listed())


def test_the_list_names_each_step_as_its_module_class_and_refusals_do() -> None:
    for name, _ in listed()[1:]:
        step = step_in(name)
        assert (step.__name__.lower(), step.name) == (name, name)


def test_the_picture_tells_the_same_order() -> None:
    names = [name for name, _ in pictured()]
    assert names[0] == "doorkeeper"
    there, back = names[1 : len(modules()) + 1], names[len(modules()) + 1 :]
    assert there == [name for name, _ in listed()[1:]]
    assert back == ["mask", "record"]


def test_what_is_shown_and_recorded_is_masked_first_and_nothing_is_sent_before_it_is_recorded() -> None:
    names = [name for name, _ in listed()]
    assert names.index("identify") < names.index("classify") < names.index("decide") < names.index("hold")
    assert names.index("hold") < names.index("lease") < names.index("forward") < names.index("mask")
    assert names.index("mask") < names.index("record") < names.index("send")
    assert names[-1] == "send"


def test_the_modules_that_make_up_the_path_are_found_by_their_names() -> None:
    text = (ADDONS / "gateway.py").read_text("utf-8")
    assert {Path(m).name for m in re.findall(r"from vecgate\.steps\.(\w+) import", text)} == modules()
