"""How does mitmproxy stay closed? Its upstream half shut, its options fixed, a door before the path, a process of its own."""
