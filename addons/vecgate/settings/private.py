"""What is in a file that nobody else may read?"""

from pathlib import Path

from vecgate.refusals.errors import SettingsError


def secret(path: Path, named: str) -> str:
    """What is in it, without space around. `named`: by which setting. Raises SettingsError."""
    try:
        if path.stat().st_mode & 0o077:
            raise SettingsError([f"{named}: others may read {path}; do 'chmod 600' on it"])
        return path.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as e:
        raise SettingsError([f"{named}: {path} cannot be read"]) from e
