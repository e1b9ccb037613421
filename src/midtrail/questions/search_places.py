"""Where a search looks: for each field, a condition on `messages m`, of fixed text with parameters.

A condition on lines reads only the kinds that have the field, and goes from their lines to the messages through
`members`; one on messages or recipients reads no line. Each stands here twice: with a list of whole values, which
may be as long as a report of an attack names them, and with one pattern.
"""

from collections.abc import Callable, Iterator, Mapping

from midtrail.events import all_kinds
from midtrail.tracking.choosing import STARTED

Test = Callable[[str], str]

_HOST = r"'^([a-z][a-z0-9+.-]*://|)([^/\x3f#\\]*@|)(\[[^\]/]*\]|[^/\x3f#:\\]*)', 3, 'i'"
"""What `regexp_extract` needs to take the host out of a URL; `\\x3f` is a question mark, which here is a parameter."""

_HASHES, _URLS, _HOSTS = "ILIKE '%sha%256%'", "ILIKE 'url'", "NOT ILIKE 'file%'"
"""What a threat feed calls its indicators: those that are a SHA-256, a URL, or name a host."""


def _like(column: str) -> str:
    return f"{column} ILIKE ? ESCAPE '!'"


def _listed(column: str) -> str:
    return f"lower({column}) IN (SELECT lower(unnest(?::VARCHAR[])))"


def _like_with_case(column: str) -> str:
    return f"{column} LIKE ? ESCAPE '!'"


def _listed_with_case(column: str) -> str:
    return f"{column} IN (SELECT unnest(?::VARCHAR[]))"


def _holds(column: str) -> str:
    return f"regexp_matches({column}, ?, 'is')"


def _any(*conditions: str) -> str:
    return f"({' OR '.join(conditions)})"


def _known(condition: str) -> str:
    """Return a condition on what may be null, and so is no answer: it counts as not fulfilled."""
    return f"coalesce({condition}, false)"


def _of_recipients(condition: str) -> str:
    return f"m.message IN (SELECT r.message FROM recipients r WHERE {condition})"


def _of_list(items: str, condition: str) -> str:
    """Return a condition on one of several values that a message has; they are called `i.item`."""
    one_by_one = f"SELECT message, unnest({items}) AS item FROM messages"
    return f"m.message IN (SELECT i.message FROM ({one_by_one}) i WHERE {condition})"


def _of_lines(*lines: str) -> str:
    """Return a condition on the lines that belong to a message, from queries that give their `seq`."""
    return f"m.message IN (SELECT b.message FROM members b WHERE b.seq IN ({' UNION ALL '.join(lines)}))"


def _events(field: str, test: Test) -> Iterator[str]:
    """Yield for each kind with this field a query for the lines that pass the test."""
    for kind, declaration in all_kinds().items():
        names = {declared.name for declared in declaration.declared()}
        if {field, "mid"} <= names:
            yield f'SELECT k.seq FROM "{kind}" k WHERE {test("k." + field)}'


def _indicators(test: Test, type_: str) -> str:
    return f"SELECT k.seq FROM threat_feed_match k WHERE {test('k.indicator')} AND k.indicator_type {type_}"


def _domain(address: str) -> str:
    return f"split_part({address}, '@', -1)"


def _composed(text: str) -> str:
    """Return text in which a letter with its accents is one character, as the parameter is."""
    return f"nfc_normalize({text})"


def _address(column: str, test: Test) -> str:
    """Return a condition with two parameters: on the whole address, and on its domain."""
    return _any(test(column), test(_domain(column)))


def _places(test: Test, with_case: Test) -> dict[str, str]:
    """Return the condition of each field whose values are compared as text."""
    sender = _known(_address("m.sender", test))
    recipient = _of_recipients(_address("r.recipient", test))

    def host(url: str) -> str:
        return test(f"regexp_extract({url}, {_HOST})")

    return {
        "ip": _any(_known(test("m.sender_ip")), _of_recipients(test("r.destination_ip"))),
        "domain": _any(
            _known(_any(test(_domain("m.sender")), test("m.reverse_dns"))),
            _of_recipients(test(_domain("r.recipient"))),
            _of_lines(*_events("url", host), _indicators(host, _HOSTS)),
        ),
        "email": _any(sender, recipient),
        "sender": sender,
        "recipient": recipient,
        "email_subject": _known(test(_composed("m.subject"))),
        "email_messageid": _known(with_case("trim(m.message_id, '<>')")),
        "file_name": _of_lines(*_events("attachment", lambda column: test(_composed(column)))),
        "sha256": _of_lines(*_events("sha256", test), _indicators(test, _HASHES)),
        "url": _of_lines(*_events("url", test), _indicators(test, _URLS)),
        "verdict": _of_list(
            "map_entries(verdicts)", _any(test("i.item.value"), test("i.item.key || ' ' || i.item.value"))
        ),
        "state": _known(test("m.last_state")),
        "policy": _known(test("m.policy")),
        "host": _known(test("m.host")),
        "batch": _of_lines(*_events("batch", test)),
    }


LISTED: Mapping[str, str] = _places(_listed, _listed_with_case)
"""Each field's condition whose parameters are lists of values; several with one text can be one with longer lists."""

LIKE: Mapping[str, str] = _places(_like, _like_with_case)
"""Each field's condition whose parameters are patterns."""

MID = "list_has_any(m.mids, ?::BIGINT[])"
SINCE = f"coalesce({STARTED} >= ?::TIMESTAMPTZ, false)"
UNTIL = f"coalesce({STARTED} < ?::TIMESTAMPTZ, false)"
ANYWHERE = _any(
    _known(_any(_holds(_composed("m.subject")), _holds("m.sender"), _holds("m.message_id"))),
    _of_recipients(_any(_holds("r.recipient"), _holds("r.response"))),
    _of_list("rejected_recipients", _holds("i.item")),
    _of_list("attachments", _holds(_composed("i.item"))),
    _of_lines("SELECT s.seq FROM spine s WHERE " + _holds("s.text"), *_events("url", _holds)),
)

"""The condition of words without a field; its parameters are regular expressions."""

PLACES = (*LISTED.values(), *LIKE.values(), MID, SINCE, UNTIL, ANYWHERE)
"""All of them: whatever is asked, SQL is put together from these, brackets, AND, OR and NOT."""
