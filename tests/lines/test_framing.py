"""Framing: what stands before a line's body."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from tests.growth import TIMES, grows_linearly

from midtrail.lines.framing import Frame, frame_line
from midtrail.lines.stamps import SECOND, Stamp

NOON = int(datetime(2021, 9, 3, 12, 0, 5, tzinfo=UTC).timestamp()) * SECOND
CLOCK = (12 * 3600 + 5) * SECOND
SEPTEMBER_3 = Stamp(CLOCK, None, 9, 3)


def framed(line: bytes) -> tuple[str, Stamp | None, str | None, str | None, str | None, bytes]:
    """Give a line's framing with its body."""
    frame: Frame = frame_line(line)
    return (*frame[:5], line[frame.start :])


@pytest.mark.parametrize("day", [b" 3", b"03", b"3"])
def test_native_day_is_padded_with_a_blank_a_zero_or_nothing(day: bytes) -> None:
    """A native stamp is read however its day is padded."""
    line = b"Fri Sep " + day + b" 12:00:05 2021 Info: MID 6 ready"
    assert framed(line) == ("native", Stamp(NOON), None, None, "Info", b"MID 6 ready")


NATIVE = [
    (b"Fri Sep  3 12:00:05 2021 Warning:   MID 6 x", (None, None, "Warning", b"  MID 6 x")),
    (
        b"Fri Sep  3 12:00:05 2021 MID 6 ICID 5 From: <a@example.com>",
        (None, None, None, b"MID 6 ICID 5 From: <a@example.com>"),
    ),
    (b"Fri Sep  3 12:00:05 2021 Info:", (None, None, "Info", b"")),
    (b"Fri Sep  3 12:00:05 2021 Info: Debug: MID: 80 x", (None, None, "Info", b"Debug: MID: 80 x")),
    (b"Fri Sep  3 12:00:05 2021 Info:x", (None, None, None, b"Info:x")),
    (b"Fri Sep  3 12:00:05 2021 Connection Error: DCID 63", (None, None, None, b"Connection Error: DCID 63")),
    (b"Fri Sep  3 12:00:05 2021 192.0.2.1 testlog: Info: x", ("192.0.2.1", "testlog", "Info", b"x")),
    (b"<22>Fri Sep  3 12:00:05 2021 Critical: x", (None, None, "Critical", b"x")),
]


@pytest.mark.parametrize(("line", "rest"), NATIVE)
def test_native(line: bytes, rest: tuple[object, ...]) -> None:
    """Behind a native stamp come a level, or host, tag and level, or at once the body."""
    assert framed(line) == ("native", Stamp(NOON), *rest)


RFC_3164 = [
    (b"<22>Sep  3 12:00:05 esa01 mail_logs: Info: x", ("esa01", "mail_logs", "Info", b"x")),
    (
        b"Sep  3 12:00:05 esa01.example.com mail_logs: Info: x",
        ("esa01.example.com", "mail_logs", "Info", b"x"),
    ),
    (b"Sep 3 12:00:05 2001:db8::1 mail_logs: Info: x", ("2001:db8::1", "mail_logs", "Info", b"x")),
    (b"<166>Sep 03 12:00:05 mail_logs: Info: x", (None, "mail_logs", "Info", b"x")),
    (b"Sep  3 12:00:05 esa01 mail_logs[123]: Info: x", ("esa01", "mail_logs", "Info", b"x")),
    (b"Sep  3 12:00:05  192.0.2.1 Audit-Logs: Info: x", ("192.0.2.1", "Audit-Logs", "Info", b"x")),
    (b"Sep  3 12:00:05 esa01.example.com Info: x", ("esa01.example.com", None, "Info", b"x")),
    (b"Sep  3 12:00:05 Info: Debug: x", (None, None, "Info", b"Debug: x")),
    (
        b"<22>Sep  3 12:00:05 esa01 mail_logs: MID 5 queued for delivery",
        ("esa01", "mail_logs", None, b"MID 5 queued for delivery"),
    ),
    (
        b"<22>Sep  3 12:00:05 mail_logs: Connection Error: DCID 6",
        (None, "mail_logs", None, b"Connection Error: DCID 6"),
    ),
    (b"<22>Sep  3 12:00:05 New SMTP ICID 3 interface A", (None, None, None, b"New SMTP ICID 3 interface A")),
    (
        b"<22>Sep  3 12:00:05 mail_logs: Info: LDAP: Drop query",
        (None, "mail_logs", "Info", b"LDAP: Drop query"),
    ),
]


@pytest.mark.parametrize(("line", "rest"), RFC_3164)
def test_rfc3164(line: bytes, rest: tuple[object, ...]) -> None:
    """RFC 3164 syslog comes with or without priority, host, tag, process number and level."""
    assert framed(line) == ("rfc3164", SEPTEMBER_3, *rest)


WITH_YEAR = [
    (
        b"Sep  3 12:00:05 2021 mx07.example.net syslog_mail: Info: x",
        ("rfc3164", "mx07.example.net", "syslog_mail"),
    ),
    (
        b"2021 Sep  3 12:00:05 server mail [info] splunk_maillogs:nopid Info: x",
        ("year_first", "server", "splunk_maillogs"),
    ),
    (b"2021 Sep 03 12:00:05 server mail_logs: Info: x", ("year_first", "server", "mail_logs")),
    (
        b"<22>Sep  3 23:59:59 esa01 mail_logs: Fri Sep  3 12:00:05 2021 Info: x",
        ("rfc3164", "esa01", "mail_logs"),
    ),
    (b"Sep  3 23:59:59 esa01 Fri Sep  3 12:00:05 2021 Info: x", ("rfc3164", "esa01", None)),
    (
        b"2021-09-03T10:00:00Z esa01 mail_logs: Fri Sep  3 12:00:05 2021 Info: x",
        ("iso8601", "esa01", "mail_logs"),
    ),
    (b"<22>1 - esa01 mail_logs - - - Fri Sep  3 12:00:05 2021 Info: x", ("rfc5424", "esa01", "mail_logs")),
    (b"2021-09-03T12:00:05 esa01 mail_logs: Info: x", ("iso8601", "esa01", "mail_logs")),
]


@pytest.mark.parametrize(("line", "names"), WITH_YEAR)
def test_year_in_the_line(line: bytes, names: tuple[str, str, str]) -> None:
    """A year after the time, before the date, or in a native stamp behind a syslog header is the line's year."""
    framing, host, tag = names
    assert framed(line) == (framing, Stamp(NOON), host, tag, "Info", b"x")


RELAYED = [
    (b"Sep  3 13:00:00 192.0.2.1 Original Address=192.0.2.9 Sep  3 12:00:05 mail_logs: Info: x", "192.0.2.9"),
    (b"Sep  3 13:00:00 relay <22>Sep  3 12:00:05 esa01 mail_logs: Info: x", "esa01"),
    (b"Sep  3 13:00:00 relay Sep  3 12:00:05 mail_logs: Info: x", "relay"),
    (b"<13>Sep  3 13:00:00 relay fwd: <22>Sep  3 12:00:05 esa01 mail_logs: Info: x", "esa01"),
]


@pytest.mark.parametrize(("line", "host"), RELAYED)
def test_two_headers_of_a_relay(line: bytes, host: str) -> None:
    """Of two headers the inner one tells time and tag, and the host where it has one."""
    assert framed(line) == ("rfc3164", SEPTEMBER_3, host, "mail_logs", "Info", b"x")


EXACT = [
    (b"2021-09-03T12:00:05Z esa01 mail_logs: Info: x", 0, 0),
    (b"2021-09-03T12:00:05.25+02:00 esa01 mail_logs: Info: x", 250_000, 7200),
    (b"<22>2021-09-03T12:00:05.123456789-0530 esa01 mail_logs[7]: Info: x", 123_456, -19_800),
]


@pytest.mark.parametrize(("line", "micros", "zone"), EXACT)
def test_iso_8601(line: bytes, micros: int, zone: int) -> None:
    """ISO 8601 stamps keep their fraction to the microsecond and their own offset."""
    assert framed(line) == ("iso8601", Stamp(NOON + micros, zone), "esa01", "mail_logs", "Info", b"x")


STRUCTURED = [
    b"<22>1 2021-09-03T12:00:05Z esa01 mail_logs - - - Info: x",
    b"<22>1 2021-09-03T12:00:05Z esa01 mail_logs 12 ID47 - \xef\xbb\xbfInfo: x",
    b'<22>1 2021-09-03T12:00:05Z esa01 mail_logs 12 ID47 [a@1 b="\\"]" c=""][d@2] Info: x',
]


@pytest.mark.parametrize("line", STRUCTURED)
def test_rfc5424(line: bytes) -> None:
    """RFC 5424 comes with structured data, which may hold escaped quotes and brackets, and a mark before UTF-8."""
    assert framed(line) == ("rfc5424", Stamp(NOON, 0), "esa01", "mail_logs", "Info", b"x")


TIMELESS = [
    (b"Info: MID 6 ready", ("level", None, None, "Info", b"MID 6 ready")),
    (b"Info: Debug: MID: 80 x", ("level", None, None, "Info", b"Debug: MID: 80 x")),
    (
        b"esa01.example.edu ESA_mail_logs: Info: x",
        ("level", "esa01.example.edu", "ESA_mail_logs", "Info", b"x"),
    ),
    (b"<22>mail_logs: Info: x", ("level", None, "mail_logs", "Info", b"x")),
    (b"", ("blank", None, None, None, b"")),
    (b" \t", ("blank", None, None, None, b" \t")),
]


@pytest.mark.parametrize(("line", "rest"), TIMELESS)
def test_lines_without_time(line: bytes, rest: tuple[object, ...]) -> None:
    """A level alone, or host and tag before a level, are framing without time."""
    framing, *others = rest
    assert framed(line) == (framing, None, *others)


BODIES = [
    b"New SMTP ICID 3 interface Management (192.0.2.1)",
    b"MID 6 ICID 5 From: <a@example.com>",
    b"Connection Error: DCID 63 domain: example.com",
    b"LDAP: Drop query x",
    b"SDR: Domains x",
    b"ISQ: Quarantined MID 3",
    b"A System/Warning alert was sent",
    b"Version: 1",
    b"        <b@example.com>,",
    b"Tue Feb 30 12:00:05 2021 Info: x",
    b"Fri Sep  3 25:61:61 2021 Info: x",
    b"Fri Sep  3 12:00:05 1969 Info: x",
    b"<22>Feb 30 12:00:05 esa01 mail_logs: Info: x",
    b"2021-13-03T12:00:05Z esa01 mail_logs: Info: x",
    b"<22>1 2021-02-30T12:00:05Z esa01 mail_logs - - - Info: x",
]


@pytest.mark.parametrize("line", BODIES)
def test_bodies_and_impossible_stamps_stay_whole(line: bytes) -> None:
    """What only looks like framing, or names a moment that never was, is left in the text."""
    assert framed(line) == ("none", None, None, None, None, line)


HOSTILE: list[tuple[bytes, bytes, int, bytes]] = [
    (b"<22>1 - a b c d [", b'a b="', 200_000, b""),
    (b'<22>1 - a b c d [a b="', b"\\", 1_000_000, b""),
    (b"<22>1 - a b c d ", b'[a b=""]', 125_000, b""),
    (b"", b"Sep  3 12:00:05 a ", 60_000, b""),
    (b"Sep  3 12:00:05 ", b"a", 1_000_000, b""),
    (b"Sep  3 12:00:05 a ", b"[", 1_000_000, b""),
    (b"", b"<", 1_000_000, b""),
    (b"", b" ", 1_000_000, b"x"),
]


@pytest.mark.parametrize(("head", "again", "times", "end"), HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_lines_take_linear_time(head: bytes, again: bytes, times: int, end: bytes) -> None:
    """What framing a line that is made to confuse costs grows as the line does, up to 1 MB and more."""
    short, long = head + again * (times // TIMES) + end, head + again * times + end
    assert grows_linearly(lambda: frame_line(short), lambda: frame_line(long))


def test_host_and_tag_left_out() -> None:
    """Where an article writes `[...]` for host and tag, the line is read all the same."""
    frame = frame_line(b"Oct 19 06:32:32 2011 [...] Info: MID 7 queued for delivery")
    assert (frame.framing, frame.host, frame.tag, frame.level, frame.start) == (
        "rfc3164",
        None,
        None,
        "Info",
        33,
    )
    assert frame_line(b"Oct 19 06:32:32 2011 [...] and so on").level is None
