"""Runs a milvus-lite in a fresh folder, prints its port as JSON, and ends with its input. It asks nobody for a login."""

import json
import sys

from milvus_lite.adapter.grpc.server import start_server_in_thread

server, kept, port = start_server_in_thread(sys.argv[1])
try:
    print(json.dumps({"port": port}), flush=True)
    sys.stdin.read()
finally:
    server.stop(grace=1)
    kept.close()
