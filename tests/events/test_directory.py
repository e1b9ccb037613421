"""The directory family: every wording, every field."""

import pytest

from midtrail.events import Pair
from midtrail.grammar import lark_engine

WORDINGS: list[tuple[str, str, dict[str, object]]] = [
    (
        "LDAP: Accepted query Corp one.x MID 5 RID 1 address bob@example.com",
        "ldap_recipient_accepted",
        {"mid": 5, "rid": 1, "ldap_query": "Corp one.x", "recipient": "bob@example.com"},
    ),
    (
        "LDAP: Accepted query Corp one.x MID 5 address bob@example.com",
        "ldap_recipient_accepted",
        {"mid": 5, "ldap_query": "Corp one.x", "recipient": "bob@example.com"},
    ),
    (
        "LDAP: Accepted query Corp one.x address bob@example.com",
        "ldap_recipient_accepted",
        {"ldap_query": "Corp one.x", "recipient": "bob@example.com"},
    ),
    (
        "LDAP Accepted: query Corp one.x address bob@example.com",
        "ldap_recipient_accepted",
        {"ldap_query": "Corp one.x", "recipient": "bob@example.com"},
    ),
    (
        "LDAP: Bounce query Corp one.x MID 5 RID 1 address bob@example.com",
        "ldap_recipient_bounced",
        {"mid": 5, "rid": 1, "ldap_query": "Corp one.x", "recipient": "bob@example.com"},
    ),
    (
        "LDAP: Bounce query Corp one.x MID 5 address bob@example.com",
        "ldap_recipient_bounced",
        {"mid": 5, "ldap_query": "Corp one.x", "recipient": "bob@example.com"},
    ),
    (
        "LDAP: Bounce query Corp one.x address bob@example.com",
        "ldap_recipient_bounced",
        {"ldap_query": "Corp one.x", "recipient": "bob@example.com"},
    ),
    (
        "LDAP Bounce: query Corp one.x address bob@example.com",
        "ldap_recipient_bounced",
        {"ldap_query": "Corp one.x", "recipient": "bob@example.com"},
    ),
    (
        "LDAP: Drop query Corp one.x MID 5 RID 1 address bob@example.com",
        "ldap_recipient_dropped",
        {"mid": 5, "rid": 1, "ldap_query": "Corp one.x", "recipient": "bob@example.com"},
    ),
    (
        "LDAP: Drop query Corp one.x MID 5 address bob@example.com",
        "ldap_recipient_dropped",
        {"mid": 5, "ldap_query": "Corp one.x", "recipient": "bob@example.com"},
    ),
    (
        "LDAP: Drop query Corp one.x address bob@example.com",
        "ldap_recipient_dropped",
        {"ldap_query": "Corp one.x", "recipient": "bob@example.com"},
    ),
    (
        "LDAP Drop: query Corp one.x address bob@example.com",
        "ldap_recipient_dropped",
        {"ldap_query": "Corp one.x", "recipient": "bob@example.com"},
    ),
    (
        "LDAP: Reroute query Corp one.x MID 5 RID 1 address bob@example.com to [('b@example.com', 'mx.example.com'), ('c@example.com', '')]",
        "ldap_rerouted",
        {
            "mid": 5,
            "rid": 1,
            "ldap_query": "Corp one.x",
            "recipient": "bob@example.com",
            "routes": (Pair("b@example.com", "mx.example.com"), Pair("c@example.com", "")),
        },
    ),
    (
        "LDAP: Reroute query Corp one.x MID 5 address bob@example.com to [('b@example.com', 'mx.example.com'), ('c@example.com', '')]",
        "ldap_rerouted",
        {
            "mid": 5,
            "ldap_query": "Corp one.x",
            "recipient": "bob@example.com",
            "routes": (Pair("b@example.com", "mx.example.com"), Pair("c@example.com", "")),
        },
    ),
    (
        "LDAP: Reroute query Corp one.x address bob@example.com to [('b@example.com', 'mx.example.com'), ('c@example.com', '')]",
        "ldap_rerouted",
        {
            "ldap_query": "Corp one.x",
            "recipient": "bob@example.com",
            "routes": (Pair("b@example.com", "mx.example.com"), Pair("c@example.com", "")),
        },
    ),
    (
        "LDAP Reroute: query Corp one.x address bob@example.com to [('b@example.com', 'mx.example.com'), ('c@example.com', '')]",
        "ldap_rerouted",
        {
            "ldap_query": "Corp one.x",
            "recipient": "bob@example.com",
            "routes": (Pair("b@example.com", "mx.example.com"), Pair("c@example.com", "")),
        },
    ),
    (
        "LDAP: Mailhost query Corp one.x MID 5 RID 1 address bob@example.com to mx.example.com",
        "ldap_mailhost_found",
        {
            "mid": 5,
            "rid": 1,
            "ldap_query": "Corp one.x",
            "recipient": "bob@example.com",
            "mailhost": "mx.example.com",
        },
    ),
    (
        "LDAP: Mailhost query Corp one.x MID 5 address bob@example.com to mx.example.com",
        "ldap_mailhost_found",
        {"mid": 5, "ldap_query": "Corp one.x", "recipient": "bob@example.com", "mailhost": "mx.example.com"},
    ),
    (
        "LDAP: Mailhost query Corp one.x address bob@example.com to mx.example.com",
        "ldap_mailhost_found",
        {"ldap_query": "Corp one.x", "recipient": "bob@example.com", "mailhost": "mx.example.com"},
    ),
    (
        "LDAP Mailhost: query Corp one.x address bob@example.com to mx.example.com",
        "ldap_mailhost_found",
        {"ldap_query": "Corp one.x", "recipient": "bob@example.com", "mailhost": "mx.example.com"},
    ),
    (
        "LDAP: Masquerade query Corp one.x MID 5 RID 1 address bob@example.com to b.smith@example.com",
        "ldap_masqueraded",
        {
            "mid": 5,
            "rid": 1,
            "ldap_query": "Corp one.x",
            "address": "bob@example.com",
            "new_address": "b.smith@example.com",
        },
    ),
    (
        "LDAP: Masquerade query Corp one.x MID 5 address bob@example.com to b.smith@example.com",
        "ldap_masqueraded",
        {
            "mid": 5,
            "ldap_query": "Corp one.x",
            "address": "bob@example.com",
            "new_address": "b.smith@example.com",
        },
    ),
    (
        "LDAP: Masquerade query Corp one.x address bob@example.com to b.smith@example.com",
        "ldap_masqueraded",
        {"ldap_query": "Corp one.x", "address": "bob@example.com", "new_address": "b.smith@example.com"},
    ),
    (
        "LDAP Masquerade: query Corp one.x address bob@example.com to b.smith@example.com",
        "ldap_masqueraded",
        {"ldap_query": "Corp one.x", "address": "bob@example.com", "new_address": "b.smith@example.com"},
    ),
    (
        "LDAP: Group query Corp one.x MID 5 RID 1 address bob@example.com",
        "ldap_group_matched",
        {"mid": 5, "rid": 1, "ldap_query": "Corp one.x", "address": "bob@example.com"},
    ),
    (
        "LDAP: Group query Corp one.x MID 5 address bob@example.com",
        "ldap_group_matched",
        {"mid": 5, "ldap_query": "Corp one.x", "address": "bob@example.com"},
    ),
    (
        "LDAP: Group query Corp one.x address bob@example.com",
        "ldap_group_matched",
        {"ldap_query": "Corp one.x", "address": "bob@example.com"},
    ),
    (
        "LDAP Group: query Corp one.x address bob@example.com",
        "ldap_group_matched",
        {"ldap_query": "Corp one.x", "address": "bob@example.com"},
    ),
    (
        "LDAP: No Match query Corp one.x MID 5 RID 1 address bob@example.com",
        "ldap_not_matched",
        {"mid": 5, "rid": 1, "ldap_query": "Corp one.x", "address": "bob@example.com"},
    ),
    (
        "LDAP: No Match query Corp one.x MID 5 address bob@example.com",
        "ldap_not_matched",
        {"mid": 5, "ldap_query": "Corp one.x", "address": "bob@example.com"},
    ),
    (
        "LDAP: No Match query Corp one.x address bob@example.com",
        "ldap_not_matched",
        {"ldap_query": "Corp one.x", "address": "bob@example.com"},
    ),
    (
        "LDAP No Match: query Corp one.x address bob@example.com",
        "ldap_not_matched",
        {"ldap_query": "Corp one.x", "address": "bob@example.com"},
    ),
    ("LDAP: unable to process, MID 5 requeued", "ldap_requeued", {"mid": 5}),
    ("LDAP: unable to process, MID 5 bouncing recipients", "ldap_failed", {"mid": 5}),
    (
        "Alias match: recipient sales@example.com mapped to ['bob@example.com']",
        "alias_matched",
        {"recipient": "sales@example.com", "aliases": ("bob@example.com",)},
    ),
    (
        "Alias match: MID 5 RID 0 recipient sales@example.com mapped to ['bob@example.com', \"o'hara@example.com\"]",
        "alias_matched",
        {
            "mid": 5,
            "rid": 0,
            "recipient": "sales@example.com",
            "aliases": ("bob@example.com", "o'hara@example.com"),
        },
    ),
    (
        "MID 5 Global unsubscribe matched entry bob@ RID 0 Address bob@example.com Action bounced",
        "global_unsubscribe_matched",
        {
            "mid": 5,
            "rid": 0,
            "unsubscribe_entry": "bob@",
            "recipient": "bob@example.com",
            "action": "bounced",
        },
    ),
    (
        "Global unsubscribe matched entry @example.com MID: 5 RID: 3 Address: bob@example.com",
        "global_unsubscribe_matched",
        {"mid": 5, "rid": 3, "unsubscribe_entry": "@example.com", "recipient": "bob@example.com"},
    ),
    (
        "MID 5 masquerading envelope sender from 'BOB' to 'bob@example.com'",
        "envelope_sender_masqueraded",
        {"mid": 5, "old_sender": "BOB", "new_sender": "bob@example.com"},
    ),
    (
        "MID 5 masquerading header 'To' from '\"Smith, Bob\" <BOB>' to '\"Smith, Bob\" <bob@example.com>'",
        "header_masqueraded",
        {
            "mid": 5,
            "header": "To",
            "old_value": '"Smith, Bob" <BOB>',
            "new_value": '"Smith, Bob" <bob@example.com>',
        },
    ),
    (
        "MID 5 masquerading header 'From' from 'it's from 'x' to 'y' ready' to '' Subject 'z'",
        "header_masqueraded",
        {"mid": 5, "header": "From", "old_value": "it's from 'x' to 'y' ready", "new_value": "' Subject 'z"},
    ),
    (
        "LDAP: Failed group query Corp one.group, comparison in filter will evaluate as false",
        "ldap_group_query_failed",
        {"ldap_query": "Corp one.group"},
    ),
    (
        "LDAP: work queue processing error in Corp one.accept reason no reason given",
        "ldap_query_failed",
        {"ldap_query": "Corp one.accept", "reason": "no reason given"},
    ),
    (
        "LDAP group query failure during per-recipient scanning, possible LDAP misconfiguration or unreachable server.",
        "ldap_policy_query_failed",
        {"detail": "possible LDAP misconfiguration or unreachable server."},
    ),
    ("LDAP group query failure during per-recipient scanning", "ldap_policy_query_failed", {}),
]


@pytest.mark.parametrize(
    ("line", "old_value", "new_value"),
    [
        ("MID 2 masquerading header 'To' from '\"Smith,  Bo", "'\"Smith,  Bo", None),
        ("MID 2 masquerading header 'Cc' from '<bob@example.com>,", "'<bob@example.com>,", None),
        ("MID 2 masquerading header 'Cc' from '", "'", None),
        ("MID 2 masquerading header 'Cc' from 'BOB' to '<bob@example.com>,", "BOB", "'<bob@example.com>,"),
    ],
)
def test_a_header_that_a_line_break_cuts_is_known_to_be_open(
    line: str, old_value: str, new_value: str | None
) -> None:
    """A masqueraded header that goes on in the next physical line is recognised, and said to be open."""
    parsed = lark_engine.parse(line)
    assert isinstance(parsed, lark_engine.Parsed)
    event = lark_engine.event(parsed)
    assert parsed.is_open
    assert event.values() == {
        "mid": 2,
        "header": "Cc" if "Cc" in line else "To",
        "old_value": old_value,
        "new_value": new_value,
    }
    assert event.body() == line


def test_a_whole_header_is_not_open() -> None:
    """A masqueraded header that ends in its line is not said to go on."""
    parsed = lark_engine.parse("MID 2 masquerading header 'To' from 'BOB' to 'bob@example.com'")
    assert isinstance(parsed, lark_engine.Parsed)
    assert not parsed.is_open
