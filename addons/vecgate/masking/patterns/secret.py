"""Is this a key, a token or a password? By the prefixes their makers publish, or because the text says so."""

from typing import Final

from vecgate.masking.patterns._base import Rule

_KEYS: Final = (
    r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b",  # AWS access key id
    r"\bgh[pousr]_[A-Za-z0-9]{36}",  # GitHub
    r"\bgithub_pat_\w{50,}",
    r"\bglpat-[\w-]{20}",  # GitLab
    r"\bxox[abprs]-[A-Za-z0-9-]{10,}",  # Slack
    r"\bAIza[\w-]{35}",  # Google API key
    r"\bya29\.[\w-]{20,}",  # Google OAuth
    r"\b[sr]k_(?:live|test)_[A-Za-z0-9]{16,}",  # Stripe
    r"\bsk-[\w-]{20,}",  # OpenAI and others that took over the form
    r"\bhf_[A-Za-z]{30,}",  # Hugging Face
    r"\bnpm_[A-Za-z0-9]{36}",
    r"\bSG\.[\w-]{22}\.[\w-]{43}",  # SendGrid
    r"\bhv[sb]\.[\w-]{20,}",  # Vault, OpenBao
    r"\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*",  # JWT (RFC 7519): base64url of '{"'
)
_NAME: Final = (
    r"api[_ -]?key|secret(?:[_ -]?key)?|(?:access|auth|refresh|bearer)[_ -]?token|client[_ -]?secret|private[_ -]?key"
    r"|password|passwd|passphrase|pwd"
)

RULES: Final = (
    Rule("SECRET", "key", "|".join(_KEYS)),
    Rule("SECRET", "pem", r"-----BEGIN [A-Z ]*PRIVATE KEY-----(?s:.*?)(?:-----END [A-Z ]*PRIVATE KEY-----|\z)"),
    Rule(
        "SECRET", "named", rf"(?i)(?:\b|_)(?:{_NAME})\b[\"']?[ ]*(?:is[ ]*)?[:=][ ]*[\"']?([^\s\"',;]{{6,}})", group=1
    ),
    Rule(
        "SECRET", "bearer", r"(?i)\bauthorization[\"']?[ ]*[:=][ ]*[\"']?(?:bearer|basic)[ ]+([\w.~+/=-]{8,})", group=1
    ),
    Rule("SECRET", "url", r"(?i)\b[a-z][a-z0-9+.-]*://[^\s/:@]{1,64}:([^\s/@]{1,128})@", group=1),
)
