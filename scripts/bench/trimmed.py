"""What are our steps compared with? Our own trimmed Master without them, connecting upstream as mitmproxy does.

Run by `overhead.py` as: trimmed.py PORT UPSTREAM_PORT FOLDER UPSTREAM_CA
"""

import asyncio
import signal
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "addons"))

from mitmproxy import options

from vecgate.mitm.options import FIXED
from vecgate.processes import master as process


async def serve(port: int, upstream: int, folder: Path, ca: Path) -> None:
    """Until SIGTERM. The options are the gateway's, the upstream half is open."""
    master = process.plain_master(options.Options())
    master.options.update(
        mode=[f"reverse:https://localhost:{upstream}@127.0.0.1:{port}"],
        confdir=str(folder),
        client_certs=str(folder / "client.pem"),
        ssl_verify_upstream_trusted_ca=str(ca),
        **{name: value for name, value in FIXED.items() if name in master.options and name != "keep_host_header"},
    )
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, master.shutdown)
    await master.run()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]), Path(sys.argv[4])))
