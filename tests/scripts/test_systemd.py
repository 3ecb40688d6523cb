"""The systemd unit: systemd itself understands it and rates it, and what must be in it is in it."""

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest
import yaml

from vecgate.cli import parser
from vecgate.settings.file import Settings

FOLDER: Final = Path(__file__).resolve().parents[2] / "scripts" / "systemd"
UNIT: Final = FOLDER / "vecgate.service"
README: Final = FOLDER / "README.md"
INSTALLED: Final = "/opt/vecgate/.venv/bin/vecgate"
#: Since systemd 254; older ones say that they do not know them, and go on.
NEWER: Final = ("RestartSteps", "RestartMaxDelaySec")
#: 0 is a service locked in, 100 one without any protection.
WORST_EXPOSURE: Final = 15

has_systemd = pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed")


def directives() -> list[tuple[str, str]]:
    """All `Name=value` lines of the unit, in order."""
    lines = (line for line in UNIT.read_text("utf-8").splitlines() if "=" in line and not line.startswith("#"))
    return [(name, value) for name, _, value in (line.partition("=") for line in lines)]


def told(name: str) -> list[str]:
    return [value for key, value in directives() if key == name]


@pytest.fixture
def unit(tmp_path: Path) -> Path:
    """The unit, with the command of this installation in it."""
    command = Path(sys.executable).parent / "vecgate"
    path = tmp_path / "vecgate.service"
    path.write_text(UNIT.read_text("utf-8").replace(INSTALLED, str(command)), "utf-8")
    return path


def analyze(*words: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["systemd-analyze", *words], capture_output=True, text=True, timeout=60, check=False)


@has_systemd
def test_systemd_finds_nothing_wrong_with_it(unit: Path) -> None:
    done = analyze("verify", "--man=no", "--generators=no", unit)
    said = [line for line in done.stderr.splitlines() if not any(f"'{name}'" in line for name in NEWER)]
    assert (done.returncode, said) == (0, [])


@has_systemd
def test_systemd_would_notice_a_mistake(unit: Path) -> None:
    unit.write_text(unit.read_text("utf-8").replace("ProtectHome=yes", "ProtectHome=perhaps"), "utf-8")
    assert "perhaps" in analyze("verify", "--man=no", "--generators=no", unit).stderr


@has_systemd
def test_systemd_rates_it_as_locked_in(unit: Path) -> None:
    rated = ("security", "--offline=true", f"--threshold={WORST_EXPOSURE}", unit)
    done = analyze(*rated)
    assert done.returncode == 0, done.stdout[-2000:]
    unit.write_text(
        re.sub("(?m)^(CapabilityBoundingSet|SystemCallFilter|ProtectSystem)=.*$", "", unit.read_text("utf-8")), "utf-8"
    )
    assert analyze(*rated).returncode == 1, "without its locks it is not"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        # nobody's rights
        ("User", "vecgate"),
        ("NoNewPrivileges", "yes"),
        ("CapabilityBoundingSet", ""),
        ("AmbientCapabilities", ""),
        # nothing of others
        ("ProtectSystem", "strict"),
        ("ProtectHome", "yes"),
        ("PrivateTmp", "yes"),
        ("PrivateDevices", "yes"),
        ("UMask", "0077"),
        ("StateDirectory", "vecgate"),
        ("StateDirectoryMode", "0700"),
        # nothing of the kernel's
        ("ProtectKernelTunables", "yes"),
        ("ProtectKernelModules", "yes"),
        ("ProtectKernelLogs", "yes"),
        ("ProtectControlGroups", "yes"),
        ("RestrictAddressFamilies", "AF_INET AF_INET6 AF_UNIX"),
        ("RestrictNamespaces", "yes"),
        ("LockPersonality", "yes"),
        # ends and comes back
        ("KillSignal", "SIGTERM"),
        ("Restart", "always"),
        ("StartLimitIntervalSec", "0"),
        # no secret on a disk
        ("LimitCORE", "0"),
        ("MemorySwapMax", "0"),
    ],
)
def test_what_must_be_in_it_is_in_it_once(name: str, value: str) -> None:
    assert told(name) == [value]


def test_it_has_the_system_calls_of_a_service_and_no_more() -> None:
    assert told("SystemCallFilter") == ["@system-service", "~@privileged @resources"]


def test_what_would_break_tls_is_not_in_it() -> None:
    assert told("MemoryDenyWriteExecute") == []


def test_it_runs_commands_that_there_are() -> None:
    run, *before = [*told("ExecStart"), *told("ExecStartPre")]
    assert before == [f"{INSTALLED} policy check", f"-{INSTALLED} doctor"], "what the doctor says must not stop it"
    for command in (run, *before):
        name, *words = command.lstrip("-").split()
        assert name == INSTALLED
        parser(words).parse_args(words)


def test_its_secrets_are_loaded_by_systemd_and_named_by_the_readme() -> None:
    names = {value.partition(":")[0] for value in told("LoadCredential")}
    assert names == {"role-id", "secret-id", "vouch.key"}
    for name in names:
        assert f"/run/credentials/vecgate.service/{name}" in README.read_text("utf-8")


def test_the_readmes_settings_are_settings_and_lie_where_the_unit_lets_it_write() -> None:
    (text,) = re.findall(r"```yaml\n(.*?)```", README.read_text("utf-8"), re.DOTALL)
    whole = {
        "issuers": [{"issuer": "https://login.test", "audience": "vecgate"}],
        "upstreams": {
            "db": {
                "dialect": "chroma",
                "url": "https://db.test",
                "hosts": ["db.test"],
                "credential": {"role": "r", "gateway_role": "g"},
            }
        },
    } | yaml.safe_load(text)
    whole["vault"]["url"] = "https://vault.test"
    settings = Settings.model_validate(whole)
    for folder in (settings.recording.folder, settings.listen.certificate_folder):
        assert folder.is_relative_to("/var/lib/vecgate")


@has_systemd
def test_the_readmes_drop_in_fits_the_unit(unit: Path) -> None:
    (text,) = re.findall(r"```ini\n(.*?)```", README.read_text("utf-8"), re.DOTALL)
    unit.write_text(
        unit.read_text("utf-8") + text.replace(INSTALLED, str(Path(sys.executable).parent / "vecgate")), "utf-8"
    )
    done = analyze("verify", "--man=no", "--generators=no", unit)
    said = [line for line in done.stderr.splitlines() if not any(f"'{name}'" in line for name in NEWER)]
    assert (done.returncode, said) == (0, [])
