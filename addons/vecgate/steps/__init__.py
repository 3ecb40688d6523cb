"""In which order does a request pass? One thin mitmproxy addon per step, a verb each; `gateway.py` is the order."""
