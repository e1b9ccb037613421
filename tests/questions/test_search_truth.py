"""Searches over a simulated world, whose truth tells what each of them must find."""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from ipaddress import ip_address, ip_network
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

import pytest

import midtrail as mt
from midtrail.simulate import LOGS, TRUTH, Plan, write

Row = dict[str, Any]
Key = tuple[str, int, str]
ASKED = 40  # values of each field that are asked for
_NAMED = re.compile(
    rb"Info: MID (?P<mid>\d+) (?:SHA (?P<sha256>[0-9a-f]{64}) filename (?P<file_name>.+) queued for possible"
    rb"|URL (?P<url>http://[^ ]+) has (?:category|reputation)|rewritten URL u?'(?P<rewritten>[^']+)'"
    rb"|Threat feeds source '[^']+' detected malicious URL: '(?P<fed>[^']+)')"
)


class World(NamedTuple):
    """A log that was read, and the truth about it."""

    log: mt.Log
    truth: list[Row]
    named: dict[str, dict[Key, set[str]]]
    """What only lines tell: for a field, its values of each message."""
    unsure: set[Key]
    """Messages whose MIDs were used again, so that `named` does not say of which of them a line is."""

    def found(self, query: str) -> set[Key]:
        """Return the messages that a query finds."""
        columns = self.log.search(query).select(["host", "mid", "started_at"]).to_pylist()
        return {(row["host"], row["mid"], f"{row['started_at']:%Y-%m-%dT%H:%M:%SZ}") for row in columns}

    def true(self, holds: Callable[[Row], bool]) -> set[Key]:
        """Return the messages of which something is true."""
        return {key(row) for row in self.truth if holds(row)}


def key(row: Row) -> Key:
    """Return what tells a message from all others."""
    return row["host"], row["mid"], row["started_at"]


def values(world: World, of: Callable[[Row], Iterable[str | None]]) -> list[str]:
    """Return some values that messages have, one of each in their order."""
    told = dict.fromkeys(value for row in world.truth for value in of(row) if value)
    return list(islice(told, ASKED))


def quoted(value: str) -> str:
    """Return a value as it stands in a query."""
    return '"' + re.sub(r'([\\"*])', r"\\\1", value) + '"'


def same(one: str | None, other: str) -> bool:
    """Tell whether two texts are the same, whatever their case."""
    return one is not None and one.lower() == other.lower()


@pytest.fixture(scope="module", params=["files", "archive"])
def world(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> World:
    """Return a small world with two appliances, one of which counts anew in the middle: its files, and an archive."""
    folder = Path(tmp_path_factory.mktemp("world"), "made")
    write(Plan(messages=900, seed=11, appliances=2, resets=True), folder)
    source = folder / LOGS
    if request.param == "archive":
        source = folder / "archive"
        mt.archive(folder / LOGS, source, progress=False)
    truth = [json.loads(line) for line in (folder / TRUTH).read_text("utf-8").splitlines()]
    again = used_again(truth)
    unsure = {key(row) for row in truth if any((row["host"], mid) in again for mid in row["mids"])}
    named = named_by_lines(folder / LOGS, truth)
    return World(mt.read(source, progress=False), truth, named, unsure)


def used_again(truth: list[Row]) -> set[tuple[str, int]]:
    """Return the MIDs that several messages of one appliance have."""
    counts = Counter((row["host"], mid) for row in truth for mid in row["mids"])
    return {pair for pair, count in counts.items() if count > 1}


def named_by_lines(logs: Path, truth: list[Row]) -> dict[str, dict[Key, set[str]]]:
    """Return the hashes, file names and URLs that lines name, by the message whose evidence lies in that appliance's files."""
    homes = {evidence["source"].split("/")[1]: row["host"] for row in truth for evidence in evidences(row)}
    again = used_again(truth)
    of_mid = {
        (row["host"], mid): row for row in truth for mid in row["mids"] if (row["host"], mid) not in again
    }
    found: dict[str, dict[Key, set[str]]] = {"sha256": {}, "file_name": {}, "url": {}}
    for path in sorted(logs.rglob("mail.*")):
        for named in _NAMED.finditer(path.read_bytes()):
            mid = homes[path.parent.name], int(named["mid"])
            if mid in of_mid:
                note(found, key(of_mid[mid]), named.groupdict())
    return found


def evidences(row: Row) -> Iterator[Row]:
    """Yield the lines that decide a message's recipients."""
    return (recipient["evidence"] for recipient in row["recipients"] if recipient["evidence"])


def note(found: dict[str, dict[Key, set[str]]], message: Key, named: dict[str, bytes | None]) -> None:
    """Add what a line names to what is known of its message."""
    for field, value in named.items():
        if value is not None and field != "mid":
            of_field = found["url" if field in ("rewritten", "fed") else field]
            of_field.setdefault(message, set()).add(value.decode())


def addresses(row: Row) -> list[str | None]:
    """Return a message's sender and recipients."""
    return [row["sender"], *(recipient["recipient"] for recipient in row["recipients"])]


def batches(row: Row) -> list[str]:
    """Return the batches in which something was done to a message."""
    return [done["batch"] for recipient in row["recipients"] for done in recipient["remediation"]]


def hosts(row: Row) -> list[str | None]:
    """Return the addresses of the hosts that a message came from and went to."""
    return [row["sender_ip"], *(recipient["destination_ip"] for recipient in row["recipients"])]


FIELDS: dict[str, Callable[[Row], Iterable[str | None]]] = {
    "ip": hosts,
    "email": addresses,
    "sender": lambda row: [row["sender"]],
    "recipient": lambda row: addresses(row)[1:],
    "email_subject": lambda row: [row["subject"]],
    "email_messageid": lambda row: [row["message_id"]],
    "state": lambda row: [row["last_state"]],
    "policy": lambda row: [row["policy"]],
    "batch": batches,
    "host": lambda row: [row["host"]],
    "verdict": lambda row: row["verdicts"].values(),
}
"""For each field, the values that the truth knows of a message."""


@pytest.mark.parametrize("field", FIELDS)
def test_an_exact_value_finds_the_messages_that_have_it(world: World, field: str) -> None:
    """Each observable finds the very messages of which the truth says so, whatever the value's case and marks."""
    of = FIELDS[field]
    asked = values(world, of)
    assert asked
    for value in asked:
        expected = world.true(lambda row, value=value: any(same(had, value) for had in of(row)))  # type: ignore[misc]
        assert world.found(f"{field}:{quoted(value)}") == expected, value


def test_mids(world: World) -> None:
    """`cisco_mid` finds the message of each of its MIDs, on every appliance that counts alike."""
    for mid in [mid for row in world.truth for mid in row["mids"]][:: len(world.truth) // ASKED]:
        assert world.found(f"cisco_mid:{mid}") == world.true(lambda row, mid=mid: mid in row["mids"])  # type: ignore[misc]


def test_domains(world: World) -> None:
    """`domain` finds senders and recipients of that domain, hosts of that name, and no domains below it."""
    in_urls = world.named["url"]
    for name in (
        "example.com",
        "EXAMPLE.net",
        "mail.example.net",
        "xn--bcher-kva.example",
        "casino.example.net",
    ):
        ending = f"@{name.lower()}"
        expected = world.true(
            lambda row, name=name, ending=ending: (  # type: ignore[misc]
                any((address or "").lower().endswith(ending) for address in addresses(row))
                or same(row["reverse_dns"], name)
            )
        ) | {message for message, urls in in_urls.items() if any(f"//{name.lower()}/" in url for url in urls)}
        assert expected - world.unsure, name
        assert world.found(f"domain:{name}") - world.unsure == expected - world.unsure, name


@pytest.mark.parametrize("field", ["sha256", "url"])
def test_what_only_lines_tell(world: World, field: str) -> None:
    """A hash or a URL that a line names finds the message of that line."""
    named = world.named[field]
    assert named
    for value in {value for told in named.values() for value in told}:
        expected = {message for message, told in named.items() if value in told}
        assert world.found(f"{field}:{quoted(value)}") - world.unsure == expected - world.unsure, value


def test_file_names(world: World) -> None:
    """A file's name finds the messages that have an attachment of that name, also one that waits for its analysis."""
    waiting = world.named["file_name"]
    assert waiting
    for value in [*values(world, lambda row: row["attachments"]), *set.union(*waiting.values())]:
        expected = world.true(lambda row, value=value: any(same(had, value) for had in row["attachments"]))  # type: ignore[misc]
        expected |= {message for message, told in waiting.items() if value in told}
        assert world.found(f"file_name:{quoted(value)}") - world.unsure == expected - world.unsure, value


def test_networks(world: World) -> None:
    """A network finds the messages that came from it or went to it, of either version of IP."""
    for name in ("198.51.100.0/25", "203.0.113.64/26", "2001:db8:1::/48", "2001:DB8::/120"):
        network = ip_network(name)
        expected = world.true(
            lambda row, network=network: any(ip_address(host) in network for host in hosts(row) if host)  # type: ignore[misc]
        )
        assert expected
        assert world.found(f"ip:{name}") == expected, name


def test_times(world: World) -> None:
    """`since` and `until` bound when a message began; together they cut a stretch out of the log."""
    begun = sorted(row["started_at"] for row in world.truth)
    first, last = begun[len(begun) // 3], begun[len(begun) // 2]
    assert first < last
    expected = world.true(lambda row: first <= row["started_at"] < last)
    assert world.found(f"since:{first} until:{last}") == expected
    assert world.found(f"not (since:{first} until:{last})") == world.true(lambda _: True) - expected


def test_and_or_not(world: World) -> None:
    """A space cuts, `or` joins, `not` gives all others; brackets keep together."""
    everything = world.true(lambda _: True)
    delivered, incoming = world.found("state:delivered"), world.found("domain:example.com")
    assert 0 < len(delivered & incoming) < len(everything)
    assert world.found("state:delivered domain:example.com") == delivered & incoming
    assert world.found("state:delivered or domain:example.com") == delivered | incoming
    assert world.found("not domain:example.com") == everything - incoming
    policy = world.found("policy:DEFAULT")
    asked = "policy:DEFAULT not (state:delivered or domain:example.com)"
    assert world.found(asked) == policy - (delivered | incoming)
    assert (
        world.found("policy:DEFAULT state:delivered or domain:example.com") == (policy & delivered) | incoming
    )


def test_wildcards(world: World) -> None:
    """`*` stands for anything, at the beginning, in the middle and at the end."""
    said = {
        "Invoice *": "invoice .*",
        "*it isn't*": ".*it isn't.*",
        "RE:*PR*5": "re:.*pr.*5",
        "*75%*": ".*75%.*",
    }
    for asked, pattern in said.items():
        fits = re.compile(pattern, re.IGNORECASE | re.DOTALL)
        expected = world.true(lambda row, fits=fits: bool(fits.fullmatch(row["subject"] or "")))  # type: ignore[misc]
        assert expected, asked
        assert world.found(f"email_subject:{quoted(asked).replace(chr(92), '')}") == expected, asked


def test_anywhere(world: World) -> None:
    """A word alone is found in the subject as decoded, in addresses, in file names and in the text of lines."""
    for word in ("Grüße", "☃", "тест", "trent.2@", "it isn't over", "W32/Sober-P"):
        found = world.found(quoted(word))
        told = world.true(lambda row, word=word: word in json.dumps(row, ensure_ascii=False))  # type: ignore[misc]
        assert found >= told, word
    assert world.found("W32/Sober-P") == world.found('"w32/sober-p"') != set()
