"""What steps have found out and hand on as arrays."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from midtrail.tracking._words import Words

if TYPE_CHECKING:
    import pyarrow as pa

    from midtrail.tracking._arrivals import Arrivals
    from midtrail.tracking._beginnings import Beginnings
    from midtrail.tracking._claims import Claims
    from midtrail.tracking._deliveries import Deliveries
    from midtrail.tracking._entries import Entries
    from midtrail.tracking._firsts import Firsts
    from midtrail.tracking._holds import HeldLines, Holds
    from midtrail.tracking._links import Links
    from midtrail.tracking._lists import Lists
    from midtrail.tracking._lives import Lives
    from midtrail.tracking._mids import Mids
    from midtrail.tracking._openings import Groupings, Openings
    from midtrail.tracking._remedial import Remedial
    from midtrail.tracking._remedial_entries import Remedied
    from midtrail.tracking._remediations import Remediations
    from midtrail.tracking._verdicts import Verdicts


@dataclass
class Known:
    """What the steps of one log know; each is there as soon as its step is done."""

    lives: "dict[str, Lives]" = field(default_factory=dict)
    beginnings: "dict[str, Beginnings]" = field(default_factory=dict)
    last_at: Any = None
    """The time of the last line of each life of a MID, below all times where none has one."""
    links: "Links" = field(init=False)
    openings: "dict[str, Openings]" = field(init=False)
    groupings: "Groupings" = field(init=False)
    holds: "Holds" = field(init=False)
    held_lines: "HeldLines" = field(init=False)
    mids: "Mids" = field(init=False)
    lists: "Lists" = field(init=False)
    deliveries: "Deliveries" = field(init=False)
    responses: "pa.Array" = field(init=False)
    claims: "Claims" = field(init=False)
    deleted: Any = None
    """Which lives of MIDs were deleted from a quarantine."""
    entries: "Entries" = field(init=False)
    remedial: "Remedial" = field(init=False)
    remedied: "Remedied" = field(init=False)
    remediations: "Remediations" = field(init=False)
    states: Words = field(default_factory=Words)
    state_of: Any = None
    """The number of each entry's state, -1 for none."""
    evidence_of: Any = None
    """The line that decided it."""
    last_state_of: Any = None
    """The number of each family's Last State, likewise."""
    arrivals: "Arrivals" = field(init=False)
    facts: "dict[str, Firsts]" = field(init=False)
    listed: "dict[str, pa.Table]" = field(init=False)
    verdicts: "Verdicts" = field(init=False)
