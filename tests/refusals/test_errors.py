"""The error tree."""

import inspect

from vecgate.refusals import errors


def test_every_error_has_one_root_and_says_what_it_is() -> None:
    for _, error in inspect.getmembers(errors, inspect.isclass):
        assert issubclass(error, errors.VecgateError)
        assert error.__doc__


def test_all_settings_mistakes_are_shown_at_once() -> None:
    assert str(errors.SettingsError(["a: x", "b: y"])) == "invalid configuration:\n  a: x\n  b: y"
