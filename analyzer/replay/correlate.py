"""Finds by itself which values of the server a client sends back: equal values, scored by how telling they are."""

from collections import Counter, defaultdict
from collections.abc import Iterable

from analyzer.replay import echoes
from analyzer.replay.rules import Place, Rule
from analyzer.replay.steps import Plan
from analyzer.replay.values import Given, Wanted, given, kinship, near, wanted, worth

ENOUGH = 0.6
"""Score from which on a rule is believed."""
_REPEATED = 0.4
"""What a pair of places gains where it holds for several values."""
_MOST = 16
"""Places of one value that are looked at."""

Pair = tuple[Place, Place]


def discover(plan: Plan) -> list[Rule]:
    """The rules of a plan, surest first: for every value that the server gave before any client sent it."""
    echoed = echoes.echoed(plan)
    if not echoed:
        return []
    wants = list(wanted(plan, echoed))
    births = _births(plan, wants)
    found: dict[Pair, list[tuple[Given, Wanted]]] = defaultdict(list)
    choices: list[list[Pair]] = []
    for want in wants:
        pairs = []
        for gift in births.get(want.text, ()):
            if near(gift, want):
                pairs.append((gift.place, want.place))
                found[pairs[-1]].append((gift, want))
        if pairs:
            choices.append(pairs)
    scores = {pair: _score(pair, cases) for pair, cases in found.items()}
    chosen: Counter[Pair] = Counter()
    for pairs in choices:
        best = max(pairs, key=lambda pair: (scores[pair], len(found[pair])))
        if scores[best] >= ENOUGH:
            chosen[best] += 1
    rules = [Rule(*pair, min(1.0, scores[pair]), found[pair][0][1].text) for pair in chosen]
    return sorted(rules, key=lambda rule: -rule.score)


def _births(plan: Plan, wants: Iterable[Wanted]) -> dict[str, list[Given]]:
    """Where each wanted value was first said, if a server said it first."""
    first_sent: dict[str, float] = {}
    for want in wants:
        first_sent[want.text] = min(want.time, first_sent.get(want.text, want.time))
    births: dict[str, list[Given]] = defaultdict(list)
    born: dict[str, float] = {}
    for gift in given(plan, first_sent.keys()):
        born[gift.text] = min(gift.time, born.get(gift.text, gift.time))
        if len(births[gift.text]) < _MOST:
            births[gift.text].append(gift)
    return {text: gifts for text, gifts in births.items() if born[text] < first_sent[text]}


def _score(pair: Pair, cases: list[tuple[Given, Wanted]]) -> float:
    values = {want.text for _, want in cases}
    _, want = cases[0]
    part = want.text != want.value and isinstance(want.value, str)
    base = max(worth(w.text, w.text if part else w.value) for _, w in cases)
    return base + kinship(pair[0].path, pair[1].path) + (_REPEATED if len(values) > 1 else 0.0)
