"""The text of a deciding line, kept without the numbers that stand beside it: most are then one of few."""

_MID, _DCID, _PLAIN = "chr(1)", "chr(2)", "chr(3)"


def coded(text: str, mid: str, dcid: str) -> str:
    """Return the SQL that puts marks in the place of a MID and a DCID; where a text has such marks, it stays."""
    marked = f"replace({text}, cast({mid} as varchar), {_MID})"
    marked = f"replace({marked}, coalesce(cast({dcid} as varchar), {_DCID}), {_DCID})"
    odd = " or ".join(f"contains({text}, {mark})" for mark in (_MID, _DCID, _PLAIN))
    return f"case when {odd} then {_PLAIN} || {text} else {marked} end"


def plain(text: str, mid: str, dcid: str) -> str:
    """Return the SQL that gives the text again."""
    bare = f"replace({text}, {_DCID}, coalesce(cast({dcid} as varchar), {_DCID}))"
    bare = f"replace({bare}, {_MID}, cast({mid} as varchar))"
    return f"case when starts_with({text}, {_PLAIN}) then substr({text}, 2) else {bare} end"


def plain_of(text: str, mid: int | None, dcid: int | None) -> str | None:
    """Return what `plain` gives."""
    if text.startswith("\x03"):
        return text[1:]
    if mid is None:
        return None
    return text.replace("\x02", "\x02" if dcid is None else str(dcid)).replace("\x01", str(mid))
