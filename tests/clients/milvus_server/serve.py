"""Runs a Milvus 2.3.5 with authorization in a fresh folder, prints its two ports as JSON, and ends with its input."""

import json
import sys

from milvus import MilvusServer

server = MilvusServer()
server.set_base_dir(sys.argv[1])
server.config.set("authorization_enabled", True)
server.config.set("proxy_port", int(sys.argv[2]))
server.start()
try:
    print(json.dumps({"rest": int(sys.argv[2]), "metrics": server.webservice_port}), flush=True)
    sys.stdin.read()
finally:
    server.stop()
