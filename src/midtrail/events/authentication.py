"""Sender authentication: SPF, DKIM, DomainKeys and DMARC.

Source: ESA user guide, "Email Authentication"; Cisco TAC notes 200881 (DKIM) and 118286 (SPF); real lines of
AsyncOS 7 to 15.
"""

from midtrail.events._event import Event
from midtrail.events._fields import Address, Flag, Integer, Text, TrueFalse, Word


class SpfVerdict(Event):
    """What SPF says of one identity of the sender: `mailfrom`, `helo` or `pra` (with the header it comes from).

    Source: Cisco TAC note 118286; real lines.
    """

    sample = "MID 640962 SPF: mailfrom identity billing@example.com Pass (v=spf1)"
    also = (
        "MID 640962 SPF: helo identity postmaster None",
        "MID 640962 SPF: pra identity billing@example.com None headers from",
    )
    sentence = "Message {mid} SPF: {identity} identity {address} {verdict}"

    mid: Integer
    identity: Word
    address: Address
    verdict: Word
    detail: Text | None = None
    pra_header: Text | None = None


class SpfCachedVerdict(Event):
    """The SPF verdict of the message was taken from the cache. Source: real lines of AsyncOS 12 and later."""

    sample = "MID 640962 using engine: SPF Verdict Cache using cached verdict"

    mid: Integer


class DkimVerdict(Event):
    """What became of a DKIM signature of the message: pass, permfail, hardfail, tempfail, neutral, malformed.

    `test_key` where the key is in test mode, `final` for the verdict that counts; `detail` holds other tags
    than `i=`. Source: Cisco TAC note 200881; real lines of AsyncOS 7 to 15.
    """

    sample = "MID 640962 DKIM: pass signature verified (d=example.com s=mail2021 i=@example.com)"
    also = (
        "MID 640962 DKIM: pass signature verified [TEST] (d=example.com s=mail2021 i=@example.com)",
        "MID 640962 DKIM: permfail body hash did not verify [final] (d=example.com s=mail2021 i=@example.com)",
        "MID 640962 DKIM: permfail no key for signature (d=example.com s=mail2021)",
        "MID 640962 DKIM: tempfail key query timed out (d=example.com s=mail2021 t=@example.com)",
        "MID 640962 DKIM: malformed signature - signature missing required tag",
        "MID 640962 DKIM: no signature",
    )
    sentence = "Message {mid} DKIM: {verdict}[[ {reason}]][[ [TEST]{test_key}]][[ [final]{final}]][[ (d={signing_domain} s={selector} i={signing_identity})]][[ (d={signing_domain} s={selector} {detail})]]"

    mid: Integer
    verdict: Word
    reason: Text | None = None
    test_key: Flag = False
    final: Flag = False
    signing_domain: Text | None = None
    selector: Text | None = None
    signing_identity: Text | None = None
    detail: Text | None = None


class DkimSigned(Event):
    """The appliance signs the message with DKIM, by a profile that matches the address."""

    sample = "MID 640963 DKIM: signing with example_com - matches billing@example.com"

    mid: Integer
    profile: Text
    address: Address


class DkimNotSigned(Event):
    """The appliance does not sign the message with DKIM, with the reason and, for `no profile matches`, the address."""

    sample = "MID 640963 DKIM: cannot sign - no profile matches billing@example.com"
    also = ("MID 640963 DKIM: cannot sign - already signed",)

    mid: Integer
    reason: Text
    address: Address | None = None


class DkimSigningContext(Event):
    """Trace level: with which profile the appliance is about to sign. Source: a real trace of AsyncOS 14."""

    sample = "MID 640963 DKIM: signing context (profile - example_com) : profile is set"
    also = ("MID 640963 DKIM: signing context (profile - ) : profile names are not present/not set",)

    mid: Integer
    profile: Text | None = None
    detail: Text


class DomainKeysVerdict(Event):
    """What became of the DomainKeys signature of the message."""

    sample = "MID 640962 DomainKeys: pass signature verified (d=example.com s=mail2009)"
    also = ("MID 640962 DomainKeys: neutral no key for signature [TEST]",)

    mid: Integer
    verdict: Word
    reason: Text | None = None
    test_key: Flag = False
    final: Flag = False
    signing_domain: Text | None = None
    selector: Text | None = None


class DomainKeysSigned(Event):
    """The appliance signs the message with DomainKeys, by a profile that matches the address."""

    sample = "MID 640963 DomainKeys: signing with example_com - matches billing@example.com"

    mid: Integer
    profile: Text
    address: Address


class DomainKeysSignedAgain(Event):
    """The appliance signs the message with DomainKeys although it bears a signature, with the reason.

    Source: messages of AsyncOS 4.5 to 5.1 that Cisco's own log analyser spamtowho quotes.
    """

    sample = "MID 640963 DomainKeys: resigning - Sender header added after existing signature"

    mid: Integer
    reason: Text


class DomainKeysNotSigned(Event):
    """The appliance does not sign the message with DomainKeys, with the reason."""

    sample = "MID 640963 DomainKeys: cannot sign - no profile matches billing@example.com"
    also = ("MID 640963 DomainKeys: cannot sign - already signed",)

    mid: Integer
    reason: Text
    address: Address | None = None


class DmarcVerdict(Event):
    """What DMARC says of the domain of the From header, with the alignment of SPF and DKIM and the policy.

    `dmarc_policy` is what the domain asks for, `applied_policy` what the appliance did.
    """

    sample = (
        "MID 640962 DMARC: Message from domain example.com, DMARC pass (SPF aligned True, DKIM aligned True)"
    )
    also = (
        "MID 640962 DMARC: Message from domain example.com, DMARC pass (SPF aligned True DKIM aligned True)",
        "MID 640962 DMARC: Message from domain example.com, DMARC fail (SPF aligned False, DKIM aligned False) DMARC policy is none, applied policy is none",
        "MID 640962 DMARC: Message from domain example.com, DMARC permfail (Multiple records found)",
    )
    sentence = "Message {mid}: DMARC Message from domain {domain}, DMARC {verdict}[[ (SPF aligned {spf_aligned}, DKIM aligned {dkim_aligned}),]][[ DMARC policy is {dmarc_policy}, applied policy is {applied_policy}]][[ ({reason})]]"

    mid: Integer
    domain: Text
    verdict: Word
    spf_aligned: TrueFalse | None = None
    dkim_aligned: TrueFalse | None = None
    dmarc_policy: Word | None = None
    applied_policy: Word | None = None
    reason: Text | None = None


class DmarcVerification(Event):
    """How the DMARC verification of the message ended: passed, failed or skipped, with the reason."""

    sample = "MID 640962 DMARC: Verification passed"
    also = (
        "MID 640962 DMARC: Verification failed.",
        "MID 640962 DMARC: Verification skipped (No record found for the sending domain)",
    )
    sentence = "Message {mid}: DMARC verification {verdict}[[ ({reason})]]."

    mid: Integer
    verdict: Word
    reason: Text | None = None
