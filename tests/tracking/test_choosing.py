"""Which messages are meant, and when."""

from pathlib import Path
from typing import Any

import pytest

import midtrail as mt

LOG = """\
Mon Sep 13 09:00:00 2021 Info: Begin Logfile
Mon Sep 13 09:00:00 2021 Info: Version: 14.0.1-033 SN: 564D00000000000000A1-000000000001
Mon Sep 13 09:00:00 2021 Info: Time offset from UTC: -18000 seconds
Mon Sep 13 09:00:01 2021 Info: Start MID 1 ICID 1
Mon Sep 13 09:00:01 2021 Info: MID 1 ICID 1 From: <Alice@Example.net>
Mon Sep 13 09:00:01 2021 Info: MID 1 ICID 1 RID 0 To: <bob@example.com>
Mon Sep 13 09:00:01 2021 Info: MID 1 Subject '100% sure_thing!'
Mon Sep 13 09:00:01 2021 Info: MID 1 ready 10 bytes from <Alice@Example.net>
Mon Sep 13 09:00:02 2021 Info: MID 1 queued for delivery
Mon Sep 13 09:00:03 2021 Info: Delivery start DCID 5 MID 1 to RID [0]
Mon Sep 13 09:00:04 2021 Info: Message done DCID 5 MID 1 to RID [0]
Mon Sep 13 10:00:00 2021 Info: Start MID 2 ICID 0
Mon Sep 13 10:00:00 2021 Info: MID 2 was generated for bounce of MID 1
Mon Sep 13 10:00:00 2021 Info: MID 2 ICID 0 From: <>
Mon Sep 13 10:00:00 2021 Info: MID 2 ICID 0 RID 0 To: <carol@sub.example.com>
Mon Sep 13 10:00:01 2021 Info: MID 2 queued for delivery
"""


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> mt.Log:
    """Return a log with two messages."""
    path = Path(tmp_path_factory.mktemp("choosing"), "mail.log")
    path.write_text(LOG, encoding="utf-8")
    return mt.read(path, progress=False)


@pytest.mark.parametrize(
    ("choice", "mids"),
    [
        ({}, [1, 2]),
        ({"mid": 2}, [2]),
        ({"mid": 3}, []),
        ({"sender": "alice@example.net"}, [1]),
        ({"sender": "example.NET"}, [1]),
        ({"sender": "*@example.*"}, [1]),
        ({"sender": "<>"}, [2]),
        ({"sender": "lice@example.net"}, []),
        ({"recipient": "BOB@example.com"}, [1]),
        ({"recipient": "example.com"}, [1]),
        ({"recipient": "*example.com"}, [1, 2]),
        ({"subject": "100%"}, [1]),
        ({"subject": "SURE_THING"}, [1]),
        ({"subject": "sure!thing"}, []),
        ({"subject": "%"}, [1]),
        ({"subject": "' OR true --"}, []),
        ({"state": "delivered"}, [1]),
        ({"state": "Queued*"}, [2]),
        ({"host": "564d*"}, [1, 2]),
        ({"host": "other"}, []),
        ({"since": "2021-09-13T09:30"}, [2]),
        ({"until": "2021-09-13T09:30"}, [1]),
        ({"since": "2021-09-13T14:30:00Z"}, [2]),
        ({"since": "2021-09-13T09:00:01-05:00", "until": "2021-09-13T10:00:00-05:00"}, [1]),
        ({"sender": "<>", "state": "Delivered"}, []),
    ],
)
def test_chosen(log: mt.Log, choice: dict[str, Any], mids: list[int]) -> None:
    """Messages are chosen by what they are; all that is asked must hold, and the text of a question is data."""
    assert log.messages(**choice)["mid"].to_pylist() == mids


def test_as_of(log: mt.Log) -> None:
    """The states are told as they were known then; a time without a zone is in the appliance's clock."""
    assert log.messages(as_of="2021-09-13T09:00:02")["last_state"].to_pylist() == ["Queued for Delivery"]
    assert log.messages(as_of="2021-09-13T14:00:01Z")["last_state"].to_pylist() == ["Processing"]
    assert log.messages(as_of="2021-09-13T08:00")["last_state"].to_pylist() == []
    assert log.messages()["last_state"].to_pylist() == ["Delivered", "Queued for Delivery"]


def test_wrong_questions_say_so(log: mt.Log) -> None:
    """An unknown choice and what is no time are told in one line."""
    with pytest.raises(mt.UsageError, match="cannot be chosen by 'sendr': take one of mids, since"):
        log.messages(sendr="x")
    with pytest.raises(mt.UsageError, match="since 'soon' is no time"):
        log.messages(since="soon")
