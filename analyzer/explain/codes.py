"""What a code means: of a finding, or of the log's ``issue`` column."""

import re
from difflib import get_close_matches

from analyzer.explain.issue_texts import ISSUES
from analyzer.findings.kinds import KINDS

_CODE = re.compile(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)+")


def is_code(text: str) -> bool:
    """Whether ``text`` can only be meant as a code: words of small letters with underscores between."""
    return _CODE.fullmatch(text) is not None


def explain(code: str) -> list[tuple[str, str]] | None:
    """Headings and texts about a code; None for one that does not exist."""
    if code in KINDS:
        kind = KINDS[code]
        return [
            (f"{kind.severity}: {kind.meaning}.", ""),
            ("On the wire", kind.wire),
            ("What to do", kind.general_advice),
        ]
    if code in ISSUES:
        meaning, advice = ISSUES[code]
        return [(f"issue of a row of the log: {meaning}.", ""), ("What to do", advice)]
    return None


def near(code: str) -> list[str]:
    """Codes that look like it."""
    return get_close_matches(code, [*KINDS, *ISSUES], 3, 0.5)


def everything() -> list[tuple[str, str, str]]:
    """All codes with severity (``issue`` for those of rows) and meaning."""
    found = [(kind.code, kind.severity, kind.meaning) for kind in KINDS.values()]
    return found + [(code, "issue", meaning) for code, (meaning, _) in ISSUES.items() if code not in KINDS]
