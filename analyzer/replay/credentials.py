"""What a capture holds of credentials: known by their names and by how they look. They are not replayed unasked, and
never printed.
"""

import re
from dataclasses import replace

from analyzer.replay.jsontext import dump, leaves_or_whole, show, spliced
from analyzer.replay.steps import CONNECT, Manner, SessionPlan, Step

HIDDEN = "<hidden>"
"""What stands for a credential wherever something is printed."""

_NAMES = re.compile(
    r"(?:^|[^a-z])(?:auth(?!or)\w*|bearer|cookies?|credentials?|csrf\w*|jwt|key|otp|pass\w*|pin|pwd|secret|session\w*|sig\w*|sid"
    r"|token)(?:$|[^a-z])|api.?key|access.?key|authori[sz]ation|cookie|passw|secret|token",
    re.IGNORECASE,
)
_LOOKS = re.compile(r"(?:Bearer|Basic)\s+\S+|eyJ[\w-]{8,}\.[\w-]+\.[\w-]*|(?=\w*\d)(?=\w*[A-Za-z])[\w-]{32,}", re.ASCII)
_RECOVERY = {"pid", "offset"}


def is_secret(name: str, value: str = "") -> bool:
    """Whether a field of this name, or with this value, is a credential."""
    return _NAMES.search(name) is not None or _LOOKS.fullmatch(value) is not None


def withheld(session: SessionPlan) -> tuple[SessionPlan, tuple[str, ...]]:
    """The session without its credentials, and the names of those it had: header fields, fields of the query, members
    of what CONNECT carries.
    """
    manner, names = _manner(session.manner)
    steps: list[Step] = []
    for step in session.steps:
        plain, found = _connect(step) if step.kind == CONNECT else (step, [])
        steps.append(plain)
        names += found
    return replace(session, manner=manner, steps=tuple(steps)), tuple(dict.fromkeys(names))


def _manner(manner: Manner) -> tuple[Manner, list[str]]:
    headers = tuple((name, value) for name, value in manner.headers if not is_secret(name, value))
    query = tuple((name, value) for name, value in manner.query if not is_secret(name, value))
    names = [f"header {name}" for name, _ in manner.headers if (name, _) not in headers]
    names += [f"query {name}" for name, value in manner.query if (name, value) not in query]
    return replace(manner, headers=headers, query=query), names


def _connect(step: Step) -> tuple[Step, list[str]]:
    """A CONNECT whose credentials are empty texts, in its payload and in the query of its namespace."""
    names: list[str] = []
    base, mark, query = step.namespace.partition("?")
    fields = []
    for field in query.split("&") if mark else []:
        name, _, value = field.partition("=")
        if is_secret(name, value):
            names.append(f"query {name} of {base}")
        else:
            fields.append(field)
    namespace = base + ("?" + "&".join(fields) if fields else "")
    edits = []
    for leaf in leaves_or_whole(step.data):
        name = str(leaf.path[-1]) if leaf.path else ""
        known = any(isinstance(part, str) and is_secret(part) for part in leaf.path)
        if name in _RECOVERY or not leaf.path or isinstance(leaf.value, bool | list | dict | None):
            continue
        if known or is_secret(name, str(leaf.value)):
            names.append(f"auth {show(leaf.path).lstrip('.')}")
            edits.append((leaf.start, leaf.end, dump("")))
    if not names:
        return step, names
    data = step.data if step.data is None else spliced(step.data, edits)
    return step._replace(namespace=namespace, data=data, raw=None), names
