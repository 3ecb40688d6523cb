"""Where do databases, kinds of credentials and operators come from (plug-ins), and which settings does each bring?

Each is one folder, an operator one file: in the package, or in the folder that VECGATE_PLUGINS names (`dialects/NAME`,
`credentials/NAME`, `operators/NAME.py`).
What lies there runs with all that the gateway may do, so nobody but root and the gateway's own user may write there.
"""

import os
import pkgutil
import stat
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any, Final

from vecgate.refusals.errors import SettingsError
from vecgate.settings.section import Section

ENVIRONMENT_NAME: Final = "VECGATE_PLUGINS"
#: The folder beside the databases that holds what all of them share.
SHARED: Final = "base"
_PACKAGE: Final = Path(__file__).resolve().parents[1]


@dataclass(frozen=True, slots=True)
class Seam:
    """A place where plug-ins fit: the package they become part of, their folder outside, and the file each must hold."""

    package: str
    folder: str
    file: str
    noun: str

    def names(self) -> tuple[str, ...]:
        """Those there are, sorted. Raises SettingsError for a folder of plug-ins that cannot be used."""
        names = sorted(self._found())
        _once(names, self.noun)
        return tuple(names)

    def load(self, name: str) -> ModuleType:
        """The file of one. Raises LookupError for a name that is not there."""
        if name not in self.names():
            raise LookupError(f"unknown {self.noun} {name!r}. Known: {', '.join(self.names())}.")
        return self._import(name, self.file)

    def only[T](self, module: ModuleType, base: type[T]) -> type[T]:
        """The one class that such a file defines. Raises LookupError when it is none, several, or misnamed."""
        expected = module.__name__.split(".")[-2]
        mine = [one for one in vars(module).values() if isinstance(one, type) and one.__module__ == module.__name__]
        found = [one for one in mine if issubclass(one, base)]
        if len(found) != 1 or _name(found[0]) != expected:
            got = ", ".join(sorted(repr(_name(one)) for one in found)) or "none"
            where = f"{self.package.removeprefix('vecgate.').replace('.', '/')}/{expected}/{self.file}.py"
            raise LookupError(f"{where} must define one {self.file}, named {expected!r}; it defines {got}")
        return found[0]

    def section[S: Section](self, base: type[S], name: object) -> type[S]:
        """The section of the one of that name: `Options` in its options.py, or the base where it wants no more."""
        if not isinstance(name, str) or name not in self.names():
            return base  # a name that is not there is told of where it is loaded
        if (found := self.beside(name, "options")) is None:
            return base
        options: object = found.Options
        if not (isinstance(options, type) and issubclass(options, base)):
            raise SettingsError([f"{self.noun} {name!r}: its Options must be a {base.__name__}"])
        return options

    def beside(self, name: str, file: str) -> ModuleType | None:
        """Another file of the one of that name, which is there; None where it brings none."""
        if not any((where / name / f"{file}.py").is_file() for where in _places(self.package, self.folder)):
            return None
        return self._import(name, file)

    def _found(self) -> Iterator[str]:
        for where in _places(self.package, self.folder):
            for module in pkgutil.iter_modules([str(where)]):
                if module.ispkg and module.name != SHARED and (where / module.name / f"{self.file}.py").is_file():
                    yield module.name

    def _import(self, name: str, file: str) -> ModuleType:
        _opened(self.package, self.folder)
        return import_module(f"{self.package}.{name}.{file}")


def modules(package: str, folder: str, noun: str) -> Mapping[str, ModuleType]:
    """Plug-ins of one file each, by name: in the package, and in that folder. Raises SettingsError as `Seam.names`."""
    places = [str(where) for where in _places(package, folder)]
    names = sorted(m.name for where in places for m in pkgutil.iter_modules([where]) if not m.name.startswith("_"))
    _once(names, noun)
    _opened(package, folder)
    return {name: import_module(f"{package}.{name}") for name in names}


def _places(package: str, folder: str) -> list[Path]:
    """Folders to look in. The package itself is not loaded for that: settings are read by many."""
    own, outside = _PACKAGE.joinpath(*package.split(".")[1:]), os.environ.get(ENVIRONMENT_NAME)
    if not outside:
        return [own]
    check(outside)
    return [own, Path(outside) / folder]


def _opened(package: str, folder: str) -> None:
    """What lies outside becomes a part of the package, after its own."""
    path = import_module(package).__path__
    path.extend(where for where in map(str, _places(package, folder)) if where not in path)


def _once(names: Sequence[str], noun: str) -> None:
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise SettingsError([f"{ENVIRONMENT_NAME}: there is a {noun} {name!r} already" for name in twice])


DATABASES: Final = Seam("vecgate.dialects", "dialects", "dialect", "dialect")
CREDENTIALS: Final = Seam("vecgate.credentials.kinds", "credentials", "kind", "credential kind")
#: What is wrong with an address that has no TLS.
IN_THE_CLEAR: Final = "it begins with 'https://'; in the clear no credential of the gateway's is shown"


def clear(upstream: Any) -> bool:
    """Whether its connections would have no TLS, and so show no credential."""
    return not upstream.url.startswith("https:")


def are_there(upstreams: Mapping[str, Any], dialect: Callable[[str], Any], kind: Callable[[str], Any]) -> None:
    """Raise SettingsError, with every mistake, where upstreams name what is not there, or what does not go together.

    Both load by a name.
    """
    problems = []
    named = [(name, dialect, one.dialect) for name, one in upstreams.items()]
    named += [(name, kind, one.credential.kind) for name, one in upstreams.items()]
    for upstream, load, name in named:
        try:
            load(name)
        except LookupError as e:
            problems.append(f"upstreams.{upstream}: {e}")
    if not problems:
        told = [
            (name, kind(one.credential.kind).unfit(one, dialect(one.dialect).ways)) for name, one in upstreams.items()
        ]
        kinds = {name: one.credential.kind for name, one in upstreams.items()}
        problems = [f"upstreams.{name}.credential: {kinds[name]!r} {why}" for name, why in told if why is not None]
        problems += [f"upstreams.{name}.url: {IN_THE_CLEAR}" for name, one in upstreams.items() if clear(one)]
    if problems:
        raise SettingsError(problems)


def _name(plugin: type) -> object:
    return getattr(plugin, "name", None)


@lru_cache(maxsize=1)
def check(outside: str) -> None:
    """Raises SettingsError, naming every mistake: what is there is run, so nobody else may have a hand in it."""
    if problems := list(_problems(Path(outside))):
        raise SettingsError([f"{ENVIRONMENT_NAME}: {problem}" for problem in problems])


def _problems(folder: Path) -> Iterator[str]:
    if not folder.is_absolute() or not folder.is_dir():
        yield f"{folder} is no folder, named from the root"
        return
    for found in (folder, *sorted(folder.rglob("*"))):
        about = found.lstat()
        if about.st_uid not in (0, os.geteuid()):
            yield f"{found} is another user's"
        if not stat.S_ISLNK(about.st_mode) and about.st_mode & 0o022:
            yield f"others may write to {found}; chmod go-w it"
        if stat.S_ISLNK(about.st_mode):
            yield f"{found} is a link to elsewhere"
