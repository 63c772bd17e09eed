"""What a finding of each code is: how bad, what it means, what it says, what to do about it."""

from dataclasses import dataclass

ERROR, WARNING, INFO = "error", "warning", "info"
SEVERITIES = (ERROR, WARNING, INFO)
"""Worst first."""


@dataclass(frozen=True)
class Kind:
    """A code of findings. Texts in braces are filled in with what was measured."""

    code: str
    severity: str
    meaning: str
    """What happened, in general."""
    wire: str
    """How that looks in a capture."""
    explanation: str
    """What is said of a case: a template of `str.format`."""
    advice: str
    """What to change, where: a template likewise."""
    explains: tuple[str, ...] = ()
    """Codes that say less of the same cause: they are left out for a session that has this finding."""

    @property
    def general_advice(self) -> str:
        """The advice without a case: plain words where it has what was measured."""
        return self.advice.format_map(_GENERAL)


_GENERAL = {
    "advice": "Depends on the case; the finding says it.",
    "budget": "of the handshake",
    "who": "peer",
    "event": "EVENT",
    "other": "other side",
    "quoted": "FRAME",
    "origin": "ORIGIN",
}
