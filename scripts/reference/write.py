"""python -m reference.write: puts the tables between their markers; with --check only looks."""

import argparse
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from reference.tables import BLOCKS, ROOT
from vecgate.policy.language import schema

FOLDER: Final = ROOT / ".github"
_PART: Final = re.compile(r"(<!-- generated: ([a-z ]+) -->\n).*?(<!-- end -->)", re.DOTALL)


def fill(text: str) -> str:
    """The text with its generated parts made anew. Raises KeyError for one nobody makes."""
    return _PART.sub(lambda part: f"{part[1]}{BLOCKS[part[2]]()}{part[3]}", text)


def names(text: str) -> list[str]:
    """The generated parts of a text."""
    return [part[2] for part in _PART.finditer(text)]


def fresh() -> Iterator[tuple[Path, str]]:
    """Every file with a generated part, and what it should hold."""
    for path in sorted(FOLDER.glob("*.md")):
        yield path, fill(path.read_text("utf-8"))
    policies = ROOT / "policies"
    yield policies / "README.md", schema.fill((policies / "README.md").read_text("utf-8"))
    yield policies / "schema.json", schema.schema_text()


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser("scripts/docs", description="Make the generated parts of the documentation anew.")
    parser.add_argument("--check", action="store_true", help="write nothing; exit code 1 if something is stale")
    args = parser.parse_args()
    stale = [(path, text) for path, text in fresh() if path.read_text("utf-8") != text]
    for path, text in stale:
        print(f"{'stale' if args.check else 'written'}: {path.relative_to(ROOT)}")
        if not args.check:
            path.write_text(text, "utf-8")
    return 1 if stale and args.check else 0


if __name__ == "__main__":
    sys.exit(main())
