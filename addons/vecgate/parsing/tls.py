"""Whom does a connection of ours trust, and which TLS does it speak? One context for all that goes out."""

import ssl
from pathlib import Path


def trusting(ca: Path | str | None = None) -> ssl.SSLContext:
    """Trusts these CAs (PEM), or those of the system, for the name that is asked for. Raises OSError for the file.

    It speaks TLS 1.2 or later, also where the system's Python leaves older ones to OpenSSL's settings (RFC 8996).
    """
    context = ssl.create_default_context(cafile=ca)
    context.minimum_version = max(context.minimum_version, ssl.TLSVersion.TLSv1_2)
    return context
