"""Is this somebody's key or token? By the prefixes their makers publish."""

from typing import Final

from vecgate.masking.detect.patterns._base import Recogniser

_CLOUDS: Final = (
    r"\b(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}\b",  # AWS access key id
    r"\bAIza[\w-]{35}",  # Google API key
    r"\bya29\.[\w-]{20,}|\b1//0[a-z][\w-]{20,}",  # Google OAuth, its refresh tokens
    r"\bGOCSPX-[\w-]{20,}",  # Google OAuth client
    r"\b[\w~.-]{3}[78]Q~[\w~.-]{31,34}",  # Azure, Entra client secret
    r"\bdo[opr]_v1_[a-f0-9]{64}",  # DigitalOcean
    r"\bdapi[a-f0-9]{32}",  # Databricks
    r"\bhv[sbr]\.[\w-]{20,}",  # Vault, OpenBao
    r"\bdp\.(?:pt|st|ct|sa|scim|audit)\.[\w.-]{20,}",  # Doppler
    r"\bpul-[a-f0-9]{40}",  # Pulumi
    r"\bglc_[A-Za-z0-9+/]{32,}|\bglsa_\w{32,}",  # Grafana
    r"\bsbp_[a-f0-9]{40}",  # Supabase
    r"\bsntry[su]_[\w+/=]{20,}",  # Sentry
    r"\bNRAK-[A-Z0-9]{27}",  # New Relic
    r"\bPMAK-[a-f0-9]{24}-[a-f0-9]{34}",  # Postman
)
_CODE: Final = (
    r"\bgh[pousr]_[A-Za-z0-9]{36}",  # GitHub
    r"\bgithub_pat_\w{50,}",
    r"\bgl(?:pat|dt|rt|ptt|oas|soat|cbt|agent|imt|ft)-[\w-]{20,}",  # GitLab
    r"\bnpm_[A-Za-z0-9]{36}",
    r"\bpypi-AgE[\w-]{50,}",
    r"\bdckr_pat_[\w-]{27,}",  # Docker
    r"\bATATT3[\w=-]{50,}",  # Atlassian
    r"\blin_(?:api|oauth)_[A-Za-z0-9]{32,}",  # Linear
    r"\bfigd_[\w-]{36,}",  # Figma
    r"\bntn_[A-Za-z0-9]{40,}",  # Notion
    r"\bAGE-SECRET-KEY-1[A-Z0-9]{58}",
)
_TALK: Final = (
    r"\bxox[abeoprs]-[A-Za-z0-9-]{10,}|\bxapp-\d-[A-Za-z0-9-]{20,}",  # Slack
    r"\bhooks\.slack\.com/services/T\w{8,}/B\w{8,}/\w{20,}",
    r"\b\d{8,10}:AA[\w-]{33}\b",  # Telegram bot
    r"\b[MNO][\w-]{23,25}\.[\w-]{6}\.[\w-]{27,38}\b",  # Discord bot
    r"\bSG\.[\w-]{22}\.[\w-]{43}",  # SendGrid
    r"\bSK[0-9a-f]{32}\b",  # Twilio
    r"\bkey-[0-9a-f]{32}\b",  # Mailgun
    r"\b[0-9a-f]{32}-us\d{1,2}\b",  # Mailchimp
)
_TRADE: Final = (
    r"\b(?:[sr]k_(?:live|test)|whsec)_[A-Za-z0-9]{16,}",  # Stripe
    r"\bsq0(?:atp|csp|idp)-[\w-]{22,}",  # Square
    r"\bshp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}",  # Shopify
    r"\baccess_token\$(?:production|sandbox)\$[a-z0-9]{16}\$[a-f0-9]{32}",  # Braintree
)
_MODELS: Final = (
    r"\bsk-[\w-]{20,}",  # OpenAI, Anthropic and others that took over the form
    r"\bhf_[A-Za-z0-9]{30,}",  # Hugging Face
    r"\br8_[A-Za-z0-9]{37}",  # Replicate
    r"\bgsk_[A-Za-z0-9]{40,}",  # Groq
    r"\bpplx-[A-Za-z0-9]{40,}",  # Perplexity
    r"\bxai-[A-Za-z0-9]{60,}",
    r"\bpcsk_\w{40,}",  # Pinecone
)

RULES: Final = (
    Recogniser(
        "SECRET",
        "cloud key",
        "the form of a cloud's keys",
        "|".join(_CLOUDS),
        gate=r"AKIA|ASIA|ABIA|ACCA|AIza|ya29\.|1//0|GOCSPX|[78]Q~|do[opr]_v1|dapi[a-f0-9]|hv[sbr]\.|\bdp\.|pul-|glc_|glsa_|sbp_|sntry[su]_|NRAK-|PMAK-",
    ),
    Recogniser(
        "SECRET",
        "code key",
        "the form of a code host's or package index's tokens",
        "|".join(_CODE),
        gate=r"gh[pousr]_|github_pat|\bgl[a-z]+-|npm_|pypi-|dckr_pat|ATATT3|lin_(?:api|oauth)|figd_|ntn_|AGE-SECRET",
    ),
    Recogniser(
        "SECRET",
        "message key",
        "the form of a messaging service's tokens",
        "|".join(_TALK),
        gate=r"xox[a-z]-|xapp-|hooks\.slack|\d:AA|\.[\w-]{6}\.[\w-]|SG\.|SK[0-9a-f]{8}|\bkey-[0-9a-f]|-us\d",
    ),
    Recogniser(
        "SECRET",
        "payment key",
        "the form of a payment service's keys",
        "|".join(_TRADE),
        gate=r"k_(?:live|test)_|whsec_|sq0|shp[a-z]{2}_|access_token\$",
    ),
    Recogniser(
        "SECRET",
        "model key",
        "the form of a model provider's keys",
        "|".join(_MODELS),
        gate=r"\bsk-|\bhf_|\br8_|\bgsk_|\bpplx-|\bxai-|\bpcsk_",
    ),
    # RFC 7519: base64url of '{"'
    Recogniser(
        "SECRET",
        "jwt",
        "a signed JSON Web Token",
        r"\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*",
        gate=r"\beyJ",
    ),
    Recogniser(
        "SECRET",
        "pem",
        "a private key in PEM or PGP armour",
        r"-----BEGIN [A-Z ]*PRIVATE KEY(?: BLOCK)?-----(?s:.*?)(?:-----END [A-Z ]*PRIVATE KEY(?: BLOCK)?-----|\z)",
        gate=r"-----BEGIN",
    ),
)
