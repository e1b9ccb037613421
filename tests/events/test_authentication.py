"""The authentication family: every wording, every field."""

import time

import pytest

from midtrail.events import Event
from midtrail.grammar import lark_engine

Case = tuple[str, str, dict[str, object]]

WORDINGS: list[Case] = [
    (
        "MID 640962 SPF: mailfrom identity billing@example.com Pass (v=spf1)",
        "spf_verdict",
        {
            "mid": 640962,
            "identity": "mailfrom",
            "address": "billing@example.com",
            "verdict": "Pass",
            "detail": "v=spf1",
        },
    ),
    (
        "MID 640962 SPF: mailfrom identity billing@example.com SoftFail (v=spf1)",
        "spf_verdict",
        {
            "mid": 640962,
            "identity": "mailfrom",
            "address": "billing@example.com",
            "verdict": "SoftFail",
            "detail": "v=spf1",
        },
    ),
    (
        "MID 640962 SPF: mailfrom identity billing@example.com Fail (v=spf1)",
        "spf_verdict",
        {
            "mid": 640962,
            "identity": "mailfrom",
            "address": "billing@example.com",
            "verdict": "Fail",
            "detail": "v=spf1",
        },
    ),
    (
        "MID 640962 SPF: mailfrom identity billing@example.com Neutral (v=spf1)",
        "spf_verdict",
        {
            "mid": 640962,
            "identity": "mailfrom",
            "address": "billing@example.com",
            "verdict": "Neutral",
            "detail": "v=spf1",
        },
    ),
    (
        "MID 640962 SPF: mailfrom identity billing@example.com None",
        "spf_verdict",
        {"mid": 640962, "identity": "mailfrom", "address": "billing@example.com", "verdict": "None"},
    ),
    (
        "MID 640962 SPF: mailfrom identity billing@example.com TempError",
        "spf_verdict",
        {"mid": 640962, "identity": "mailfrom", "address": "billing@example.com", "verdict": "TempError"},
    ),
    (
        "MID 640962 SPF: mailfrom identity billing@example.com PermError (v=spf1)",
        "spf_verdict",
        {
            "mid": 640962,
            "identity": "mailfrom",
            "address": "billing@example.com",
            "verdict": "PermError",
            "detail": "v=spf1",
        },
    ),
    (
        "MID 640962 SPF: helo identity postmaster@mail.example.com None",
        "spf_verdict",
        {"mid": 640962, "identity": "helo", "address": "postmaster@mail.example.com", "verdict": "None"},
    ),
    (
        "MID 640962 SPF: helo identity postmaster None",
        "spf_verdict",
        {"mid": 640962, "identity": "helo", "address": "postmaster", "verdict": "None"},
    ),
    (
        "MID 640962 SPF: pra identity billing@example.com None headers from",
        "spf_verdict",
        {
            "mid": 640962,
            "identity": "pra",
            "address": "billing@example.com",
            "verdict": "None",
            "pra_header": "from",
        },
    ),
    (
        "MID 640962 SPF: pra identity billing@example.com Pass (v=spf1) headers sender",
        "spf_verdict",
        {
            "mid": 640962,
            "identity": "pra",
            "address": "billing@example.com",
            "verdict": "Pass",
            "detail": "v=spf1",
            "pra_header": "sender",
        },
    ),
    (
        "MID 640962 using engine: SPF Verdict Cache using cached verdict",
        "spf_cached_verdict",
        {"mid": 640962},
    ),
    (
        "MID 640962 DKIM: pass signature verified (d=example.com s=mail2021 i=@example.com)",
        "dkim_verdict",
        {
            "mid": 640962,
            "verdict": "pass",
            "reason": "signature verified",
            "test_key": False,
            "final": False,
            "signing_domain": "example.com",
            "selector": "mail2021",
            "signing_identity": "@example.com",
        },
    ),
    (
        "MID 640962 DKIM: pass signature verified [TEST] (d=example.com s=mail2021 i=@example.com)",
        "dkim_verdict",
        {
            "mid": 640962,
            "verdict": "pass",
            "reason": "signature verified",
            "test_key": True,
            "final": False,
            "signing_domain": "example.com",
            "selector": "mail2021",
            "signing_identity": "@example.com",
        },
    ),
    (
        "MID 640962 DKIM: pass partially verified [1000 bytes] (d=example.com s=mail2021 i=@example.com)",
        "dkim_verdict",
        {
            "mid": 640962,
            "verdict": "pass",
            "reason": "partially verified [1000 bytes]",
            "test_key": False,
            "final": False,
            "signing_domain": "example.com",
            "selector": "mail2021",
            "signing_identity": "@example.com",
        },
    ),
    (
        "MID 640962 DKIM: permfail body hash did not verify [final] (d=example.com s=mail2021 i=billing@example.com)",
        "dkim_verdict",
        {
            "mid": 640962,
            "verdict": "permfail",
            "reason": "body hash did not verify",
            "test_key": False,
            "final": True,
            "signing_domain": "example.com",
            "selector": "mail2021",
            "signing_identity": "billing@example.com",
        },
    ),
    (
        "MID 640962 DKIM: hardfail signature verification failed [TEST] [final] (d=example.com s=mail2021 i=@example.com)",
        "dkim_verdict",
        {
            "mid": 640962,
            "verdict": "hardfail",
            "reason": "signature verification failed",
            "test_key": True,
            "final": True,
            "signing_domain": "example.com",
            "selector": "mail2021",
            "signing_identity": "@example.com",
        },
    ),
    (
        "MID 640962 DKIM: permfail no key for signature (d=example.com s=mail2021)",
        "dkim_verdict",
        {
            "mid": 640962,
            "verdict": "permfail",
            "reason": "no key for signature",
            "test_key": False,
            "final": False,
            "signing_domain": "example.com",
            "selector": "mail2021",
        },
    ),
    (
        "MID 640962 DKIM: tempfail key query timed out (d=example.com s=mail2021 t=@example.com)",
        "dkim_verdict",
        {
            "mid": 640962,
            "verdict": "tempfail",
            "reason": "key query timed out",
            "test_key": False,
            "final": False,
            "signing_domain": "example.com",
            "selector": "mail2021",
            "detail": "t=@example.com",
        },
    ),
    (
        "MID 640962 DKIM: neutral (d=example.com s=mail2021 i=@example.com)",
        "dkim_verdict",
        {
            "mid": 640962,
            "verdict": "neutral",
            "test_key": False,
            "final": False,
            "signing_domain": "example.com",
            "selector": "mail2021",
            "signing_identity": "@example.com",
        },
    ),
    (
        "MID 640962 DKIM: malformed signature - signature missing required tag",
        "dkim_verdict",
        {
            "mid": 640962,
            "verdict": "malformed",
            "reason": "signature - signature missing required tag",
            "test_key": False,
            "final": False,
        },
    ),
    (
        "MID 640962 DKIM: no signature",
        "dkim_verdict",
        {"mid": 640962, "verdict": "no signature", "test_key": False, "final": False},
    ),
    (
        "MID 640962 DKIM: neutral",
        "dkim_verdict",
        {"mid": 640962, "verdict": "neutral", "test_key": False, "final": False},
    ),
    (
        "MID 640962 DKIM: signing with example_com - matches billing@example.com",
        "dkim_signed",
        {"mid": 640962, "profile": "example_com", "address": "billing@example.com"},
    ),
    (
        "MID 640962 DKIM: cannot sign - no profile matches billing@example.com",
        "dkim_not_signed",
        {"mid": 640962, "reason": "no profile matches", "address": "billing@example.com"},
    ),
    (
        "MID 640962 DKIM: cannot sign - already signed",
        "dkim_not_signed",
        {"mid": 640962, "reason": "already signed"},
    ),
    (
        "MID 640962 DKIM: signing context (profile - example_com) : profile is set",
        "dkim_signing_context",
        {"mid": 640962, "profile": "example_com", "detail": "profile is set"},
    ),
    (
        "MID 640962 DKIM: signing context (profile - ) : profile names are not present/not set",
        "dkim_signing_context",
        {"mid": 640962, "detail": "profile names are not present/not set"},
    ),
    (
        "MID 640962 DomainKeys: pass signature verified (d=example.com s=mail2009)",
        "domain_keys_verdict",
        {
            "mid": 640962,
            "verdict": "pass",
            "reason": "signature verified",
            "test_key": False,
            "final": False,
            "signing_domain": "example.com",
            "selector": "mail2009",
        },
    ),
    (
        "MID 640962 DomainKeys: neutral no key for signature [TEST]",
        "domain_keys_verdict",
        {
            "mid": 640962,
            "verdict": "neutral",
            "reason": "no key for signature",
            "test_key": True,
            "final": False,
        },
    ),
    (
        "MID 640962 DomainKeys: neutral",
        "domain_keys_verdict",
        {"mid": 640962, "verdict": "neutral", "test_key": False, "final": False},
    ),
    (
        "MID 640962 DomainKeys: signing with example_com - matches billing@example.com",
        "domain_keys_signed",
        {"mid": 640962, "profile": "example_com", "address": "billing@example.com"},
    ),
    (
        "MID 640962 DomainKeys: cannot sign - no profile matches billing@example.com",
        "domain_keys_not_signed",
        {"mid": 640962, "reason": "no profile matches", "address": "billing@example.com"},
    ),
    (
        "MID 640962 DomainKeys: cannot sign - already signed",
        "domain_keys_not_signed",
        {"mid": 640962, "reason": "already signed"},
    ),
    (
        "MID 640962 DMARC: Message from domain example.com, DMARC pass (SPF aligned True, DKIM aligned True)",
        "dmarc_verdict",
        {
            "mid": 640962,
            "domain": "example.com",
            "verdict": "pass",
            "spf_aligned": True,
            "dkim_aligned": True,
        },
    ),
    (
        "MID 640962 DMARC: Message from domain example.com, DMARC pass (SPF aligned True DKIM aligned False)",
        "dmarc_verdict",
        {
            "mid": 640962,
            "domain": "example.com",
            "verdict": "pass",
            "spf_aligned": True,
            "dkim_aligned": False,
        },
    ),
    (
        "MID 640962 DMARC: Message from domain example.com, DMARC pass (SPF aligned True, DKIM aligned True),",
        "dmarc_verdict",
        {
            "mid": 640962,
            "domain": "example.com",
            "verdict": "pass",
            "spf_aligned": True,
            "dkim_aligned": True,
        },
    ),
    (
        "MID 640962 DMARC: Message from domain example.com, DMARC fail (SPF aligned False, DKIM aligned False) DMARC policy is none, applied policy is none",
        "dmarc_verdict",
        {
            "mid": 640962,
            "domain": "example.com",
            "verdict": "fail",
            "spf_aligned": False,
            "dkim_aligned": False,
            "dmarc_policy": "none",
            "applied_policy": "none",
        },
    ),
    (
        "MID 640962 DMARC: Message from domain example.com, DMARC fail (SPF aligned False, DKIM aligned False), DMARC policy is reject, applied policy is quarantine.",
        "dmarc_verdict",
        {
            "mid": 640962,
            "domain": "example.com",
            "verdict": "fail",
            "spf_aligned": False,
            "dkim_aligned": False,
            "dmarc_policy": "reject",
            "applied_policy": "quarantine",
        },
    ),
    (
        "MID 640962 DMARC: Message from domain example.com, DMARC fail, (SPF aligned False, DKIM aligned False) DMARC policy is reject, applied policy is reject",
        "dmarc_verdict",
        {
            "mid": 640962,
            "domain": "example.com",
            "verdict": "fail",
            "spf_aligned": False,
            "dkim_aligned": False,
            "dmarc_policy": "reject",
            "applied_policy": "reject",
        },
    ),
    (
        "MID 640962 DMARC: Message from domain example.com, DMARC permfail (Multiple records found)",
        "dmarc_verdict",
        {"mid": 640962, "domain": "example.com", "verdict": "permfail", "reason": "Multiple records found"},
    ),
    (
        "MID 640962 DMARC: Message from domain example.com, DMARC permfail",
        "dmarc_verdict",
        {"mid": 640962, "domain": "example.com", "verdict": "permfail"},
    ),
    ("MID 640962 DMARC: Verification passed", "dmarc_verification", {"mid": 640962, "verdict": "passed"}),
    ("MID 640962 DMARC: Verification failed", "dmarc_verification", {"mid": 640962, "verdict": "failed"}),
    ("MID 640962 DMARC: Verification failed.", "dmarc_verification", {"mid": 640962, "verdict": "failed"}),
    (
        "MID 640962 DMARC: Verification temporary failure",
        "dmarc_verification",
        {"mid": 640962, "verdict": "temporary failure"},
    ),
    (
        "MID 640962 DMARC: Verification skipped (No record found for the sending domain)",
        "dmarc_verification",
        {"mid": 640962, "verdict": "skipped", "reason": "No record found for the sending domain"},
    ),
    (
        "MID 640962 DMARC: Verification skipped (Sending domain could not be determined).",
        "dmarc_verification",
        {"mid": 640962, "verdict": "skipped", "reason": "Sending domain could not be determined"},
    ),
]

HOSTILE: list[Case] = [
    (
        'MID 640962 SPF: mailfrom identity "a Pass (v=spf1) b"@example.com Fail (v=spf1)',
        "spf_verdict",
        {
            "mid": 640962,
            "identity": "mailfrom",
            "address": '"a Pass (v=spf1) b"@example.com',
            "verdict": "Fail",
            "detail": "v=spf1",
        },
    ),
    (
        'MID 640962 SPF: mailfrom identity "a b"@example.com Odd',
        "spf_verdict",
        {"mid": 640962, "identity": "mailfrom", "address": '"a b"@example.com', "verdict": "Odd"},
    ),
    (
        "MID 640962 DKIM: signing with a - matches b - matches billing@example.com",
        "dkim_signed",
        {"mid": 640962, "profile": "a - matches b", "address": "billing@example.com"},
    ),
    (
        "MID 640962 DKIM: neutral key says [TEST] or [final] or (d=x s=y) here [final] (d=example.com s=mail2021 i=@example.com)",
        "dkim_verdict",
        {
            "mid": 640962,
            "verdict": "neutral",
            "reason": "key says [TEST] or [final] or (d=x s=y) here",
            "test_key": False,
            "final": True,
            "signing_domain": "example.com",
            "selector": "mail2021",
            "signing_identity": "@example.com",
        },
    ),
    (
        "MID 640962 DKIM: pass signature verified (d=example.com s=mail2021 i=a)(d=x@example.com)",
        "dkim_verdict",
        {
            "mid": 640962,
            "verdict": "pass",
            "reason": "signature verified",
            "test_key": False,
            "final": False,
            "signing_domain": "example.com",
            "selector": "mail2021",
            "signing_identity": "a)(d=x@example.com",
        },
    ),
    (
        "MID 640962 DKIM: signing context (profile - ) : a) : b",
        "dkim_signing_context",
        {"mid": 640962, "detail": "a) : b"},
    ),
    (
        "MID 640962 DMARC: Message from domain a, DMARC pass (SPF aligned True, DKIM aligned True), DMARC fail (SPF aligned False, DKIM aligned False) DMARC policy is none, applied policy is none",
        "dmarc_verdict",
        {
            "mid": 640962,
            "domain": "a, DMARC pass (SPF aligned True, DKIM aligned True)",
            "verdict": "fail",
            "spf_aligned": False,
            "dkim_aligned": False,
            "dmarc_policy": "none",
            "applied_policy": "none",
        },
    ),
    (
        "MID 640962 DMARC: Verification skipped (a) (b)",
        "dmarc_verification",
        {"mid": 640962, "verdict": "skipped", "reason": "a) (b"},
    ),
]


def event_of(line: str) -> Event:
    """Return the typed event of a line that must be recognised."""
    parsed = lark_engine.parse(line)
    assert isinstance(parsed, lark_engine.Parsed), line[: parsed.reached]
    return lark_engine.event(parsed)


def told(event: Event) -> dict[str, object]:
    """Return the fields that the line tells."""
    return {name: value for name, value in event.values().items() if value is not None}


@pytest.mark.parametrize(("line", "kind", "fields"), WORDINGS)
def test_each_wording_gives_its_kind_and_every_field(line: str, kind: str, fields: dict[str, object]) -> None:
    """A wording of the family parses to its kind with exactly these fields, and prints back."""
    event = event_of(line)
    assert (event.kind, told(event), event.body()) == (kind, fields, line)


@pytest.mark.parametrize(("line", "kind", "fields"), HOSTILE)
def test_values_that_look_like_the_line_itself_stay_whole(
    line: str, kind: str, fields: dict[str, object]
) -> None:
    """A value may hold quotes, brackets and the very words that follow it, and still prints back."""
    event = event_of(line)
    assert (event.kind, told(event), event.body()) == (kind, fields, line)


@pytest.mark.parametrize(("line", "kind", "fields"), WORDINGS)
def test_blanks_around_a_line_change_nothing(line: str, kind: str, fields: dict[str, object]) -> None:
    """Blanks before and behind the text belong to no field, and print back."""
    event = event_of(f"  {line}  ")
    assert (event.kind, told(event), event.body()) == (kind, fields, f"  {line}  ")


@pytest.mark.parametrize("line", [line for line, _, _ in WORDINGS])
def test_a_line_that_repeats_itself_takes_no_long_time(line: str) -> None:
    """A value that repeats all that follows it some thousand times is read in linear time."""
    lark_engine.parse(line)
    begun = time.perf_counter()
    lark_engine.parse(line + line.removeprefix("MID 640962") * 2_000)
    assert time.perf_counter() - begun < 2
