"""Where a search looks: for each field, a condition on `messages m`, of fixed text with parameters.

A condition on lines reads only the kinds that have the field, and goes from their lines to the messages through
`members`; one on messages or recipients reads no line.
"""

from collections.abc import Iterator

from midtrail.events import all_kinds
from midtrail.tracking.choosing import STARTED

_HOST = r"'^([a-z][a-z0-9+.-]*://|)([^/\x3f#\\]*@|)(\[[^\]/]*\]|[^/\x3f#:\\]*)', 3, 'i'"
"""What `regexp_extract` needs to take the host out of a URL; `\\x3f` is a question mark, which here is a parameter."""

_HASHES, _URLS, _HOSTS = "'%sha%256%'", "'url'", "'file%'"
"""What a threat feed calls its indicators: patterns of those that are a SHA-256, a URL, or have no host."""


def _is(column: str) -> str:
    return f"coalesce({_like(column)}, false)"


def _like(column: str) -> str:
    return f"{column} ILIKE ? ESCAPE '!'"


def _any(*conditions: str) -> str:
    return f"({' OR '.join(conditions)})"


def _of_recipients(condition: str) -> str:
    return f"m.message IN (SELECT r.message FROM recipients r WHERE {condition})"


def _of_list(items: str, condition: str) -> str:
    """Return a condition on one of several values that a message has; they are called `i.item`."""
    one_by_one = f"SELECT message, unnest({items}) AS item FROM messages"
    return f"m.message IN (SELECT i.message FROM ({one_by_one}) i WHERE {condition})"


def _of_lines(*lines: str) -> str:
    """Return a condition on the lines that belong to a message, from queries that give their `seq`."""
    return f"m.message IN (SELECT b.message FROM members b WHERE b.seq IN ({' UNION ALL '.join(lines)}))"


def _events(field: str, test: str) -> Iterator[str]:
    """Yield for each kind with this field a query for the lines that pass; the field is `{}` in the test."""
    for kind, declaration in all_kinds().items():
        names = {declared.name for declared in declaration.declared()}
        if {field, "mid"} <= names:
            yield f'SELECT k.seq FROM "{kind}" k WHERE {test.format("k." + field)}'


def _indicators(test: str, type_: str) -> str:
    return f"SELECT k.seq FROM threat_feed_match k WHERE {test.format('k.indicator')} AND {type_}"


def _domain(address: str) -> str:
    return f"split_part({address}, '@', -1)"


_LIKE = _like("{}")
_HOST_LIKE = _like(f"regexp_extract({{}}, {_HOST})")
_SUBJECT = "nfc_normalize(m.subject)"
_LISTED = "lower({}) IN (SELECT unnest(?::VARCHAR[]))"
_ADDRESS = _any(_LIKE, _LIKE)  # the address itself, or all of a domain

IP_LIKE = _any(_is("m.sender_ip"), _of_recipients(_like("r.destination_ip")))
IP_LISTED = _any(
    f"coalesce({_LISTED.format('m.sender_ip')}, false)", _of_recipients(_LISTED.format("r.destination_ip"))
)
SENDER = f"coalesce({_ADDRESS.format('m.sender', 'm.sender')}, false)"
RECIPIENT = _of_recipients(_ADDRESS.format("r.recipient", "r.recipient"))
EMAIL = _any(SENDER, RECIPIENT)
DOMAIN = _any(
    _is(_domain("m.sender")),
    _of_recipients(_like(_domain("r.recipient"))),
    _is("m.reverse_dns"),
    _of_lines(*_events("url", _HOST_LIKE), _indicators(_HOST_LIKE, f"k.indicator_type NOT ILIKE {_HOSTS}")),
)
MESSAGE_ID = "coalesce(trim(m.message_id, '<>') LIKE ? ESCAPE '!', false)"
MID = "list_contains(m.mids, ?::BIGINT)"
SUBJECT = _is(_SUBJECT)
FILE_NAME = _of_lines(*_events("attachment", _like("nfc_normalize({})")))
SHA256 = _of_lines(*_events("sha256", _LIKE), _indicators(_LIKE, f"k.indicator_type ILIKE {_HASHES}"))
URL = _of_lines(*_events("url", _LIKE), _indicators(_LIKE, f"k.indicator_type ILIKE {_URLS}"))
VERDICT = _of_list(
    "map_entries(verdicts)", _any(_like("i.item.value"), _like("i.item.key || ' ' || i.item.value"))
)
STATE = _is("m.last_state")
POLICY = _is("m.policy")
APPLIANCE = _is("m.host")
BATCH = _of_lines(*_events("batch", _LIKE))
SINCE = f"coalesce({STARTED} >= ?::TIMESTAMPTZ, false)"
UNTIL = f"coalesce({STARTED} < ?::TIMESTAMPTZ, false)"
ANYWHERE = _any(
    _is(_SUBJECT),
    _is("m.sender"),
    _is("m.message_id"),
    _of_recipients(_any(_like("r.recipient"), _like("r.response"))),
    _of_list("rejected_recipients", _like("i.item")),
    _of_list("attachments", _like("nfc_normalize(i.item)")),
    _of_lines("SELECT s.seq FROM spine s WHERE " + _like("s.text"), *_events("url", _LIKE)),
)

PLACES = (
    IP_LIKE, IP_LISTED, SENDER, RECIPIENT, EMAIL, DOMAIN, MESSAGE_ID, MID, SUBJECT, FILE_NAME, SHA256, URL, VERDICT,
    STATE, POLICY, APPLIANCE, BATCH, SINCE, UNTIL, ANYWHERE,
)  # fmt: skip
"""All of them: whatever is asked, SQL is put together from these, brackets, AND, OR and NOT."""
