"""Which syslog tags name another log of the appliance, so that its lines are not taken for mail_logs.

Source: the log types of the ESA user guide, chapter Logging. The tag is the name of the log subscription,
which the administrator chooses; only a name that tells another type, and nothing of mail, counts.
"""

import re
from functools import lru_cache

_TYPES = (
    "amp|amparchive|antispam|antivirus|asarchive|audit|authentication|avarchive|bounces?|cli|content_scanner|csn|"
    "dane|encryption|error|euq|euqgui|ftpd|graymail|gui|haystackd|ipr_client|mar|reportd|reportqueryd|repeng|"
    "scanning|sdr_client|service|slbld|smartlicense|smaengine|snmp|sntpd|sophos|mcafee|status|system|threatfeeds|"
    "trackerd|updater|upgrade|url_rep_client|urlfiltering"
)
_OTHER = re.compile(rf"(?:[A-Za-z0-9]+[_-])*?(?:{_TYPES})(?:[_-]?(?:logs?|securityaudit))?", re.IGNORECASE)


@lru_cache(maxsize=1024)
def is_other_log(tag: str | None) -> bool:
    """Return whether a syslog tag says that its lines belong to another log than mail_logs."""
    return (
        tag is not None
        and "mail" not in tag.lower().replace("graymail", "")
        and _OTHER.fullmatch(tag) is not None
    )
