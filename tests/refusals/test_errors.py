"""The error tree."""

import inspect

from vecgate.refusals import errors, mapping


def found() -> list[tuple[str, type[Exception]]]:
    members = inspect.getmembers(errors, inspect.isclass)
    return [(name, one) for name, one in members if one.__module__ == errors.__name__ and issubclass(one, Exception)]


def test_the_tree_is_drawn_as_it_is_with_its_codes() -> None:
    """Name, depth and parent of each; and the code that it becomes."""
    drawn, parents = dict[str, str](), dict[int, str]()
    for line in (errors.__doc__ or "").splitlines():
        if (name := line.strip(" │├└─").split(" ")[0]) in dict(found()):
            depth = line.index(name)
            parents[depth] = name
            above = max((d for d in parents if d < depth), default=None)
            parent = dict(found())[name].__base__
            assert parent is not None
            assert above is None or parent.__name__ == parents[above], line
            drawn[name] = line
    assert set(drawn) == {name for name, _ in found()}
    for kind, code in mapping.PLAIN.items():
        assert drawn[kind.__name__].endswith(f" {code}")


def test_every_error_has_one_root_and_says_what_it_is() -> None:
    for _, error in found():
        assert issubclass(error, errors.VecgateError)
        assert error.__doc__


def test_all_settings_mistakes_are_shown_at_once() -> None:
    assert str(errors.SettingsError(["a: x", "b: y"])) == "invalid configuration:\n  a: x\n  b: y"
