"""Which policies are in this folder? YAML -> one PolicySet, profiles as in domain/profiles.py, or every mistake.

Read are `*.yaml` right in the folder, without `*.test.yaml`; a folder without a rule is a mistake, because
a gateway that denies everything by accident looks exactly like one that was told to.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path as FilePath
from typing import Any, Final

from pydantic import BaseModel, ValidationError

from vecgate.domain.profiles import ENTITIES, UNSAFE_NOTHING, MaskProfile, unlisted
from vecgate.parsing import yaml_source
from vecgate.parsing.mistakes import mistakes, noun
from vecgate.parsing.words import unknown
from vecgate.parsing.yaml_source import Path, Source
from vecgate.policy.language import sets
from vecgate.policy.language.checks import profile_problems, rule_problems
from vecgate.policy.language.model import PolicyFile, Profile
from vecgate.policy.rules.compiled import CompiledRule, compile_rule
from vecgate.policy.rules.evaluate import PolicySet
from vecgate.refusals.errors import PolicyError

TEST_SUFFIX: Final = ".test.yaml"
#: The folder of files that are tried out: decided by and recorded, never enforced.
PROPOSED: Final = "proposed"

type Placed = tuple[int, str]


@dataclass(slots=True)
class _File:
    """One policy file: its tree, its model if the shape is right, and what is wrong, by line."""

    source: Source
    model: PolicyFile | None
    problems: list[Placed]

    def rules(self) -> Iterator[tuple[int, Any]]:
        rules = self.source.at(("rules",))
        yield from enumerate(rules if isinstance(rules, tuple) else ())

    def sets(self) -> Iterator[str]:
        found = self.source.at(("collections",))
        yield from found if isinstance(found, dict) else ()

    def profiles(self) -> Iterator[str]:
        profiles = self.source.at(("mask_profiles",))
        yield from profiles if isinstance(profiles, dict) else ()


def policy_files(folder: FilePath) -> list[FilePath]:
    """The policy files, by name. Raises PolicyError when the folder cannot be read or a name is doubtful."""
    try:
        entries = sorted(p for p in folder.iterdir() if not p.name.startswith("."))
    except OSError as e:
        raise PolicyError([f"{folder}: {e.strerror}"]) from e
    # A deny rule in a file that is silently not read would let things pass.
    if doubtful := [p for p in entries if p.suffix.lower() in (".yml", ".yaml") and p.suffix != ".yaml"]:
        raise PolicyError([f"{p}: the name of a policy file ends in '.yaml'" for p in doubtful])
    return [p for p in entries if p.suffix == ".yaml" and not p.name.endswith(TEST_SUFFIX)]


def left_aside(folder: FilePath) -> list[FilePath]:
    """Policy files in folders of this folder: they are not read, and that may not be what was meant."""
    below = sorted(p for p in folder.iterdir() if p.is_dir() and not p.name.startswith(".") and p.name != PROPOSED)
    found = (p for inner in below for p in sorted(inner.rglob("*")) if p.suffix.lower() in (".yaml", ".yml"))
    return [p for p in found if not any(part.startswith(".") for part in p.relative_to(folder).parts)]


def read_text(file: FilePath) -> str:
    """The text of a file. Raises PolicyError."""
    try:
        # What is no file, such as a pipe, could be waited for without end, and nothing would be loaded any more.
        if not file.is_file():
            raise PolicyError([f"{file}: this is no file"])
        return file.read_bytes().decode("utf-8")
    except OSError as e:
        raise PolicyError([f"{file}: {e.strerror}"]) from e
    except UnicodeDecodeError as e:
        raise PolicyError([f"{file}: not UTF-8"]) from e


def validate[M: BaseModel](source: Source, model: type[M]) -> tuple[M | None, list[tuple[Path, str]]]:
    """The model of a tree (None if its shape is wrong) and the mistakes."""
    if not isinstance(source.tree, dict):
        said = f"a policy file is a mapping that starts with 'version: 1'; this is {noun(source.tree)}"
        return None, [] if source.problems else [((), said)]
    try:
        return model.model_validate(source.tree), []
    except ValidationError as e:
        return None, list(mistakes(e, source, model))


def _in_rule(source: Source, path: Path, message: str) -> str:
    if len(path) < 2 or path[0] != "rules" or not isinstance(path[1], int):
        return message
    name = source.at((*path[:2], "name"))
    return f"rule {path[1] + 1}{f" '{name}'" if isinstance(name, str) else ''}: {message}"


def _read(text: str, label: str) -> _File:
    source = yaml_source.read(text, label)
    model, found = validate(source, PolicyFile)
    file = _File(source, model, list(source.problems))
    for i, rule in file.rules():
        found += [(("rules", i, *path), message) for path, message in rule_problems(rule)]
    for name in file.profiles():
        profile = source.at(("mask_profiles", name))
        found += [(("mask_profiles", name, *path), message) for path, message in profile_problems(name, profile)]
    file.problems += [(source.line(path), _in_rule(source, path, message)) for path, message in found]
    return file


def _duplicates(files: list[_File]) -> None:
    """Marks the second and later use of the name of a rule, a profile or a set, in whichever file."""
    first: dict[tuple[str, str], str] = {}
    for file in files:
        names: list[tuple[str, Any, Path]] = [
            ("rule", rule.get("name"), ("rules", i, "name")) for i, rule in file.rules() if isinstance(rule, dict)
        ]
        names += [("mask profile", name, ("mask_profiles", name)) for name in file.profiles()]
        names += [("set of collections", name, ("collections", name)) for name in file.sets()]
        for what, name, path in names:
            if not isinstance(name, str):
                continue
            line = file.source.line(path)
            place = first.setdefault((what, name), f"{file.source.label}:{line}")
            if place != f"{file.source.label}:{line}":
                file.problems.append((line, f"duplicate {what} '{name}', first in {place}"))


def _named_profiles(rule: Any) -> Iterator[tuple[Path, str]]:
    """Where a rule names a mask profile, and which."""
    for path in (("mask",), ("inputs", "profile")):
        value = rule
        for key in path:
            value = value.get(key) if isinstance(value, dict) else None
        if isinstance(value, str):
            yield path, value
    grant = rule.get("grant") if isinstance(rule, dict) else None
    masks = grant.get("masks") if isinstance(grant, dict) else None
    for i, name in enumerate(masks if isinstance(masks, tuple) else ()):
        if isinstance(name, str):
            yield ("grant", "masks", i), name


def _unknown_profiles(files: list[_File]) -> None:
    if any(file.source.tree is None and file.source.problems for file in files):
        return  # the profiles may be in what cannot be read
    known = dict.fromkeys([*(name for file in files for name in file.profiles()), UNSAFE_NOTHING.name])
    for file in files:
        for i, rule in file.rules():
            for within, name in _named_profiles(rule):
                if name not in known:
                    path: Path = ("rules", i, *within)
                    message = unknown("mask profile", name, [*known])
                    file.problems.append((file.source.line(path), _in_rule(file.source, path, message)))


def resolve(name: str, profile: Profile) -> MaskProfile:
    """A profile with every entity spelled out."""
    named = profile.entities
    entities = {entity: named.get(entity) or unlisted(entity, named, profile.default) for entity in ENTITIES}
    lists = profile.allow, profile.deny
    return MaskProfile(name, entities, profile.fields, profile.sensitivity, profile.unserved, *lists)


def _unknown_sets(files: list[_File]) -> None:
    if any(file.source.tree is None and file.source.problems for file in files):
        return
    known = dict.fromkeys(name for file in files for name in file.sets())
    for file in files:
        for i, rule in file.rules():
            for within, name in sets.named(rule):
                if name not in known:
                    path: Path = ("rules", i, *within)
                    message = unknown("set of collections", name, [*known])
                    file.problems.append((file.source.line(path), _in_rule(file.source, path, message)))


def _compile(files: list[_File], known: sets.Sets) -> Iterator[CompiledRule]:
    order = 0
    for file in files:
        for i, rule in enumerate(file.model.rules if file.model else ()):
            yield compile_rule(
                sets.expanded(rule, known), f"{file.source.label}:{file.source.line(('rules', i))}", order
            )
            order += 1


def from_texts(texts: dict[str, str]) -> PolicySet:
    """The policy set of these texts, by the name they are known under. Raises PolicyError with every mistake."""
    files = [_read(text, label) for label, text in texts.items()]
    _duplicates(files)
    _unknown_profiles(files)
    _unknown_sets(files)
    problems = [f"{f.source.label}:{line}: {message}" for f in files for line, message in sorted(set(f.problems))]
    if not problems and not any(file.model and file.model.rules for file in files):
        problems = ["there is no rule in any file; a gateway without rules would deny everything"]
    if problems:
        raise PolicyError(problems)
    written = {n: (file, p) for file in files if file.model for n, p in file.model.mask_profiles.items()}
    profiles = {name: resolve(name, profile) for name, (_, profile) in written.items()}
    places = {n: f"{f.source.label}:{f.source.line(('mask_profiles', n))}" for n, (f, _) in written.items()}
    keeping = frozenset(name for name, (_, profile) in written.items() if profile.default.name == "keep")
    named = (part for label, text in texts.items() for part in (FilePath(label).name, text))
    mark = sha256("\0".join(named).encode())  # wherever the folder lies, the same rules are the same version
    known = {name: found for file in files if file.model for name, found in file.model.collections.items()}
    deputies = tuple(one.deputy() for file in files if file.model for one in file.model.deputies)
    return PolicySet(mark.hexdigest()[:12], _compile(files, known), profiles, places, keeping, known, deputies)


def texts_of(folder: FilePath) -> dict[str, str]:
    """The text of each policy file of a folder, by its path. Raises PolicyError."""
    files = policy_files(folder)
    if not files:
        raise PolicyError([f"{folder}: there is no policy file (*.yaml) in this folder"])
    return {str(file): read_text(file) for file in files}


def load(folder: FilePath) -> PolicySet:
    """The policy set of a folder. Raises PolicyError with every mistake, each as `file:line: what`."""
    return from_texts(texts_of(folder))


def proposed(folder: FilePath) -> PolicySet | None:
    """The set as it would be with the files of `proposed/` beside the others, or in the place of one of their name.

    None: nothing is proposed. Raises PolicyError.
    """
    inner = folder / PROPOSED
    changed = policy_files(inner) if inner.is_dir() else []
    if not changed:
        return None
    files = {file.name: file for file in (*policy_files(folder), *changed)}
    return from_texts({str(files[name]): read_text(files[name]) for name in sorted(files)})
