"""Rules put to work on a plan: every step learns which values it has to be given."""

from collections import defaultdict
from dataclasses import replace

from analyzer.replay.jsontext import dump, fits, leaves_or_whole, spliced
from analyzer.replay.rules import Place, Rules
from analyzer.replay.steps import Gate, Plan, SessionPlan, Step, Use
from analyzer.replay.values import Given, Wanted, given, near, place_of, text_of, wanted

Spot = tuple[int, int]


def applied(plan: Plan, rules: Rules, *, given_by_user: bool = False) -> Plan:
    """The plan with the uses that its rules make, and the gates that go with them. Rules of a user's own hold for
    values of other sessions, whatever they look like.
    """
    if not rules.rules:
        return plan
    targets: dict[Place, list[Place]] = defaultdict(list)
    for rule in rules.rules:
        targets[rule.target].append(rule.source)
    sources = {rule.source for rule in rules.rules}
    gifts: dict[tuple[Place, str], list[Given]] = defaultdict(list)
    for gift in given(plan):
        if gift.place in sources:
            gifts[gift.place, gift.text].append(gift)
    uses: dict[Spot, list[Use]] = defaultdict(list)
    for want in wanted(plan):
        found = [gift for source in targets.get(want.place, ()) for gift in gifts.get((source, want.text), ())]
        found = [gift for gift in found if (gift.time < want.time if given_by_user else near(gift, want))]
        if (use := _use(want, found, uses[want.session, want.step])) is not None:
            uses[want.session, want.step].append(use)
    return replace(plan, sessions=[_session(i, each, uses) for i, each in enumerate(plan.sessions)])


def _use(want: Wanted, gifts: list[Given], others: list[Use]) -> Use | None:
    """The first gift before the value was sent, one of the same session before any other."""
    if not gifts or any(use.target == want.path for use in others):
        return None
    gift = min(gifts, key=lambda gift: (gift.session != want.session, gift.time))
    return Use(Gate("value", gift.session, gift.expected), gift.path, want.path, want.text)


def _session(index: int, session: SessionPlan, uses: dict[Spot, list[Use]]) -> SessionPlan:
    steps = tuple(_step(step, uses.get((index, i), [])) for i, step in enumerate(session.steps))
    return replace(session, steps=steps)


def _step(step: Step, uses: list[Use]) -> Step:
    if not uses:
        return step
    gates = dict.fromkeys(use.gate for use in uses)
    return step._replace(uses=tuple(uses), gates=(*step.gates, *gates))


def set_values(session: SessionPlan, fixed: dict[Place, str]) -> SessionPlan:
    """The session with values of the user's own put in; it remembers which captured ones they stand for."""
    if not fixed:
        return session
    steps, swaps = [], dict(session.swaps)
    for step in session.steps:
        edits = []
        for leaf in leaves_or_whole(step.data):
            here = place_of(step, leaf.path)
            for place, value in fixed.items():
                if here[:3] == place[:3] and fits(leaf.path, place.path):
                    edits.append((leaf.start, leaf.end, dump(value)))
                    swaps[value] = text_of(leaf.value)
        steps.append(step._replace(data=spliced(step.data or "", edits), raw=None) if edits else step)
    return replace(session, steps=tuple(steps), swaps=tuple(swaps.items()))
