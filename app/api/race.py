"""POST /api/race: up to eight runs from one start, streamed as NDJSON, a line for all of them."""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from typing import Any, TypeVar

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.api.body import Body, parse_experiment
from app.compute import compute
from app.documents import RaceFrame
from app.fields import EVERY, STATES, STEPS
from app.streaming import Ndjson, hop, opened
from app.wire import flagged, lines
from app.work import check_run
from core.experiment import Experiment
from core.landscape import PLANES, Basis, View
from core.landscape.race import MOST_RUNS, Entrant, racing
from core.spec import SpecError, many, shown
from core.state import State, parse_params
from core.work import Work

T = TypeVar("T")
router = APIRouter()
FIELDS = ("experiment", "experiments", "variants", "state", "steps", "every", "plane", "basis", "states")
VARIED = ("optimizer", "gradient", "batch_size", "seed")
LABEL = 60  # characters of a run's name


class Running:
    """A race under way, a few steps at a time."""

    def __init__(self, body: Body) -> None:
        entrants = _entrants(body)
        self.steps, self.every = body.value("steps", STEPS, 100), body.value("every", EVERY, 1)
        self.states = body.value("states", STATES, False)
        for _, experiment in entrants:
            check_run(experiment, self.steps, self.every)
        first = entrants[0][1]
        state = body.state(first, ahead=self.steps)
        self.taken = 0
        self.done = False
        self._pieces = self._going(entrants, state, _basis(body, first, state))

    def advance(self) -> bytes:
        """Frames of the next few steps, as lines; the first one tells the start and the plane."""
        frames: list[dict[str, Any]] = []
        for _ in hop():
            if self.done:
                break
            due = next(self._pieces)
            if due:
                frames.append(due)
        return lines(map(flagged, frames))

    def _going(self, entrants: Sequence[Entrant], state: State, laying: Work[Basis | None]) -> Generator[dict[str, Any] | None]:
        """The race piece by piece, and a frame when one is due; before the first the plane is laid, and all are looked at."""
        basis = yield from _silent(laying)
        race = yield from _silent(racing(entrants, state, basis))
        plane = {"origin": basis.origin, "directions": list(basis.directions), "labels": list(basis.labels)} if basis else None
        yield race.frame(states=self.states) | {"plane": plane}
        while not self.done:
            yield from _silent(race.advancing())
            self.taken += 1
            if self.taken % self.every and self.taken < self.steps:
                continue
            yield from _silent(race.measuring())
            self.done = self.taken == self.steps or race.over
            yield race.frame(states=self.states or self.done)  # a run that has diverged says so itself; the race goes on


def _silent(work: Work[T]) -> Generator[None, None, T]:
    """What comes of it, and no frame between its pieces."""
    while True:
        try:
            next(work)
        except StopIteration as end:
            return end.value  # type: ignore[no-any-return]
        yield None


@router.post("/api/race", response_model=RaceFrame, response_class=Ndjson)
async def post_race(request: Request) -> Response:
    """Frames as NDJSON, each with every run's place, loss and cost; it ends with the steps, or when every run has diverged.

    When the client goes away, computing stops.
    """
    body = await Body.of(request, *FIELDS)
    return await opened(request, await compute(lambda: Running(body)))


def _entrants(body: Body) -> list[tuple[str, Experiment]]:
    """The experiments, each with a name; or one experiment and what varies in each run."""
    if ("experiments" in body) == ("variants" in body):
        raise SpecError("experiments", "expected either experiments, or an experiment and variants",
                        "experiments are whole; a variant is what differs from the experiment beside it")  # fmt: skip
    if "experiments" in body and "experiment" in body:
        raise SpecError("experiment", "expected either experiments, or an experiment and variants", "leave one of them out")
    name = "experiments" if "experiments" in body else "variants"
    given = body.fields[name]
    if not isinstance(given, list) or not 1 <= len(given) <= MOST_RUNS:
        raise SpecError(name, f"expected a list of 1 to {MOST_RUNS}, got {many(given)}", "a run for each")
    if name == "experiments":
        return [(_name(i, None), _parsed(document, f"experiments.{i}")) for i, document in enumerate(given)]
    base = body.experiment().document()
    return [_variant(base, document, i) for i, document in enumerate(given)]


def _variant(base: Mapping[str, Any], document: Any, i: int) -> tuple[str, Experiment]:
    """The base with a few parts replaced."""
    if not isinstance(document, Mapping):
        raise SpecError(f"variants.{i}", f"expected an object, got {shown(document)}", f"its fields: label, {', '.join(VARIED)}")
    for key in document:
        if key not in ("label", *VARIED):
            raise SpecError(f"variants.{i}.{str(key)[:40]}", "no such field", f"the fields are label, {', '.join(VARIED)}")
    changed = {key: value for key, value in document.items() if key != "label"}
    return _name(i, document.get("label")), _parsed({**base, **changed}, f"variants.{i}")


def _parsed(document: Any, path: str) -> Experiment:
    if not isinstance(document, Mapping):
        raise SpecError(path, f"expected an object, got {shown(document)}", "GET /api/presets has complete experiments")
    try:
        return parse_experiment(document)
    except SpecError as error:
        raise SpecError(f"{path}.{error.field}" if error.field else path, error.message, error.hint) from error


def _name(i: int, label: Any) -> str:
    if label is None:
        return f"run {i + 1}"
    if not isinstance(label, str) or not 0 < len(label) <= LABEL:
        raise SpecError(
            f"variants.{i}.label",
            f"expected a name of 1 to {LABEL} characters, got {shown(label)}",
            "leave it out, and the run is numbered",
        )
    return label


def _basis(body: Body, experiment: Experiment, state: State) -> Work[Basis | None]:
    """The plane that the runs are shown on: given by origin and directions, or by its kind.  Checked at once, laid in pieces."""
    given = body.fields.get("basis")
    if given is not None:
        if body.fields.get("plane") is not None:
            raise SpecError(
                "plane", "expected either plane or basis, got both", "leave one out: a basis is a plane that was answered"
            )
        if not isinstance(given, Mapping) or set(given) != {"origin", "directions"} or not isinstance(given["directions"], list):
            raise SpecError("basis", f"expected {{origin, directions}}, got {shown(given)}", "as POST /api/surface answers them")
        if len(given["directions"]) not in (1, 2):
            raise SpecError("basis.directions", f"expected one direction or two, got {len(given['directions'])}",
                            "a line has one, a plane two")  # fmt: skip
        origin = parse_params(experiment, given["origin"], "basis.origin")
        directions = [parse_params(experiment, d, f"basis.directions.{i}") for i, d in enumerate(given["directions"])]
        return _had(Basis(origin, tuple(directions), ("α", "β")[: len(directions)]))
    if body.fields.get("plane") is None:
        return _had(None)
    plane = PLANES.parse(body.fields["plane"], "plane")
    if plane.replays():
        raise SpecError("plane.kind", "expected a plane that needs no run", "hand in the basis that POST /api/surface answered")
    return plane.laying(View(experiment, state))


def _had(basis: Basis | None) -> Work[Basis | None]:
    """One that takes no work."""
    yield from ()
    return basis
