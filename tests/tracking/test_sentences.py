"""Sentences: templates become SQL, and values stay data."""

from datetime import UTC, datetime
from typing import Any

import duckdb
import pytest

from midtrail.errors import GrammarError
from midtrail.events import FieldType, all_kinds
from midtrail.tracking.sentences import compiled, hidden_kinds, sentence_of, sentences
from midtrail.tracking.spoken import Around, Unspoken, speaking

T = FieldType


ADDRESSES = {0: "a@example.com", 1: "b@example.com"}


def told(template: str, types: dict[str, FieldType], row: str) -> Any:
    """Return the sentence of a row, given as the SQL of its columns: as SQL tells it, and Python alike."""
    with duckdb.connect() as connection:
        found = connection.sql(f"SELECT {row}")
        assert found is not None
        (values,) = found.to_arrow_table().to_pylist()
    spoken = speaking(template, types)(values, Around(ADDRESSES, -18000))
    assert spoken == told_by_sql(template, types, row)
    return spoken


def told_by_sql(template: str, types: dict[str, FieldType], row: str) -> Any:
    """Return the sentence of a row, given as the SQL of its columns."""
    found = duckdb.execute(
        f"SELECT {compiled(template, types).sql} FROM (SELECT {row}) k,"
        " (SELECT map([0, 1], ['a@example.com', 'b@example.com']) AS addresses) a, (SELECT -18000 AS utc_offset) c"
    ).fetchone()
    assert found is not None
    return found[0]


@pytest.mark.parametrize(
    ("template", "types", "row", "sentence"),
    [
        ("Message {mid} queued.", {"mid": T.INTEGER}, "7 AS mid", "Message 7 queued."),
        ("it's {x}", {"x": T.TEXT}, "'a' AS x", "it's a"),
        ("{verdict:capital}", {"verdict": T.WORD}, "'spam negative' AS verdict", "Negative"),
        ("{verdict:capital}", {"verdict": T.WORD}, "'SUSPECT' AS verdict", "Suspect"),
        ("{verdict:upper}", {"verdict": T.WORD}, "'clean' AS verdict", "CLEAN"),
        ("done.[[ Reason: {reason}]]", {"reason": T.TEXT}, "NULL AS reason", "done."),
        ("done.[[ Reason: {reason}]]", {"reason": T.TEXT}, "'why' AS reason", "done. Reason: why"),
        ("done[[ {x} of {y}]]!", {"x": T.TEXT, "y": T.TEXT}, "'a' AS x, NULL AS y", "done!"),
        ("done[[ with {v}]]", {"v": T.TEXTS}, "[]::VARCHAR[] AS v", "done"),
        ("done[[ with {v}]]", {"v": T.TEXTS}, "['a', 'b'] AS v", "done with a, b"),
        ("done[[ {f}stripped]]", {"f": T.FLAG}, "true AS f", "done stripped"),
        ("done[[ {f}stripped]]", {"f": T.FLAG}, "false AS f", "done"),
        ("verified {v}", {"v": T.YES_NO}, "false AS v", "verified no"),
        ("aligned {v}", {"v": T.TRUE_FALSE}, "true AS v", "aligned True"),
        ("score {v}", {"v": T.FLOAT}, "-6.8::DOUBLE AS v", "score -6.8"),
        ("score {v}", {"v": T.FLOAT}, "10.0::DOUBLE AS v", "score 10.0"),
        ("to {rids}.", {"rids": T.RIDS}, "[1, 0, 5] AS rids", "to b@example.com, a@example.com, RID 5."),
        ("to {rid}.", {"rid": T.INTEGER}, "0 AS rid", "to a@example.com."),
        ("to {rid}.", {"rid": T.INTEGER}, "9 AS rid", "to RID 9."),
        ("{v}", {"v": T.QUOTED_LIST}, "['a', 'it''s', 'x\"''y', 'b\\c'] AS v", r"""['a', "it's", 'x"\'y', 'b\\c']"""),
        ("{v}", {"v": T.PAIRS}, "[{name: 'from', value: 'x'}, {name: 'to', value: 'ü'}] AS v", "[('from', 'x'), ('to', 'ü')]"),
        ("{v}", {"v": T.PAIRS}, "[{name: 'a', value: 'b' || chr(13) || chr(10)}] AS v", r"[('a', 'b\r\n')]"),
        ("{v}", {"v": T.COUNTERS}, "[{name: 'InBytes', value: '3'}, {name: 'Out', value: '4'}] AS v", "InBytes 3 Out 4"),
        ("till {t}", {"t": T.TIME}, "TIMESTAMPTZ '2004-05-26 19:58:06Z' AS t", "till Wed May 26 14:58:06 2004"),
    ],
)  # fmt: skip
def test_a_template_is_filled(template: str, types: dict[str, FieldType], row: str, sentence: str) -> None:
    """Every field type is told as the appliance writes it, and a part in brackets falls away with its field."""
    assert told(template, types, row) == sentence


@pytest.mark.parametrize("value", ["{mid}", "[[x]]", "it's", "' || 'x", "{", "}}", "\\", "%s", "{0}"])
def test_a_value_is_never_read_as_template(value: str) -> None:
    """Quotes, braces and brackets in a value come out as they went in."""
    row = "'" + value.replace("'", "''") + "' AS subject"
    assert (
        told("subject: {subject}[[ ({subject})]]", {"subject": T.QUOTED}, row)
        == f"subject: {value} ({value})"
    )


def test_a_sentence_that_cannot_be_told_is_null() -> None:
    """A null outside of brackets leaves no half sentence."""
    assert told("from {sender_ip}.", {"sender_ip": T.IP}, "NULL AS sender_ip") is None


@pytest.mark.parametrize(
    ("template", "kind", "value"),
    [
        ("{x:upper}", T.WORD, "straße"),
        ("{x:capital}", T.WORD, "İ"),
        ("{x}", T.FLOAT, 1e300),
        ("{x}", T.TIME, datetime(9999, 12, 31, 23, tzinfo=UTC)),
        ("{x}", T.TIME, datetime(7, 1, 1, tzinfo=UTC)),
    ],
)
def test_what_is_written_differently_is_left_to_sql(template: str, kind: FieldType, value: object) -> None:
    """Where Python and SQL may differ (case beyond ASCII, exponents, odd years), Python tells nothing."""
    with pytest.raises(Unspoken):
        speaking(template, {"x": kind})({"x": value}, Around({}, 3600))


@pytest.mark.parametrize("template", ["{nothing}", "open [[ {mid}", "{mid:lower}"])
def test_a_wrong_template_is_an_error(template: str) -> None:
    """A template that names no field, closes no bracket or has an unknown form is a mistake of the declaration."""
    with pytest.raises(GrammarError):
        compiled(template, {"mid": T.INTEGER})


def test_every_declared_sentence_compiles() -> None:
    """No declaration has a template that cannot be told, and none keeps a brace or bracket as text."""
    for declaration in all_kinds().values():
        sentence = sentence_of(declaration)
        assert (sentence is None) == (declaration.sentence is None)
        if sentence is not None:
            assert not any(f"'{mark}" in sentence.sql for mark in ("{", "[["))


def test_hidden_kinds_have_no_sentence_in_the_timeline() -> None:
    """What Message Tracking leaves out is neither told nor counted."""
    hidden = hidden_kinds()
    assert {"icid_closed", "dcid_closed", "message_finished", "rpc_delivery_done", "graymail_verdict"} <= set(
        hidden
    )
    assert not set(hidden) & set(sentences())
