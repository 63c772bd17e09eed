"""A captured session as it is to be replayed: with the user's own credentials, on the transport that was asked for."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from analyzer.issues import ReplayError
from analyzer.records import Transport
from analyzer.replay.choice import Choice
from analyzer.replay.credentials import withheld
from analyzer.replay.jsontext import dump
from analyzer.replay.rules import Place
from analyzer.replay.steps import CONNECT, PROBE, UPGRADE, SessionPlan, Step
from analyzer.replay.uses import set_values
from analyzer.replay.variables import expand, pairs

TRANSPORTS = ("captured", "polling", "websocket", "upgrade")


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the user wants changed. Texts may hold ``${NAME}``."""

    transport: str = "captured"
    path: str | None = None
    """Path of the target, where it is another one."""
    auth: Sequence[str] = ()
    """``name=value``, or a JSON object; into what CONNECT carries."""
    query: Sequence[str] = ()
    headers: Sequence[str] = ()
    credentials: bool = False
    """Whether those of the capture are sent."""
    choice: Choice = field(default_factory=Choice)
    fixed: Sequence[tuple[Place, str]] = ()
    """Values of the user's own, from a rules file."""


def prepared(session: SessionPlan, wishes: Wishes, variables: Mapping[str, str]) -> tuple[SessionPlan, tuple[str, ...]]:
    """The session as it is to be played, and the names of the captured credentials that it goes without."""
    names: tuple[str, ...] = ()
    given = {name.lower() for name, _ in pairs(wishes.headers, ":", "--header")}
    if not wishes.credentials:
        session, names = withheld(session)
    session = wishes.choice.of_plan(_transported(session, wishes.transport))
    own = pairs(wishes.query, "=", "--query")
    query = tuple((n, v) for n, v in session.manner.query if n not in dict(own))
    query += tuple((name, expand(value, variables)) for name, value in own)
    headers = tuple((n, v) for n, v in session.manner.headers if n not in given)
    headers += tuple((n, expand(v, variables)) for n, v in pairs(wishes.headers, ":", "--header"))
    path = session.manner.path if wishes.path is None else wishes.path
    manner = replace(session.manner, query=query, headers=headers, path=path)
    auth = _auth(wishes.auth, variables)
    fixed = {place: expand(value, variables) for place, value in wishes.fixed}
    session = set_values(session, fixed)
    steps = tuple(_with_auth(step, auth) if step.kind == CONNECT and auth else step for step in session.steps)
    replaced = {f"auth {name}" for name in auth} | {f"query {n}" for n, _ in own} | {f"header {n}" for n in given}
    return replace(session, manner=manner, steps=steps), tuple(name for name in names if name not in replaced)


def _transported(session: SessionPlan, transport: str) -> SessionPlan:
    if transport == "captured":
        return session
    steps = [step for step in session.steps if step.kind not in (PROBE, UPGRADE)]
    upgrade = transport == "upgrade"
    if upgrade:
        number = max((step.number for step in session.steps), default=0) + 1
        extra = [Step(number + i, session.begun, kind) for i, kind in enumerate((PROBE, UPGRADE))]
        steps[:0] = extra
    first = Transport.WEBSOCKET if transport == "websocket" else Transport.POLLING
    manner = replace(session.manner, transport=first, upgrade=upgrade, jsonp=False)
    return replace(session, manner=manner, steps=tuple(steps))


def _auth(texts: Sequence[str], variables: Mapping[str, str]) -> dict[str, Any]:
    auth: dict[str, Any] = {}
    for text in texts:
        if text.lstrip().startswith("{"):
            auth |= _object(expand(text, variables))
        else:
            (name, value), *_ = pairs([text], "=", "--auth")
            auth[name] = expand(value, variables)
    return auth


def _object(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ReplayError(
            "--auth: is no JSON object; write it like '{\"token\":\"${TOKEN}\"}' or token='${TOKEN}'"
        ) from error
    return dict(found)


def _with_auth(step: Step, auth: dict[str, Any]) -> Step:
    """A CONNECT that carries ``auth``, beside what else it carried."""
    try:
        own = json.loads(step.data) if step.data else {}
    except (ValueError, RecursionError):
        own = {}
    merged = {**own, **auth} if isinstance(own, dict) else auth
    return step._replace(data=dump(merged), raw=None)
