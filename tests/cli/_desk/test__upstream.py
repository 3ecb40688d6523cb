"""Which database is meant: as desk.toml says it, with options before."""

import argparse
from pathlib import Path

from vecgate.cli._desk._upstream import Meant, meant


def test_options_go_before_the_file(home: Path) -> None:
    home.mkdir()
    (home / "t").write_text("token")
    (home / "desk.toml").write_text(
        'gateway = "https://a:1"\nca = "/a.pem"\n[upstreams.u]\ndialect = "chroma"\nurl = "https://u:2"\n'
    )

    def given(**said: str | None) -> Meant:
        left = {"upstream": None, "dialect": None, "gateway": None, "ca": None, "token_file": home / "t"}
        return meant(argparse.Namespace(**left | said))

    assert given(upstream="u") == Meant("chroma", "https://u:2", "/a.pem")
    assert given(upstream="u", gateway="https://x:3", ca="/x.pem") == Meant("chroma", "https://x:3", "/x.pem")
    assert given(upstream="v", dialect="qdrant") == Meant("qdrant", "https://a:1", "/a.pem")
    assert given() == Meant("", "https://a:1", "/a.pem")
