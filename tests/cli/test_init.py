"""One word finds its module; every outcome is an exit code."""

import subprocess
import sys

import pytest

from vecgate import __version__, cli
from vecgate.refusals.errors import Part, SettingsError, Unavailable


@pytest.fixture
def command(tmp_path, monkeypatch):
    """A command module `zz`, as anybody could add one."""

    def make(body, name="zz"):
        (tmp_path / f"{name}.py").write_text(
            f"def register(subparsers):\n    p = subparsers.add_parser({name!r})\n    p.set_defaults(func=run)\n"
            f"def run(args):\n    {body}\n"
        )
        monkeypatch.setattr(cli, "__path__", [*cli.__path__, str(tmp_path)])
        monkeypatch.delitem(sys.modules, f"vecgate.cli.{name}", raising=False)

    return make


def test_nothing_is_misuse(command, capsys, monkeypatch):
    monkeypatch.setattr(cli, "commands", lambda: ())
    assert cli.main([]) == 2
    assert "usage: vecgate" in capsys.readouterr().err


def test_a_new_module_is_a_new_command(command):
    command("return 0")
    assert "zz" in cli.commands()
    assert cli.main(["zz"]) == 0


def test_modules_with_an_underscore_are_not_commands():
    assert "policy" in cli.commands()
    assert not [name for name in cli.commands() if name.startswith("_")]


OUTCOMES = [
    ("return 0", 0, ""),
    ("return 1", 1, ""),
    ("raise KeyboardInterrupt", 130, ""),
    ("raise SystemExit(2)", 2, ""),
    ("raise SystemExit('gone')", 2, ""),
]


@pytest.mark.parametrize(("body", "code", "said"), OUTCOMES)
def test_every_outcome_is_an_exit_code(command, capsys, body, code, said):
    command(body)
    assert cli.main(["zz"]) == code
    assert capsys.readouterr().err == said


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (Unavailable(Part.VAULT, "refused"), "vault: refused (is OpenBao up and unsealed, and vault.url right?)"),
        (SettingsError(["a.yaml: one", "b.yaml: two"]), str(SettingsError(["a.yaml: one", "b.yaml: two"]))),
    ],
)
def test_what_vecgate_raises_is_said_without_a_stack_trace(command, capsys, monkeypatch, error, said):
    command("return 0")

    def fail(args):
        raise error

    assert cli.main(["zz"]) == 0
    monkeypatch.setattr(sys.modules["vecgate.cli.zz"], "run", fail)
    assert cli.main(["zz"]) == 1
    assert capsys.readouterr().err == f"vecgate: {said}\n"


def test_a_bug_is_not_hidden(command):
    command("return {}['x']")
    with pytest.raises(KeyError):
        cli.main(["zz"])


def test_a_line_to_be_typed_stands_alone(capsys):
    for name, line in (
        ("exec", "vecgate exec --upstream tickets-db -- python reindex.py"),
        ("wait", "vecgate wait ID -- "),
    ):
        assert cli.main([name, "--help"]) == 0
        assert f"\n\n    {line}" in capsys.readouterr().out


def test_misuse_and_help_have_their_codes(command, capsys):
    command("return 0")
    assert cli.main(["zz", "--nonsense"]) == 2
    assert cli.main(["zz", "--help"]) == 0
    assert cli.main(["--version"]) == 0
    assert f"vecgate {__version__}" in capsys.readouterr().out


def test_only_the_module_of_the_command_is_loaded(command, tmp_path):
    command("return 0", "yy")
    (tmp_path / "xx.py").write_text("raise RuntimeError('broken')\n")
    assert cli.main(["yy"]) == 0
    with pytest.raises(RuntimeError, match="broken"):
        cli.main(["xx"])


def test_a_misspelt_command_loads_none_and_is_told_which_there_are(command, tmp_path, capsys):
    command("return 0", "yy")
    (tmp_path / "xx.py").write_text("raise RuntimeError('broken')\n")
    assert cli.main(["statsu"]) == 2
    said = capsys.readouterr().err
    assert "invalid choice: 'statsu'" in said
    assert "'status'" in said
    assert "'yy'" in said


def test_a_reader_that_has_read_enough_is_no_failure(tmp_path):
    code = "import sys, vecgate.cli as c; c.commands = lambda: ('zz',); c.__path__.append(sys.argv[1]); sys.exit(c.main(['zz']))"
    (tmp_path / "zz.py").write_text(
        "def register(subparsers):\n    subparsers.add_parser('zz').set_defaults(func=run)\n"
        "def run(args):\n    print('line\\n' * 100_000)\n    return 0\n"
    )
    command = [sys.executable, "-c", code, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:
        assert running.stdout.readline() == b"line\n"
        running.stdout.close()
        assert running.stderr.read() == b""
        assert running.wait() == 0


def test_a_word_too_many_is_told_with_the_use_of_its_own_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["policy", "who-can", "delete", "tickets", "--policies", "x"]) == cli.MISUSED
    said = capsys.readouterr().err
    assert said.startswith("usage: vecgate policy who-can ")
    assert "vecgate policy who-can: error: unrecognized arguments: --policies x" in said
