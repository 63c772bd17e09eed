"""One row as one readable line for the terminal of a running proxy."""

from analyzer.records import C2S, Row
from analyzer.stamps import to_text
from analyzer.text import elide, printable

_CLOCK = slice(11, 23)
_WIDE = 120


def line(row: Row) -> str:
    """Time (UTC), session, direction, transport, what it is, and the beginning of what it says; never a control
    character.
    """
    arrow = {C2S: "->", None: "--"}.get(row.direction, "<-")
    what = [part for part in (row.type, row.namespace if row.namespace != "/" else None, row.event) if part]
    if row.ack_id is not None:
        what.append(f"#{row.ack_id}")
    what += [str(row.status)] if row.status is not None else []
    what += [row.url.split("?")[0]] if row.url else []
    said = row.data if row.data is not None else ""
    said += f" +{len(row.attachments)} binary" if row.attachments else ""
    odd = f"  ! {row.issue}: {row.detail}" if row.issue else ""
    head = f"{to_text(row.time)[_CLOCK]} {(row.session or '-')[:8]:8} {arrow} {(row.transport or row.layer)[:9]:9}"
    return f"{head} {printable(' '.join(what))} {elide(said, _WIDE)}{printable(odd)}".rstrip()
