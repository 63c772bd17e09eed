"""A step with the live values put where it sends values that the server had given."""

from analyzer.replay.board import Board
from analyzer.replay.jsontext import Leaf, dump, leaves_or_whole, spliced
from analyzer.replay.steps import Step
from analyzer.replay.timeshift import shifted


def filled(step: Step, board: Board, swaps: dict[str, str], shift: int) -> Step:
    """The step as it is to be sent now, itself where nothing changes. ``swaps`` learns live values and the captured
    ones; a value that has not come stays as captured. Times move by ``shift`` ns.
    """
    if not step.uses and not shift:
        return step
    data = step.data or ""
    found = {leaf.path: leaf for leaf in leaves_or_whole(step.data)}
    edits: list[tuple[int, int, str]] = []
    for use in step.uses:
        said = board.get((use.gate.session, use.gate.expected))
        live = None if said is None else next((x for x in leaves_or_whole(said.data) if x.path == use.source), None)
        leaf = found.get(use.target)
        if live is None or leaf is None:
            continue
        edits.append((leaf.start, leaf.end, _put(leaf, use.value, live)))
        swaps[_text(live.value)] = use.value
    taken = {use.target for use in step.uses}
    for leaf in found.values() if shift else ():
        moved = None if leaf.path in taken else shifted(leaf, step.time / 1e9, shift / 1e9)
        if moved is not None:
            edits.append((leaf.start, leaf.end, moved))
    return step._replace(data=spliced(data, edits)) if edits else step


def _put(leaf: Leaf, captured: str, live: Leaf) -> str:
    """The leaf's JSON text with the captured value in it made the live one."""
    if isinstance(leaf.value, str) and leaf.value != captured:
        return dump(leaf.value.replace(captured, _text(live.value)))
    return dump(live.value)


def _text(value: object) -> str:
    return value if isinstance(value, str) else dump(value)
