"""scripts/transparent, as far as it goes without root; and scripts that tell how they are used before they do anything."""

import re
import subprocess
from pathlib import Path
from typing import Final

import pytest

from support.tools.every import every

SCRIPT: Final = Path(__file__).resolve().parents[1] / "scripts" / "transparent"


def transparent(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([SCRIPT, *words], capture_output=True, text=True, timeout=20, check=False)


MISTAKES: Final = [
    # ports
    (("--interface", "eth0"), "--ports takes the databases' ports"),
    (("--interface", "eth0", "--ports", ""), "--ports takes the databases' ports"),
    (("--interface", "eth0", "--ports", "443;8000"), "--ports takes the databases' ports"),
    (("--interface", "eth0", "--ports", "443,"), "--ports takes the databases' ports"),
    (("--interface", "eth0", "--ports", "443,65536"), "65536 is not a port"),
    (("--interface", "eth0", "--ports", "0"), "0 is not a port"),
    (("--interface", "eth0", "--ports", "443", "--proxy-port", "8443,8444"), "--proxy-port takes one port"),
    (("--interface", "eth0", "--ports", "443", "--proxy-port", "99999"), "--proxy-port takes one port"),
    # workers
    (("--interface", "eth0", "--ports", "443", "--workers", "0"), "--workers takes a number from 1 to 256"),
    (("--interface", "eth0", "--ports", "443", "--workers", "257"), "--workers takes a number from 1 to 256"),
    (("--interface", "eth0", "--ports", "443", "--workers", "two"), "--workers takes a number from 1 to 256"),
    (("--interface", "eth0", "--ports", "443", "--proxy-port", "65535", "--workers", "2"), "not so many ports"),
    # for whom
    (("--ports", "443"), "say --interface IF (a gateway host) or --local-group GROUP"),
    (("--interface", "", "--ports", "443"), "say --interface IF"),
    (("--interface", 'eth0" accept', "--ports", "443"), "--interface takes an interface's name"),
    (("--interface", "sixteen-letters-", "--ports", "443"), "--interface takes an interface's name"),
    (("--local-group", "a b", "--ports", "443"), "--local-group takes a group's name or number"),
    (("--interface", "eth0", "--local-group", "vecgate", "--ports", "443"), "exclude each other"),
    (("--local-group", "vecgate", "--ports", "443", "--route-others"), "--route-others goes with --interface"),
    # words
    (("--interface",), "--interface needs a value"),
    (("--everything",), "unknown option --everything"),
    (("8000",), "unknown option 8000"),
]


@every("command", ["print", "up"])
@every(("words", "said"), MISTAKES, ids=lambda value: " ".join(value) if isinstance(value, tuple) else "")
def test_a_mistake_is_named_and_no_rule_is_made_of_it(command: str, words: tuple[str, ...], said: str) -> None:
    """Half of a ruleset handed to the kernel would take the old rules away and put none in their place."""
    done = transparent(command, *words)
    assert done.returncode == 2
    assert done.stdout == ""
    assert said in done.stderr


@pytest.mark.parametrize("words", [(), ("help",), ("--help",)], ids=lambda words: " ".join(words) or "nothing")
def test_without_a_known_command_it_tells_how_it_is_used(words: tuple[str, ...]) -> None:
    done = transparent(*words)
    assert done.returncode == 2
    for command in ("up --interface", "up --local-group", "print", "status", "down"):
        assert f"scripts/transparent {command}" in done.stdout


def test_up_names_an_interface_that_is_not_there() -> None:
    done = transparent("up", "--interface", "vg-nowhere", "--ports", "443")
    assert done.returncode == 2
    assert "there is no interface vg-nowhere" in done.stderr


@pytest.mark.parametrize(
    "mode", [("--interface", "eth0"), ("--interface", "eth0", "--route-others"), ("--local-group", "vecgate")]
)
def test_print_shows_what_up_would_load(mode: tuple[str, ...]) -> None:
    done = transparent("print", *mode, "--ports", "443,8000", "--proxy-port", "9443")
    assert done.returncode == 0
    assert done.stderr == ""
    assert done.stdout.count("{") == done.stdout.count("}")
    assert "tcp dport { 443,8000 } redirect to :9443" in done.stdout
    assert "tcp dport 9443 ct status & dnat != dnat counter drop" in done.stdout
    assert done.stdout.startswith("table inet vecgate\ndelete table inet vecgate\ntable inet vecgate {")


def test_a_gateway_host_routes_nothing_unless_told_to() -> None:
    words = ("print", "--interface", "eth0", "--ports", "443")
    assert re.search(r'^ *iifname "eth0" counter drop$', transparent(*words).stdout, re.MULTILINE)
    told = transparent(*words, "--route-others").stdout
    assert 'iifname "eth0" meta l4proto { tcp, udp } th dport { 443 } counter drop' in told
    assert 'iifname "eth0" counter drop' not in told


@pytest.mark.parametrize("mode", [("--interface", "eth0"), ("--local-group", "vecgate")])
def test_with_several_workers_connections_go_to_their_ports_in_turn(mode: tuple[str, ...]) -> None:
    """The ports are those of `vecgate run --mode transparent --workers 3`; none of them can be reached directly."""
    words = ("print", *mode, "--ports", "443", "--proxy-port", "9443", "--workers")
    told = transparent(*words, "3").stdout
    assert "redirect to :numgen inc mod 3 map { 0 : 9443, 1 : 9444, 2 : 9445 }" in told
    assert "tcp dport 9443-9445 ct status & dnat != dnat counter drop" in told
    assert transparent(*words, "1").stdout == transparent(*words[:-1]).stdout


HELP: Final = {
    "run": ("--databases chroma,qdrant", "--folder", "--once"),
    "test": ("--long", "_API_KEY for each", "with its reason"),
}


@pytest.mark.parametrize("script", HELP)
def test_help_is_told_before_anything_is_installed(script: str, tmp_path: Path) -> None:
    """In a clone of which nothing was made yet, and without a PATH on which uv or Python could be found."""
    (tmp_path / "scripts").mkdir()
    copy = tmp_path / "scripts" / script
    copy.write_bytes((SCRIPT.parent / script).read_bytes())
    done = subprocess.run(
        ["/bin/bash", copy, "--help"],
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
        env={"PATH": "/usr/bin:/bin"},
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert [words for words in HELP[script] if words not in done.stdout] == []
