"""What made-up mail is made of: names, addresses, subjects, files; some of it hostile.

A value that the log shows in another form than a person reads it is a pair: as logged, as read.
"""

from base64 import b64encode
from collections.abc import Callable

from midtrail.simulate.chance import Dice

OUR_DOMAINS = ("example.com", "sales.example.com", "example.org")
THEIR_DOMAINS = (
    "partner.example",
    "example.net",
    "mail.example.net",
    "bulk.test",
    "shop.example",
    "xn--bcher-kva.example",
    "corp.test",
)
_NAMES = (
    "alice", "bob", "carol", "dave", "erin", "frank", "grace", "heidi", "ivan", "judy", "mallory", "Niaj", "OLIVIA", "peggy",
    "rupert", "sybil", "trent", "victor", "walter", "o'brien", "first.last", "a+tag", "=cmd|'/c calc'!A0", "mid.12.icid.7",
)  # fmt: skip
_HOSTILE_LOCALS = (
    '"john doe.{}"', '"a>b{}"', "m\u00fcller{}", '"RID 0 To: {}"', "-rf{}", "SRS0=ab=cd=partner.example={}", '"{} Rejected by RAT"',
)  # fmt: skip
SHARED = ("info", "sales", "abuse", "postmaster", "Support")
PEERS = (
    "mail.example.net",
    "mx1.partner.example",
    "bulk.test",
    "smtp-out.shop.example",
    "host-7.dynamic.test",
    "unknown",
)
COUNTRIES = ("Switzerland", "United States", "Netherlands", "Bosnia and Herzegovina", "not enabled")
POLICIES = ("DEFAULT", "Sales Team", "Executives", "Business_Partner_List", "no-attachments")
FILTERS = ("drop_zip", "Block it's", "DLP: Kreditkarten", "strip_exe", "quarantine_all", 'say "no"')
COPY_FILTERS = ("Journal_BCC", "Legal Hold", "Tell the postmaster")
VIRUSES = ("W32/Sober-P", "CXmail/RTF-D", "EICAR-AV-Test", "Troj/DocDrop-TJ")
BATCH_SOURCES = ("CTR", "CTR", "Tracking", "esa7.example.com", "Mailbox Auto Remediation")
ANALYSTS = ("admin", "j.doe", "o'neil", "SOC Team", "auto")
RESPONSES = (
    ("'2.0.0 Ok: queued as {n:X}'", "2.0.0 Ok: queued as {n:X}"),
    ("'2.6.0 <{n}@mail.example.com> [InternalId={n}, Hostname=mbx.example.com] Queued mail for delivery'",
     "2.6.0 <{n}@mail.example.com> [InternalId={n}, Hostname=mbx.example.com] Queued mail for delivery"),
    ("\"it's in the box, {n}\"", "it's in the box, {n}"),
    ("ok {n} qp 3998", "ok {n} qp 3998"),
    (r"'ok:\tMessage {n} accepted'", "ok:\tMessage {n} accepted"),
    (r"'Gr\xc3\xbc\xc3\x9fe {n}'", "Gr\u00fc\u00dfe {n}"),
    ("'MID 7 RID [0] Response {n}'", "MID 7 RID [0] Response {n}"),
)  # fmt: skip
LOG_ENTRIES = (
    "CF-FILE_URL: file:///\\\\\\\\192.0.2.55",
    "MID {other} queued for delivery",
    "Start MID {other} ICID 0",
    "Message done DCID 1 MID {other} to RID [0]",
    "From: <mallory@example.net> To: <bob@example.com> Subject: 'MID {other} was split creating MID 7'",
    "$THROTTLED \\xe2\\x80\\x93 MID {other} rewritten to MID {mid} by nobody",
    "Message {other} was processed with 'Delete' remedial action",
)


def _plain(text: str) -> tuple[str, str]:
    return f"'{text}'", text


def _encoded(text: str) -> str:
    return "=?UTF-8?B?" + b64encode(text.encode()).decode() + "?="


_SUBJECTS: tuple[Callable[[int], tuple[str, str]], ...] = (
    *(lambda n: _plain(f"Invoice {n} due on Friday"),) * 12,
    *(lambda n: _plain(f"Re: Problem report # PR{n}"),) * 8,
    lambda n: (f'"It isn\'t over yet ({n})"', f"It isn't over yet ({n})"),
    lambda n: (f"'She said \"it isn\\'t {n}\"'", f'She said "it isn\'t {n}"'),
    lambda n: (f"'it isn't {n}'", f"it isn't {n}"),
    lambda n: (f'"Testing {n}"', f"Testing {n}"),
    lambda n: (f"Re: [case: #{n}] FW: EXAMPLE TRADING\\r\\n (PTY) LTD | Offer", f"Re: [case: #{n}] FW: EXAMPLE TRADING\r\n (PTY) LTD | Offer"),
    lambda n: (f"'{_encoded(f'Grüezi mitenand {n} ☃')}'", f"Grüezi mitenand {n} ☃"),
    lambda n: (f"'{_encoded(f'Solo por hoy {n}, 75% ')}\\r\\n\\t{_encoded('Sección especial')}'", f"Solo por hoy {n}, 75% Sección especial"),
    lambda n: (f"'=?iso-8859-1?Q?Caf=E9_n=BA_{n}?='", f"Café nº {n}"),
    lambda n: (f"'Re: =?utf-8?q?=C3=BCber?= {n}'", f"Re: über {n}"),
    lambda n: (f"'Gr\\xc3\\xbc\\xc3\\x9fe {n}'", f"Grüße {n}"),
    lambda n: (f"'C:\\\\temp\\\\{n}'", f"C:\\temp\\{n}"),
    lambda n: _plain(f"MID {n} queued for delivery"),
    lambda n: _plain(f"Message done DCID 1 MID {n} to RID [0]"),
    lambda n: (f"'=cmd|\\'/c calc\\'!A{n}'", f"=cmd|'/c calc'!A{n}"),
    lambda n: _plain(f"<script>alert({n})</script> & more"),
    lambda _: ("''", ""),
    lambda n: _plain(f"{n} " + "very long " * 200 + "subject"),
    lambda n: (f"Caf\udce9 {n}", f"Caf\udce9 {n}"),
)  # fmt: skip

_ATTACHMENTS: tuple[Callable[[int], tuple[str, str]], ...] = (
    lambda n: _plain(f"CFO_INV_{n}.pdf"),
    lambda n: (f"Invoice {n}.docx", f"Invoice {n}.docx"),
    lambda n: (f'"it\'s {n}.pdf"', f"it's {n}.pdf"),
    lambda n: (f"'\\xd1\\x82\\xd0\\xb5\\xd1\\x81\\xd1\\x82 {n}.rst'", f"тест {n}.rst"),
    lambda n: (f"'=cmd|\\'/c calc\\'!A0{n}.doc'", f"=cmd|'/c calc'!A0{n}.doc"),
    lambda n: _plain(f"../../etc/passwd{n}"),
)


def subject(dice: Dice, number: int) -> tuple[str, str]:
    """Return a Subject as logged and as a person reads it."""
    return dice.pick(_SUBJECTS)(number)


def attachment(dice: Dice, number: int) -> tuple[str, str]:
    """Return the name of an attached file, as logged and as it is."""
    return dice.pick(_ATTACHMENTS)(number)


def message_id(dice: Dice, number: int) -> tuple[str, str]:
    """Return a Message-ID as logged and as it is."""
    token = dice.hexadecimal(8)
    if dice.chance(0.05):
        return f'"<{number}.o\'hara.{token}@mail.example.net>"', f"<{number}.o'hara.{token}@mail.example.net>"
    if dice.chance(0.05):
        return f"{number}.{token}", f"{number}.{token}"
    return f"'<{number}.{token}@mail.example.net>'", f"<{number}.{token}@mail.example.net>"


def response(dice: Dice) -> tuple[str, str]:
    """Return what a destination answers, as logged and as it is."""
    logged, value = dice.pick(RESPONSES)
    number = dice.between(10_000, 99_999_999)
    return logged.format(n=number), value.format(n=number)


def address(dice: Dice, number: int, domains: tuple[str, ...]) -> str:
    """Return a mail address that no other message has, `number` telling them apart; few are hostile."""
    domain = dice.pick(domains)
    if dice.chance(0.03):
        return dice.pick(_HOSTILE_LOCALS).format(number) + "@" + domain
    if dice.chance(0.01):
        return f"u{number}@[192.0.2.{dice.between(1, 254)}]"
    return f"{dice.pick(_NAMES)}.{number}@{domain}"


def shared_address(dice: Dice) -> str:
    """Return an address that many messages have."""
    return f"{dice.pick(SHARED)}@{dice.pick(OUR_DOMAINS)}"


def is_plain(text: str) -> bool:
    """Tell whether an address can stand in a list or in the middle of a line."""
    return text.isascii() and not any(mark in text for mark in " \"'<>,|[")


def domain_of(mailbox: str) -> str:
    """Return the domain that a mail address names."""
    return mailbox.rpartition("@")[2]


def destination(domain: str) -> str:
    """Return the address of a domain's mail server."""
    number = sum(domain.encode("utf-8", "surrogateescape")) % 200 + 10
    return f"2001:db8::{number:x}" if number % 5 == 0 else f"203.0.113.{number}"


def peer_ip(dice: Dice) -> str:
    """Return the address of a host somewhere."""
    return (
        f"2001:db8:1::{dice.between(1, 65535):x}"
        if dice.chance(0.1)
        else f"198.51.100.{dice.between(1, 254)}"
    )
