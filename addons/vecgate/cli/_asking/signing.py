"""How does a person sign? With an Ed25519 key in a file, or by ssh-keygen, which knows agents and passphrases."""

import argparse
import json
import os
import shutil
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_ssh_private_key

from vecgate.cli._gateway import GatewayFailed, safe
from vecgate.consent.enrolled import Unproven
from vecgate.consent.kinds import Unreadable, sshsig

KEY: Final = "VECGATE_APPROVER_KEY"
ENROLMENT: Final = "VECGATE_ENROLMENT"
_FAR: Final = 120.0


def _plain(path: Path) -> Ed25519PrivateKey | None:
    """The key in a file that has no passphrase; None where it has, or is none."""
    try:
        raw = path.read_bytes()
    except OSError as e:
        raise GatewayFailed(f"--key: {e.strerror}") from None
    for load in (load_ssh_private_key, load_pem_private_key):
        try:
            found = load(raw, None)
        except (ValueError, TypeError, UnsupportedAlgorithm):
            continue
        if isinstance(found, Ed25519PrivateKey):
            return found
        raise GatewayFailed("--key: an Ed25519 key is needed; make one with 'ssh-keygen -t ed25519'")
    return None


def public(path: Path) -> str:
    """The public line of a key: the private one's own, or that of the .pub file beside it. Raises GatewayFailed."""
    found = _plain(path)
    if found is not None:
        return sshsig.line(found)
    beside = path if path.suffix == ".pub" else path.with_name(f"{path.name}.pub")
    try:
        return sshsig.plain(beside.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, Unreadable) as e:
        raise GatewayFailed(f"--key: there is no public key in {beside.name}") from e


def signed(path: Path, text: str) -> str:
    """The signature of a text. Raises GatewayFailed."""
    found = _plain(path)
    if found is not None:
        return sshsig.sign(found, text)
    program = shutil.which("ssh-keygen")
    if program is None:
        raise GatewayFailed("--key: this key needs ssh-keygen to sign with, and there is none")
    words = [program, "-Y", "sign", "-n", sshsig.NAMESPACE, "-f", str(path)]
    try:
        done = subprocess.run(words, input=text.encode(), stdout=subprocess.PIPE, timeout=_FAR, check=False)  # noqa: S603 found on the path, no shell
    except subprocess.TimeoutExpired as e:
        raise GatewayFailed("--key: ssh-keygen did not answer") from e
    if done.returncode:
        raise GatewayFailed("--key: ssh-keygen did not sign")
    return done.stdout.decode()


def document(path: Path) -> dict[str, Any]:
    """An enrolment in a file. Raises GatewayFailed."""
    try:
        found = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as e:
        raise GatewayFailed(f"{path.name} holds no enrolment; 'vecgate approver enroll' makes one") from e
    if not isinstance(found, dict) or not isinstance(found.get("statement"), str):
        raise GatewayFailed(f"{path.name} holds no enrolment; 'vecgate approver enroll' makes one")
    return found


def key_options(action: argparse.ArgumentParser) -> None:
    """What signing a yes takes."""
    action.add_argument("--key", type=Path, metavar="FILE", help=f"sign the yes with this key; or {KEY}")
    action.add_argument("--enrolment", type=Path, metavar="FILE", help=f"your enrolment; or {ENROLMENT}")


def signs(args: argparse.Namespace) -> bool:
    """Whether a key was given, or an enrolment."""
    return bool(args.key or args.enrolment or os.environ.get(KEY) or os.environ.get(ENROLMENT))


def proof(args: argparse.Namespace, to_sign: str) -> dict[str, Any]:
    """What goes with a yes: nothing, where nothing is signed, or no key was given. Raises GatewayFailed."""
    key = args.key or os.environ.get(KEY)
    enrolment = args.enrolment or os.environ.get(ENROLMENT)
    if not key and not enrolment:
        return {}
    if not key or not enrolment:
        raise GatewayFailed("a yes is signed with a key and its enrolment: give both --key and --enrolment")
    if not to_sign:
        raise GatewayFailed("nothing is to be signed: this gateway takes no signatures, or does not wait for your yes")
    print("you sign:", *_said(to_sign), sep="\n", file=sys.stderr)
    made = signed(Path(key), to_sign)
    return {"signed": {"statement": to_sign, "signature": made, "enrolment": document(Path(enrolment))}}


def _said(to_sign: str) -> list[str]:
    """What is signed, in lines. It is this that counts, whatever else was shown."""
    facts = json.loads(to_sign)
    steps = facts.pop("steps", [])
    with suppress(KeyError, Unproven, ModuleNotFoundError):  # at a desk it is shown as it is signed
        from vecgate.consent.written import asked_in

        facts["asked"] = str(asked_in(facts["asked"]))
    lines = _lines(facts, "")
    for number, step in enumerate(steps, 1):
        lines += [f"  step {number}:", *_lines(step, "  ")]
    return lines


def _lines(facts: dict[str, Any], indent: str) -> list[str]:
    return [safe(f"  {indent}{name:<12} {value}") for name, value in facts.items() if value not in ("", None, [])]
