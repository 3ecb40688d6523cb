"""How are calls signed for OpenSearch Service (AWS)? kind.py: with which keys; signing.py: how; options.py."""
