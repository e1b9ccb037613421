"""The engines' verdicts on one MID, for a message that goes through, and for one that an engine stops."""

from midtrail.simulate import words
from midtrail.simulate.flow import Flow


def spam(flow: Flow, verdict: str = "spam negative") -> None:
    """Say what the anti-spam engine finds; `spam negative`, `spam positive`, `marketing` ..."""
    dice, mid = flow.box.dice, flow.mid
    engine = "SLBL" if dice.chance(0.03) and verdict.startswith("spam") else "CASE"
    if dice.chance(0.1):
        flow.say(f"MID {mid} using engine: {engine} using cached verdict")
    else:
        flow.say(f"MID {mid} interim verdict using engine: {engine} {verdict}")
    flow.verdict("antispam", verdict, f"MID {mid} using engine: {engine} {verdict}")


def virus(flow: Flow, *, found: bool = False) -> None:
    """Say what the anti-virus engine finds."""
    mid = flow.mid
    engine = flow.box.dice.pick(("Sophos", "McAfee"))
    flow.say(f"MID {mid} interim AV verdict using {engine} {'VIRAL' if found else 'CLEAN'}")
    if found:
        names = "', '".join(flow.box.dice.some(words.VIRUSES))
        flow.verdict("antivirus", "positive", f"MID {mid} antivirus positive '{names}'")
    else:
        flow.verdict("antivirus", "negative", f"MID {mid} antivirus negative ")


def files(flow: Flow, verdict: str) -> None:
    """Say what Advanced Malware Protection finds; SKIPPED where there is no file."""
    if verdict == "SKIPPED":
        flow.verdict(
            "amp", verdict, f"MID {flow.mid} AMP file reputation verdict : SKIPPED (no attachment in message)"
        )
        return
    flow.verdict("amp", verdict, f"MID {flow.mid} AMP file reputation verdict : {verdict}")


def attachments(flow: Flow) -> bool:
    """Say which files the message holds, and tell whether there are any."""
    dice = flow.box.dice
    if not dice.chance(0.2):
        return False
    for number in range(dice.between(1, 3)):
        logged, name = words.attachment(dice, flow.mid * 10 + number)
        flow.attach(logged, name)
    if dice.chance(0.1):
        flow.say(
            f"MID {flow.mid} SHA {dice.hexadecimal(64)} filename Invoice, May.docx queued for possible file analysis upload"
        )
    return True


def leaks(flow: Flow, *, found: bool = False) -> None:
    """Say what data loss prevention finds in an outgoing message."""
    if found:
        flow.verdict(
            "dlp",
            "violation HIGH",
            f"MID {flow.mid} DLP violation. Severity: HIGH (Risk Factor: 75). DLP policy match: 'PCI-DSS (Payment Card Industry Data Security Standard)'.",
        )
        return
    flow.verdict("dlp", "no violation", f"MID {flow.mid} DLP no violation")


def outbreak(flow: Flow, verdict: str = "negative") -> None:
    """Say what Outbreak Filters find."""
    if verdict == "positive":
        flow.say(f"MID {flow.mid} Threat Level=3 Category=Phish Type=Phish")
    flow.verdict("outbreak", verdict, f"MID {flow.mid} Outbreak Filters: verdict {verdict}")


def all_clear(flow: Flow, *, has_files: bool) -> None:
    """Let every engine pass the message."""
    dice = flow.box.dice
    if not flow.outbound:
        spam(flow, "spam negative" if dice.chance(0.9) else dice.pick(("marketing", "bulk", "spam suspect")))
    virus(flow)
    if dice.chance(0.6):
        files(flow, dice.pick(("CLEAN", "UNKNOWN", "LOWRISK")) if has_files else "SKIPPED")
    if dice.chance(0.3):
        flow.verdict("graymail", "negative", f"MID {flow.mid} using engine: GRAYMAIL negative")
    if flow.outbound and dice.chance(0.5):
        leaks(flow)
    if dice.chance(0.8):
        outbreak(flow)
    elif dice.chance(0.2):
        flow.say(f"MID {flow.mid} was too big (362262/262144) for scanning by Outbreak Filters")
