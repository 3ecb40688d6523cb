"""Which policy set counts now? The newest valid one; a bad edit keeps the old set and says so."""

import asyncio
import logging
import time
from collections.abc import Callable
from pathlib import Path
from typing import Self

from vecgate.policy.load import PROPOSED, from_texts, proposed, texts_of
from vecgate.policy.rules.evaluate import PolicySet
from vecgate.policy.signed import Seal, Signatures
from vecgate.refusals.errors import Part, PolicyError, Unavailable
from vecgate.settings.file import Settings

log = logging.getLogger(__name__)

type _Look = tuple[tuple[str, int, int, int], ...] | None


def _look(folder: Path) -> _Look:
    """Name, inode, size and time of change (of content or rights) of every file; None: it cannot be read."""
    try:
        inner = folder / PROPOSED
        files = [*sorted(folder.iterdir()), *(sorted(inner.iterdir()) if inner.is_dir() else ())]
        stats = [(str(p.relative_to(folder)), p.stat()) for p in files if not p.name.startswith(".")]
    except OSError:
        return None
    return tuple((name, s.st_ino, s.st_size, s.st_ctime_ns) for name, s in stats)


def unfit(policies: PolicySet, shown: str | None) -> list[str]:
    """Why what no rule allows cannot be shown under this mask profile, where the settings observe; empty: it can."""
    if not shown:
        return []
    found = policies.profiles.get(shown)
    if found is None:
        return [f"'observing.mask' in the settings names '{shown}', and there is no such mask profile in the policies"]
    if found.hides_by_default:
        return []
    said = "keeps something that is masked unless a profile says otherwise; name the strictest profile"
    return [f"'observing.mask' in the settings names '{shown}', which {said}"]


class PolicyStore:
    """The policies of one folder. `problems` tells why its present content is not in use; empty: it is.

    `broken_since`: when that was first seen, on `now`; None while all is well.
    """

    def __init__(
        self,
        folder: Path,
        now: Callable[[], float] = time.time,
        *,
        keyed: bool = True,
        shown: str | None = None,
        seal: Seal | None = None,
    ) -> None:
        """`keyed`: whether the settings name the key that marks of values are made with; `shown`: see `unfit`."""
        self._keyed, self._shown, self._seal = keyed, shown, seal or Seal()
        #: Who signed the set in use.
        self.signatures: Signatures | None = None
        self._folder = folder
        self._now = now
        self.broken_since: float | None = None
        self._current: PolicySet | None = None
        self._loaded: _Look = None
        self._seen: _Look = None
        self.problems: tuple[str, ...] = ()
        #: What is tried out beside the set in use: decided by and recorded, never enforced.
        self.proposed: PolicySet | None = None

    @classmethod
    def of(cls, settings: Settings, now: Callable[[], float] = time.time) -> Self:
        """The policies that the settings name."""
        shown = settings.observed.mask if settings.observed is not None else None
        keyed, seal = settings.masking.key is not None, Seal.of(settings, now)
        return cls(settings.policies.folder, now, keyed=keyed, shown=shown, seal=seal)

    @property
    def folder(self) -> Path:
        """Where they lie."""
        return self._folder

    @property
    def loaded(self) -> PolicySet | None:
        """The set in use, or None while there is none."""
        return self._current

    @property
    def current(self) -> PolicySet:
        """The set in use; hold on to it for one exchange. Raises Unavailable('policy') while there is none."""
        if self._current is None:
            raise Unavailable(Part.POLICY, "no valid policy set")
        return self._current

    def refresh(self) -> bool:
        """Reads the folder now and swaps the set whole. False, with `problems`, when it keeps the old one."""
        look = _look(self._folder)
        try:
            policies, signatures, texts = self._read()
        except PolicyError as e:
            self._refuse(look, e.problems)
            return False
        if look is None or look != _look(self._folder):
            self._loaded = None  # written to while we read: look again at the next poll
            return False
        self._loaded, self.problems, self.broken_since = look, (), None
        if signatures is not None:
            self._seal.remember(signatures.number, texts)
        self.signatures = signatures
        self._swap(policies)
        self._propose()
        return True

    def _propose(self) -> None:
        """Whatever is wrong with what is proposed, the set in use is in use."""
        before, self.proposed = self.proposed, None
        try:
            self.proposed = proposed(self._folder)
        except PolicyError as e:
            log.warning(
                "proposed policies not loaded, and recorded of no call:\n%s", "\n".join(f"  {p}" for p in e.problems)
            )
        if self.proposed is not None and (before is None or before.version != self.proposed.version):
            said = "policy set %s is proposed: recorded beside each decision, never enforced"
            log.info(said, self.proposed.version)

    def _read(self) -> tuple[PolicySet, Signatures | None, dict[str, str]]:
        """The set, of the very texts whose signatures were checked."""
        read = texts_of(self._folder)
        texts = {Path(name).name: text for name, text in read.items()}
        signatures, policies = self._seal.check(self._folder, texts), from_texts(read)
        if not self._keyed and policies.stored_marks:
            raise PolicyError([*policies.stored_marks])
        if problems := unfit(policies, self._shown):
            raise PolicyError(problems)
        return policies, signatures, texts

    def _refuse(self, look: _Look, problems: list[str]) -> None:
        said, self._loaded, self.problems = self.problems, look, tuple(problems)
        if self.broken_since is None:
            self.broken_since = self._now()
        if said == self.problems:
            return  # the same mistake at every poll would bury everything else in the log
        kept = f"set {self._current.version} stays in use" if self._current else "all calls are refused until they are"
        # mitmproxy ends a process that logs an error while it starts; refusing is safe, and heals by itself.
        level = logging.ERROR if self._current else logging.WARNING
        log.log(level, "policies not loaded, %s:\n%s", kept, "\n".join(f"  {p}" for p in problems))

    def _swap(self, policies: PolicySet) -> None:
        if self._current is not None and self._current.version == policies.version:
            return
        self._current = policies
        log.info("policy set %s: %d rules", policies.version, len(policies.rules))
        for warning in policies.warnings:
            log.warning("%s", warning)

    def poll(self) -> bool:
        """Refreshes when the folder has changed and then stayed the same since the last poll. True: a new look."""
        look = _look(self._folder)
        # A file that is still being written can be valid YAML that lacks its last rules.
        settled, self._seen = look == self._seen, look
        if not settled or (look is not None and look == self._loaded):
            return False
        return self.refresh()

    async def watch(self, interval: float = 1.0) -> None:
        """Polls for ever, every so many seconds."""
        while True:
            await asyncio.to_thread(self.poll)
            await asyncio.sleep(interval)
