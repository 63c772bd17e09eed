"""Which events are replayed and compared: patterns of namespace and event."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase

from analyzer.replay.account import Account
from analyzer.replay.steps import ACK, EVENT, Said, SessionPlan

_KEPT = ("drain", "value", "question")
"""Gates that stay: they look themselves at what need not come, or are needed all the same."""


@dataclass(frozen=True, slots=True)
class Choice:
    """``only`` and ``skip`` are patterns ``EVENT`` or ``NAMESPACE:EVENT``, ``*`` and ``?`` as in file names."""

    only: Sequence[str] = ()
    skip: Sequence[str] = ()

    def takes(self, namespace: str | None, event: str | None) -> bool:
        """Whether an event is among the chosen ones."""
        where, name = namespace or "/", event or ""
        if self.only and not any(_fits(pattern, where, name) for pattern in self.only):
            return False
        return not any(_fits(pattern, where, name) for pattern in self.skip)

    def of_plan(self, session: SessionPlan) -> SessionPlan:
        """The session with the chosen events alone; what belongs to others is neither sent nor waited for."""
        if not self.only and not self.skip:
            return session
        expected = tuple(e._replace(optional=e.optional or not self._said(e.said)) for e in session.expected)
        steps = [s for s in session.steps if s.kind not in (EVENT, ACK) or self.takes(s.namespace, s.event)]
        wanted = [
            s.waiting_for(tuple(g for g in s.gates if g.why in _KEPT or not expected[g.expected].optional))
            for s in steps
        ]
        known = {step.number for step in steps}
        left_out = tuple(use for step in session.steps if step.number not in known for use in step.uses)
        return replace(session, steps=tuple(wanted), expected=expected, left_out=left_out)

    def idle(self, sessions: Sequence[SessionPlan]) -> list[str]:
        """The patterns that no event of the sessions fits."""
        said = {(e.said.namespace, e.said.event or "") for each in sessions for e in each.expected}
        names = said | {(step.namespace, step.event or "") for each in sessions for step in each.steps}
        return [pattern for pattern in (*self.only, *self.skip) if not any(_fits(pattern, *name) for name in names)]

    def of_account(self, account: Account) -> Account:
        """The account with the chosen events alone."""
        if not self.only and not self.skip:
            return account
        said = {key: own for key, own in account.said.items() if self._said(own[0])}
        acks = {step: ack for step, ack in account.acks.items() if self._said(ack)}
        return Account(said, account.spare, acks, [ack for ack in account.surplus_acks if self._said(ack)])

    def _said(self, said: Said) -> bool:
        return said.kind not in (EVENT, ACK) or self.takes(said.namespace, said.event)


def _fits(pattern: str, namespace: str, event: str) -> bool:
    where, colon, name = pattern.partition(":")
    if colon and where.startswith("/"):
        return fnmatchcase(namespace, where) and fnmatchcase(event, name)
    return fnmatchcase(event, pattern)
