"""What every declaration promises: computed over all kinds and all wordings, so a new kind is tested at once."""

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from midtrail.events import Event, FieldType, all_kinds, family_of
from midtrail.grammar import binding, lark_engine
from midtrail.grammar.binding import Part, Wording
from midtrail.tables import SPINE_SCHEMA

ROOT = Path(__file__).parents[2]
IDS = {"mid", "icid", "dcid"}
RESERVED = {
    "seq",
    "source",
    "line_no",
    "offset",
    "host",
    "time",
    "level",
    "kind",
    "text",
    "variant",
    "kept",
    "utc_offset",
}
RULED = {kind: declaration for kind, declaration in all_kinds().items() if declaration.ruled}
FAMILIES = sorted({family_of(declaration) for declaration in RULED.values()})
WORDINGS = [wording for wordings in binding.load().wordings.values() for wording in wordings]
SAMPLES = [
    (kind, line) for kind, declaration in RULED.items() for line in (declaration.sample, *declaration.also)
]

NATIVE = re.compile(r"[A-Z][a-z]{2} [A-Z][a-z]{2} [ 0-9][0-9] [0-9:]{8} [0-9]{4} [A-Z][a-z]+: (.*)")
PIECES = re.compile(r"\\.|\[\^?\]?(?:[^\]\\]|\\.)*\]|\(\?<?[=!:]|.")
IN_SENTENCE = re.compile(r"\{([a-z0-9_]+)(?::(capital|upper))?\}")

BY_TYPE = {
    FieldType.INTEGER: ("7", "-18000"),
    FieldType.FLOAT: ("0.5", "-6.8"),
    FieldType.TEXT: ("word", "some words"),
    FieldType.WORD: ("word", "WORD", "True", "x/y"),
    FieldType.QUOTED: ("'a value'", '"a value"', "value"),
    FieldType.ADDRESS: ("<user@example.com>", "user@example.com", "<>"),
    FieldType.IP: ("192.0.2.7", "2001:db8::7"),
    FieldType.YES_NO: ("yes", "no"),
    FieldType.TRUE_FALSE: ("True", "False"),
    FieldType.TIME: ("Wed May 26 14:58:26 2004",),
    FieldType.RIDS: ("[0, 1]", "[0]", "0"),
    FieldType.TEXTS: ("a@example.com, b@example.com", "a, b", "a"),
    FieldType.QUOTED_TEXTS: ("'a', 'b'", "'a'", "a"),
    FieldType.QUOTED_LIST: ("['a', 'b']", "[]", "'a'"),
    FieldType.PAIRS: ("[('from', 'a@example.com')]", "[]"),
    FieldType.COUNTERS: ("CPULd 21 DskIO 0", "a 1"),
}
"""Values as they stand in a line, tried in this order where no sample shows one for the terminal."""


def name_of(wording: Wording) -> str:
    """Return a wording's name in the test report."""
    return f"{wording.kind}-{wording.variant}"


def event_of(line: str) -> Event:
    """Return the event that a line is; fail where it is none."""
    parsed = lark_engine.parse(line)
    assert isinstance(parsed, lark_engine.Parsed), f"not recognised from character {parsed.reached}: {line!r}"
    return lark_engine.event(parsed)


@cache
def shown() -> dict[str, tuple[str, ...]]:
    """Return what the samples show for each terminal, as it stands in the line."""
    found: dict[str, list[str]] = defaultdict(list)
    for _, line in SAMPLES:
        for token in binding.load().lark.parse(line).scan_values(lambda _: True):
            if str(token) not in found[token.type]:
                found[token.type].append(str(token))
    return {terminal: tuple(values) for terminal, values in found.items()}


@cache
def without_lookaheads(pattern: str) -> re.Pattern[str]:
    """Return a terminal's pattern for the value alone: what must stand behind it is left out."""
    kept, depth, inside = "", 0, 0
    for piece in PIECES.findall(pattern):
        opens, closes = piece.startswith("("), piece == ")"
        depth += opens
        if piece in ("(?=", "(?!") and not inside:
            inside = depth
        if not inside:
            kept += piece
        elif closes and depth == inside:
            inside = 0
        depth -= closes
    return re.compile(kept)


def field_types(kind: str) -> dict[str, FieldType]:
    """Return the types of a kind's fields."""
    return {field.name: field.type for field in RULED[kind].declared()}


def candidates(wording: Wording, part: Part) -> tuple[str, ...]:
    """Return the texts that may stand for a part of a wording: what samples show, then examples of its type."""
    if part.pattern is None or part.field is None:
        return (part.literal or "",)
    examples = (*shown().get(part.terminal, ()), *BY_TYPE[field_types(wording.kind)[part.field]])
    fit = tuple(text for text in examples if without_lookaheads(part.pattern).fullmatch(text))
    assert fit, (
        f"no example of {part.field} fits {part.terminal}: give {wording.kind} an `also` line that shows it"
    )
    return fit


def lines_of(wording: Wording) -> Iterator[str]:
    """Yield lines in this wording: the first candidates of all parts, then each other candidate in turn."""
    choices = [candidates(wording, part) for part in wording.parts]
    first = [choice[0] for choice in choices]
    yield "".join(first)
    for place, choice in enumerate(choices):
        for other in choice[1:]:
            yield "".join([*first[:place], other, *first[place + 1 :]])


@pytest.mark.parametrize("kind", sorted(RULED))
def test_every_kind_is_explained_and_shown(kind: str) -> None:
    """A kind has a docstring whose first line is a sentence, a sample line, a rule, and its own names."""
    declaration = RULED[kind]
    first_line = (declaration.__doc__ or "").strip().split("\n")[0]
    assert first_line.endswith("."), (
        f"{declaration.__name__}: the docstring's first line ends without a full stop"
    )
    assert not first_line.startswith(f"{declaration.__name__}("), (
        f"{declaration.__name__}: no docstring of its own"
    )
    assert declaration.sample, f"{declaration.__name__} has no sample line"
    assert kind in binding.load().wordings, f"no rule -> {kind}"


@pytest.mark.parametrize("kind", sorted(set(all_kinds()) - set(RULED)))
def test_records_without_a_rule_are_explained(kind: str) -> None:
    """What a line is when it is no event is explained too, and no rule makes it."""
    assert (all_kinds()[kind].__doc__ or "").strip().split("\n")[0].endswith(".")
    assert kind not in binding.load().wordings


@pytest.mark.parametrize(("kind", "line"), SAMPLES)
def test_every_sample_is_its_kind_and_prints_back(kind: str, line: str) -> None:
    """A declaration's own lines parse to its kind, and the event gives the very same line again."""
    event = event_of(line)
    assert event.kind == kind
    assert event.body() == line


def test_no_line_is_the_sample_of_two_kinds() -> None:
    """Each sample line stands in one declaration, once."""
    lines = [line for _, line in SAMPLES]
    assert sorted(lines) == sorted(set(lines))


def test_one_field_name_has_one_type_everywhere() -> None:
    """The same name means the same thing in every kind."""
    types: dict[str, dict[FieldType, list[str]]] = defaultdict(lambda: defaultdict(list))
    for kind, declaration in all_kinds().items():
        for field in declaration.declared():
            types[field.name][field.type].append(kind)
    assert {name: dict(by_type) for name, by_type in types.items() if len(by_type) > 1} == {}


@pytest.mark.parametrize("kind", sorted(all_kinds()))
def test_no_field_has_a_reserved_name(kind: str) -> None:
    """No field is called as what every event has, or as a column of the spine; the three ids are the spine's own."""
    names = {field.name for field in all_kinds()[kind].declared()}
    spine = set(SPINE_SCHEMA.names) - IDS
    assert names.isdisjoint(RESERVED | spine)


@pytest.mark.parametrize("kind", sorted(kind for kind, declaration in RULED.items() if declaration.sentence))
def test_every_sentence_uses_declared_fields(kind: str) -> None:
    """A sentence names only fields of its kind, in the forms that there are, and closes what it opens."""
    sentence = RULED[kind].sentence or ""
    assert {name for name, _ in IN_SENTENCE.findall(sentence)} <= set(field_types(kind))
    bare = IN_SENTENCE.sub("", sentence)
    assert not set("{}") & set(bare), (
        "a field that is not of the form {field}, {field:capital} or {field:upper}"
    )
    parts = re.findall(r"\[\[(.*?)\]\]", sentence)
    assert sentence.count("[[") == sentence.count("]]") == len(parts)
    assert all(IN_SENTENCE.search(part) for part in parts), "a [[...]] without a field never falls away"


@pytest.mark.parametrize("family", FAMILIES)
def test_every_family_has_its_four_files(family: str) -> None:
    """Grammar, declarations, test and sample log of a family have one name."""
    paths = [
        ROOT / "grammars" / f"{family}.lark",
        ROOT / "src/midtrail/events" / f"{family}.py",
        ROOT / "tests/events" / f"test_{family}.py",
        ROOT / "sample_logs" / f"{family}.log",
    ]
    assert [str(path.relative_to(ROOT)) for path in paths if not path.is_file()] == []


def test_every_grammar_file_is_a_family() -> None:
    """A grammar file is the start, the shared terminals, that of queries, or has declarations under its own name."""
    names = {path.stem for path in (ROOT / "grammars").glob("*.lark")}
    assert names - {"mail_logs", "common", "search"} == {
        family_of(declaration) for declaration in all_kinds().values()
    }


@cache
def logged() -> frozenset[str]:
    """Return the kinds that occur in the sample logs."""
    found = set()
    for path in (ROOT / "sample_logs").rglob("*.log"):
        for line in path.read_text(encoding="utf-8", errors="surrogateescape").split("\n"):
            native = NATIVE.fullmatch(line)
            parsed = lark_engine.parse(native[1]) if native else None
            if isinstance(parsed, lark_engine.Parsed):
                found.add(parsed.kind)
    return frozenset(found)


@pytest.mark.parametrize("family", FAMILIES)
def test_every_kind_occurs_in_the_sample_logs(family: str) -> None:
    """A person who reads the sample logs meets every kind."""
    kinds = {kind for kind, declaration in RULED.items() if family_of(declaration) == family}
    assert sorted(kinds - logged()) == []


@pytest.mark.parametrize("wording", WORDINGS, ids=name_of)
def test_every_wording_can_be_written_and_read(wording: Wording) -> None:
    """A line written in a wording is read as that wording: no other rule takes it, and no part is unreachable."""
    tried = []
    for line in lines_of(wording):
        parsed = lark_engine.parse(line)
        if isinstance(parsed, lark_engine.Parsed) and (parsed.kind, parsed.variant) == (
            wording.kind,
            wording.variant,
        ):
            assert lark_engine.event(parsed).body() == line
            return
        tried.append((line, parsed))
    pytest.fail(f"no line of this wording is read as it: {tried[:3]}")


@pytest.mark.parametrize("wording", WORDINGS, ids=name_of)
def test_every_field_of_a_wording_is_filled(wording: Wording) -> None:
    """In some line of a wording every field that it has a terminal for has a value; what is no IP address is null."""
    types = field_types(wording.kind)
    names = [part.field for part in wording.parts if part.field and types[part.field] is not FieldType.IP]
    for line in lines_of(wording):
        parsed = lark_engine.parse(line)
        if isinstance(parsed, lark_engine.Parsed) and (parsed.kind, parsed.variant) == (
            wording.kind,
            wording.variant,
        ):
            values = lark_engine.event(parsed).values()
            if all(values[name] is not None for name in names):
                return
    pytest.fail("no line of this wording fills all its fields")


CHARACTERS = st.characters(codec="utf-8", exclude_characters="\n\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029")


def drawn(part: Part) -> st.SearchStrategy[str]:
    """Return what may stand for a part: its literal, or any text of its terminal's pattern, lookaheads aside."""
    if part.pattern is None:
        return st.just(part.literal or "")
    return st.from_regex(without_lookaheads(part.pattern), fullmatch=True, alphabet=CHARACTERS)


@settings(
    deadline=None, max_examples=400, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much]
)
@given(data=st.data())
def test_whatever_the_values_hold_nothing_is_lost(data: st.DataObject) -> None:
    """A line with any values in any wording is an event that prints the same line again, or is no event: nothing raises."""
    wording = data.draw(st.sampled_from(WORDINGS))
    line = "".join(data.draw(drawn(part)) for part in wording.parts)
    parsed = lark_engine.parse(line)
    if isinstance(parsed, lark_engine.Parsed):
        assert lark_engine.event(parsed).body() == line
    else:
        assert 0 <= parsed.reached <= len(line)
