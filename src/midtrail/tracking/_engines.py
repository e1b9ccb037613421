"""The engine that a drop or a quarantine names, in the words of the state table.

Source: docs/tracking.md, "States"; the reasons stand in the log as `content filter:NAME`, `a/v verdict VIRAL`, `VOF
rule:NAME`. What no pattern knows has no engine.
"""

import re

_ENGINES = (
    (r"content filter", "Content Filters"),
    (r"(message )?filter", "Message Filters"),
    (r"(case|brightmail|cloudmark|anti-?spam|as |spam|ims|intelligent multi|slbl|gr[ae]ymail)", "Anti-Spam"),
    (r"(a/v|av\b|anti-?virus|virus|sophos|mcafee)", "Anti-Virus"),
    (r"(amp\b|advanced malware|file analysis|file reputation)", "Advanced Malware Protection"),
    (r"(vof|of\b|outbreak|virus outbreak)", "Outbreak Filters"),
    (r"(dlp|data loss)", "DLP"),
    (r"dmarc", "DMARC"),
)
"""How phrases begin; the first pattern that knows one counts."""


def engine_of(phrase: str) -> str | None:
    """Return the engine that a phrase names, None where no pattern knows it."""
    said = phrase.lower()
    return next((engine for pattern, engine in _ENGINES if re.match(pattern, said, re.ASCII)), None)
