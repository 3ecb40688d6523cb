"""How does mitmproxy stay closed? Upstream half shut, options fixed, a door before the path, a process of its own."""
