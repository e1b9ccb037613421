"""What a query may say, and what is said where it cannot be read."""

import io
import re
from contextlib import suppress
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import midtrail as mt
from midtrail.questions import search_places as places
from midtrail.questions.observables import FIELDS
from midtrail.questions.search import condition
from midtrail.questions.search_query import Negated, Observable, Several, parse
from midtrail.questions.search_reading import read

EXAMPLE = '; for example ip:"4.2.2.2" email_subject:"Invoice Due*"'
WRONG = [
    ("", "character 1, here marked ^: [^]; a field such as sender:, a word, 'not' or a bracket was expected"),
    ("   ", "a field such as sender:, a word, 'not' or a bracket was expected"),
    ("a or", "character 5, here marked ^: [a or ^]; a field such as sender:, a word"),
    ("or a", "character 1, here marked ^: [^ or a]; a field or a word was expected before 'or'"),
    ("a and or b", "a field or a word was expected before 'or'"),
    ("not", "character 4"),
    ("a) b", "character 2, here marked ^: [a ^ ) b]; no bracket is open that this one could close"),
    ("(a (b)", "character 7, here marked ^: [(a (b) ^]; a bracket is not closed"),
    ("()", "character 2, here marked ^: [( ^ )]; a field"),
    (
        "file_name:Invoice(1).pdf",
        "character 18, here marked ^: [file_name:Invoice ^ (1).pdf]; a blank, 'or' or the end",
    ),
    ('say"hello"', "character 4"),
    (
        '"a"b',
        "character 4, here marked ^: [\"a\" ^ b]; a blank, 'or' or the end was expected: values with round brackets",
    ),
    ('sender:"a', 'character 8, here marked ^: [sender: ^ "a]; the double quote there is not closed'),
    ("sender:", "character 8, here marked ^: [sender: ^]; a value was expected right behind the colon"),
    ("sender: a", "character 9, here marked ^: [sender: ^ a]; a value was expected right behind the colon"),
    ("email_subject:'a b'", "values stand in double quotes, not single ones"),
    ("'a b'", "values stand in double quotes, not single ones"),
    ("sendr:x", "unknown field 'sendr' at character 1; near to it: sender"),
    ("a or subject:x", "unknown field 'subject' at character 6; near to it: email_subject;"),
    ("mid:7", "near to it: cisco_mid"),
    ("zzz:7", "take one of ip, domain, email, sender"),
    ("2021 Re:x", "text with a colon in it goes in double quotes"),
    ("ip:nowhere", "'nowhere' is no IP address: write 192.0.2.7, 2001:db8::7, 192.0.2.0/24 or 192.0.2.*"),
    ("ip:192.0.2.0/64", "is no IP address"),
    ("ip:192.0.2.300", "is no IP address"),
    pytest.param("ip:" + 5_000 * "1.", "is no IP address", id="ip of 10,000 characters"),
    ("cisco_mid:64*", "'64*' is no MID: write a number, such as cisco_mid:640962"),
    ("cisco_mid:9223372036854775808", "is no MID"),
    ("cisco_mid:²", "is no MID"),
    pytest.param("cisco_mid:" + 5_000 * "9", "is no MID", id="cisco_mid of 5,000 digits"),
    ("x" * 1_001, "has at most 1,000 characters, this one 1,001"),
    ("since:soon", "since: 'soon' is no time: write it as 2021-09-13T23:30"),
    ("(" * 101 + "a" + ")" * 101 + " or b" * 1_000, "more than 1,000 values"),
    ("(a or (b " * 100 + "c" + "))" * 100, "nested deeper than 100 levels"),
]


@pytest.mark.parametrize(("query", "says"), WRONG)
def test_what_is_no_query_is_told(query: str, says: str) -> None:
    """The error is one line that says where, what was expected, and for a wrong field what is near."""
    with pytest.raises(mt.UsageError, match=re.escape(says)) as caught:
        condition(query)
    text = str(caught.value)
    assert "\n" not in text
    assert len(text) < 400
    if "cannot be read" in text:
        assert text.endswith(EXAMPLE)


def test_brackets_bind_and_all_binds_more_than_any() -> None:
    """`a b or not c` is (a and b) or not c; brackets that change nothing, and two nots, vanish."""
    tree = parse("a b or not (not (not c))")
    assert isinstance(tree, Several)
    assert not tree.all_of
    both, not_c = tree.parts
    assert isinstance(both, Several)
    assert both.all_of
    assert [str(part.value) for part in both.parts if isinstance(part, Observable)] == ["a", "b"]
    assert isinstance(not_c, Negated)
    assert parse("((a)) (b)") == parse("a b") == parse("a AND b") == parse(" a\n\tb ")


@pytest.mark.parametrize(
    ("written", "pieces"),
    [
        ("a*b", ("a", "b")),
        ('"a*b"', ("a", "b")),
        (r"a\*b", ("a*b",)),
        (r"a\\*b", ("a\\", "b")),
        (r'"\"\\\*\x"', ('"\\*\\x',)),
        (r"\temp", (r"\temp",)),
        ("**", ("", "", "")),
        ('""', ("",)),
        ("[EXT]<a>{b}", ("[EXT]<a>{b}",)),
        ("it's", ("it's",)),
        ("a\u2009b", None),
    ],
)
def test_values(written: str, pieces: tuple[str, ...] | None) -> None:
    """A star is a wildcard unless a backslash stands before it; other backslashes are themselves."""
    query = parse(f"policy:{written}")
    if pieces is None:
        assert isinstance(query, Several)  # any kind of blank parts values
    else:
        assert isinstance(query, Observable)
        assert query.value.pieces == pieces


def test_alternatives_of_one_field_are_one_question() -> None:
    """A long list of indicators joined by `or` costs as much as one of them; wildcards and other fields stay apart."""
    names = [f"d{number}.test" for number in range(200)]
    words = [f"domain:{name}" for name in names]
    asked = condition(" or ".join([*words, "ip:192.0.2.7", "domain:*.test", "ip:192.0.2.0/30"]))
    assert asked.sql.count(places.LISTED["domain"]) == asked.sql.count(places.LISTED["ip"]) == 1
    assert asked.sql.count(places.LIKE["domain"]) == 1
    assert names in asked.values
    assert condition("domain:a.test domain:b.test").sql.count(places.LISTED["domain"]) == 2
    assert condition(" or ".join(names)).sql == places.ANYWHERE
    assert 1 < condition(" or ".join(f"{name * 100}" for name in names)).sql.count(places.ANYWHERE) < 50


def test_every_field_is_looked_for_somewhere() -> None:
    """Each field of the help has a place in the tables, and asks with a parameter."""
    values = {"ip": "192.0.2.7", "cisco_mid": "7", "since": "2021-09-13", "until": "2021-09-13"}
    for name in FIELDS:
        asked = condition(f"{name}:{values.get(name, 'x')}")
        assert asked.sql in places.PLACES
        assert len(asked.values) == asked.sql.count("?") > 0


WORDS = st.text(st.characters(), max_size=12)
EVIL = (
    "'",
    '"',
    "';--",
    "') OR (1=1",
    "?",
    "$1",
    "%",
    "_",
    "!",
    "\\",
    "*",
    "/*",
    "\0",
    "\ud800",
    "\udce9",
    "{}",
    "::",
    "é",
)
HOSTILE = st.sampled_from(EVIL)


def written(value: str) -> str:
    """Return a value in double quotes."""
    return '"' + re.sub(r'([\\"*])', r"\\\1", value) + '"'


def with_wildcards(pieces: list[str]) -> str:
    """Return pieces in double quotes as one value, with a wildcard between each two."""
    return '"' + "*".join(piece[1:-1] for piece in pieces) + '"'


ANY_TEXT = [name for name in FIELDS if name not in ("ip", "cisco_mid", "since", "until")]


def queries() -> st.SearchStrategy[str]:
    """Return queries that can be read, with any text in their values."""
    texts = st.lists(WORDS | HOSTILE, max_size=4).map("".join)
    values = st.lists(texts.map(written), min_size=1, max_size=3).map(with_wildcards)
    leaf = st.builds(lambda field, value: f"{field}:{value}", st.sampled_from(ANY_TEXT), values) | values
    joined = st.sampled_from([" ", " or ", " and ", "\n"])
    return st.recursive(
        leaf,
        lambda inner: (
            st.builds(lambda one, how, other: f"({one}{how}{other})", inner, joined, inner)
            | inner.map("not {}".format)
        ),
        max_leaves=6,
    )


STAR = re.compile(r"(?<!\\)(?:\\\\)*\*")
PLAIN = ('"x"', '"x*x"')
PIECES = re.compile(
    "(?:" + "|".join(map(re.escape, (*places.PLACES, " AND ", " OR ", "(NOT ", "(", ")"))) + ")*"
)


@cache
def small_log() -> mt.Log:
    """Return a log with one message."""
    lines = b"Start MID 7 ICID 1", b"MID 7 ICID 1 From: <alice@example.net>", b"MID 7 Subject 'it isn\\'t'"
    text = b"".join(b"Mon Sep 13 09:00:00 2021 Info: " + line + b"\n" for line in lines)
    return mt.read(io.BytesIO(text), progress=False)


@pytest.mark.parametrize("field", [*(f"{name}:" for name in ANY_TEXT), ""])
@pytest.mark.parametrize("wildcard", [False, True])
def test_no_hostile_value_changes_the_sql(field: str, *, wildcard: bool) -> None:
    """Whatever a value holds, exact or with a wildcard, the SQL is that of a plain value, and it runs."""
    plain = condition(field + PLAIN[wildcard])
    for value in EVIL:
        pieces = [written(f"a{value}b")] * (2 if wildcard else 1)
        query = field + with_wildcards(pieces)
        assert condition(query).sql == plain.sql, value
        assert small_log().search(query).num_rows == 0, value


@settings(max_examples=60, deadline=None)
@given(query=queries())
def test_no_query_changes_the_sql(query: str) -> None:
    """The SQL is put together from fixed pieces, whatever the values say; they stand in the parameters only."""
    asked = condition(query)
    assert PIECES.fullmatch(asked.sql)
    assert asked.sql.count("?") == len(asked.values)
    plain = re.sub(
        r'"(?:[^"\\]|\\.)*"', lambda value: PLAIN[bool(STAR.search(value[0]))], query, flags=re.DOTALL
    )
    assert condition(plain).sql == asked.sql
    assert small_log().search(query).num_rows in (0, 1)


ODD = st.sampled_from(
    ["sender:", "ip:", "since:", "cisco_mid:", " or ", " not ", "(", ")", " ", "2021-09-13", "7"]
)


@settings(max_examples=100, deadline=None)
@given(query=st.text(max_size=40) | st.lists(HOSTILE | WORDS | ODD, max_size=8).map("".join))
def test_any_text_is_a_query_or_an_error_of_one_line(query: str) -> None:
    """Whatever is typed is read or refused in one line, and what is read is put together from the same pieces and runs."""
    with suppress(mt.UsageError):
        assert PIECES.fullmatch(condition(query).sql)
        assert small_log().search(query).num_rows in (0, 1)
        return
    with pytest.raises(mt.UsageError, match=r"\A[^\n]+\Z"):
        condition(query)


@given(
    st.sampled_from([*FIELDS, "Sender", "IP"]),
    st.text(st.characters(exclude_characters="\"'()\\\\*", exclude_categories=["Z", "Cc", "Cs"]), min_size=1),
)
def test_plain_queries_as_the_grammar_reads_them(field: str, value: str) -> None:
    """A field with a plain value, which Lark is not loaded for, is what the grammar makes of it."""
    query = f"{field}:{value}"
    if not value.startswith("//"):
        assert parse(query) == read(query)
