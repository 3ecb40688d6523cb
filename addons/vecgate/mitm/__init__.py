"""How is mitmproxy kept shut, bounded and small? Its upstream half shut, its options fixed, a door before the path."""
