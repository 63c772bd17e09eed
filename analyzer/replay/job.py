"""A replay as the command asks for it: options in, the plan or the report out. Opens the files that options name."""

import gc
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from analyzer.issues import ReplayError
from analyzer.records import Row
from analyzer.replay import describe, noise, prepare, report, rules, variables
from analyzer.replay.account import observed
from analyzer.replay.choice import Choice
from analyzer.replay.compare import LEVELS, VALUES, Difference, differences, grouped
from analyzer.replay.compare import Terms as Closeness
from analyzer.replay.correlate import discover
from analyzer.replay.files import text_of
from analyzer.replay.guard import Leave, Target, is_loopback, target_of
from analyzer.replay.normalise import Normaliser
from analyzer.replay.pace import GATED, SCALED, Pace
from analyzer.replay.plan import numbered, plan
from analyzer.replay.played import Played
from analyzer.replay.steps import CONNECT, Plan, SessionPlan
from analyzer.replay.uses import applied

if TYPE_CHECKING:
    from analyzer.replay.crowd import Crowd, Round


@dataclass(frozen=True, slots=True)
class Options:
    """The options of the command, as `analyzer.cli.replay` describes them."""

    target: str | None = None
    pace: str | None = None
    speed: float | None = None
    timeout: float = 5.0
    transport: str = "captured"
    level: str = VALUES
    noise: str | None = None
    learn_noise: str | None = None
    rules: str | None = None
    dry_run: bool = False
    session: Sequence[str] = ()
    only: Sequence[str] = ()
    skip: Sequence[str] = ()
    repeat: int = 1
    concurrency: int | None = None
    users: str | None = None
    headers: Sequence[str] = ()
    auth: Sequence[str] = ()
    query: Sequence[str] = ()
    shift_times: bool = False
    credentials: bool = False
    hosts: Sequence[str] = ()
    origin: bool = False
    insecure: bool = False
    cap_sessions: int = 1_000
    cap_rate: float = 1_000.0
    cap_bytes: int = 1 << 30
    cap_seconds: float = 3_600.0
    output: str | None = None
    force: bool = False


class Job:
    """One replay. ReplayError where the log holds nothing to replay, or an option makes no sense."""

    def __init__(self, rows: Iterable[Row], options: Options) -> None:
        self._options = options
        self._target = None if options.target is None else target_of(options.target)
        if self._target is None and not options.dry_run:
            raise ReplayError("--target: is missing; name the test server, or ask for the plan with --dry-run")
        self._pace = _pace(options)
        self._choice = Choice(options.only, options.skip)
        self._noise = noise.read(text_of(options.noise), options.noise) if options.noise else noise.Noise()
        self._users = _users(options.users)
        self.notes: list[str] = []
        """What the user should know before."""
        with _uncollected():
            self._plan = _chosen(plan(rows), options.session)
            self._rules = self._given_rules()
            self._plan = applied(self._plan, self._rules, given_by_user=options.rules is not None)
            self._sessions = self._prepared(0)
        self._warn()

    def describe(self) -> Iterator[str]:
        """The plan as lines."""
        return describe.lines(self._plan, self._sessions)

    def run(self, tell: "Callable[[Crowd], None]") -> report.Report:
        """Play it."""
        from analyzer.replay import run

        began = run.clock()
        played = self._play(tell, self._options.output)
        told = report.Report(self._shown, self._options.level, played, skipped=self._plan.skipped)
        if self._options.learn_noise is not None:
            self._learn(played, self._play(tell, None), self._options.learn_noise)
        else:
            told.differences = self._compare(played, began)
        told.seconds = run.clock() - began
        return told

    @property
    def _shown(self) -> str:
        target = self._ours
        return target.base + (target.path or "")

    @property
    def _ours(self) -> Target:
        assert self._target is not None
        return self._target

    def _play(self, tell: "Callable[[Crowd], None]", output: str | None) -> list[Played]:
        from analyzer.replay import run
        from analyzer.replay.player import Terms
        from analyzer.store import open_writer

        o = self._options
        caps = run.Caps(o.cap_sessions, o.cap_rate, o.cap_bytes, o.cap_seconds)
        ground = run.Ground(
            self._ours, self._plan.origins, Leave(o.hosts, o.origin), caps, o.concurrency or 0, verify=not o.insecure
        )
        terms = Terms(self._pace)
        if o.shift_times and self._sessions:
            terms.shift = int(run.clock() * 1e9) - self._sessions[0].begun
        if output is None:
            return run.run(self._rounds(), terms, ground, tell)
        with open_writer(output, force=o.force) as writer:
            ground.writer = writer
            return run.run(self._rounds(), terms, ground, tell)

    def _rounds(self) -> "list[Round]":
        from analyzer.replay.crowd import Round

        return [Round(self._sessions if not self._users else self._prepared(i)) for i in range(self._options.repeat)]

    def _prepared(self, number: int) -> list[SessionPlan]:
        """The sessions of a round, each for its user."""
        o = self._options
        path = self._target.path if self._target is not None else None
        wishes = prepare.Wishes(o.transport, path, o.auth, o.query, o.headers, o.credentials, self._choice)
        wishes = replace(wishes, fixed=self._rules.fixed)
        sessions, withheld = [], dict[str, None]()
        for i, each in enumerate(self._plan.sessions):
            user = self._users[(number * len(self._plan.sessions) + i) % len(self._users)] if self._users else {}
            session, names = prepare.prepared(each, wishes, {**os.environ, **user})
            sessions.append(session)
            withheld.update(dict.fromkeys(names))
        if withheld and not number:
            self.notes.append(
                f"credentials of the capture are not sent: {', '.join(withheld)}; "
                "give your own with --auth, --query or --header, or add --send-captured-credentials"
            )
        return sessions

    def _given_rules(self) -> rules.Rules:
        """Those of the file, or those found, which are written to the file by ``--dry-run`` where it is not there."""
        path = self._options.rules
        if path is not None and (not self._options.dry_run or os.path.exists(path)):
            return rules.read(text_of(path), path)
        found = rules.Rules(discover(self._plan))
        if path is not None:
            from analyzer.store import Output

            with Output(path) as file:
                file.write(rules.write(found.rules).encode())
        return found

    def _warn(self) -> None:
        for each in self._sessions:
            self.notes += [f"{each.session}: {note}" for note in each.notes]
        target = self._target
        if target is None or not (is_loopback(target.host) or target.host == "localhost"):
            return
        here = {f"{host}:{target.port}" for host in (target.host, "127.0.0.1", "localhost", "[::1]")}
        if here & self._plan.origins:
            self.notes.append(f"{target.where} is where the capture was taken: be sure that it is a test server")

    def _closeness(self, played: Played, level: str, swaps: dict[str, str], moments: tuple[float, float]) -> Closeness:
        said = [each.said for each in played.plan.expected if each.said.kind == CONNECT]
        recovery = any('"pid"' in (each.data or "") for each in said)
        return Closeness(level, Normaliser(*moments, swaps), self._noise, recovery)

    def _compare(self, played: list[Played], now: float) -> list[Difference]:
        found: list[Difference] = []
        for each in played:
            moments = (each.plan.begun / 1e9, now)
            closeness = self._closeness(each, self._options.level, each.swaps, moments)
            found += report.found([each], self._choice, closeness)
        return grouped(found)

    def _learn(self, first: list[Played], second: list[Played], path: str) -> None:
        """Write where two runs differ."""
        places: set[noise.Place] = set()
        from analyzer.replay.run import clock

        for one, other in zip(first, second, strict=True):
            closeness = self._closeness(one, LEVELS[-1], {}, (clock(), clock()))
            mine, theirs = self._choice.of_account(observed(one)), self._choice.of_account(observed(other))
            for each in differences(mine, theirs, closeness):
                places.add((each.namespace or "/", each.event or "", each.path or ""))
        from analyzer.store import Output

        with Output(path, force=self._options.force) as file:
            file.write(noise.write(places).encode())
        self.notes.append(f"{len(places)} noisy places written to {path}")


@contextmanager
def _uncollected() -> Iterator[None]:
    """Python's cycle collector at rest: plans hold no cycles, and looking for some costs a third of the time."""
    resting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if resting:
            gc.enable()


def _pace(options: Options) -> Pace:
    mode = options.pace or (SCALED if options.speed is not None else GATED)
    if options.speed is not None and mode != SCALED:
        raise ReplayError(f"--speed: has no meaning with --pace {mode}; use --pace scaled")
    if mode == SCALED and options.speed is None:
        raise ReplayError("--pace scaled: needs --speed, such as --speed 2")
    return Pace(mode, options.speed or 1.0, options.timeout)


def _chosen(found: Plan, wanted: Sequence[str]) -> Plan:
    """The plan with the wanted sessions alone. ReplayError where nothing is left."""
    if wanted:
        for sid in wanted:
            known = [each.session for each in found.sessions] + [sid for sid, _ in found.skipped]
            if not any(each.startswith(sid) for each in known):
                raise ReplayError(f"--session {sid}: there is no such session; see sioscope analyze")
        keep = tuple(wanted)
        found.sessions = numbered([each for each in found.sessions if each.session.startswith(keep)])
        found.skipped = [each for each in found.skipped if each[0].startswith(keep)]
    if not found.sessions:
        why = "; ".join(f"{sid or '-'}: {reason}" for sid, reason in found.skipped[:3])
        raise ReplayError(f"there is no session to replay{': ' * bool(why)}{why or ', the source holds no Engine.IO'}")
    return found


def _users(path: str | None) -> list[dict[str, str]]:
    return [] if path is None else variables.users(text_of(path).splitlines(), path)
