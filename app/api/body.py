"""What the requests have in common: a body of known fields, an experiment small enough to compute, a state that fits it."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import blake2b
from typing import Any

import orjson
from starlette.requests import Request

from app.wire import read
from app.work import check_memory, check_step
from core.experiment import Experiment
from core.kept import Kept
from core.spec import Rule, SpecError, shown
from core.state import MOST_STEPS, State, parse_state


class Body:
    """The fields of one request.  What it hands out is checked; SpecError names the field otherwise."""

    def __init__(self, document: Any, *known: str) -> None:
        if not isinstance(document, Mapping):
            raise SpecError("", f"expected an object, got {shown(document)}", f"its fields: {', '.join(known)}")
        for name in document:
            if known and name not in known:
                raise SpecError(name[:40], "no such field", f"the fields are {', '.join(known)}")
        self.fields: Mapping[str, Any] = document

    @classmethod
    async def of(cls, request: Request, *known: str) -> Body:
        """Read it; without `known` any further field is let through for the reader to check."""
        return cls(await read(request), *known)

    def __contains__(self, name: str) -> bool:
        return name in self.fields

    def experiment(self) -> Experiment:
        """The experiment."""
        if "experiment" not in self.fields:
            raise SpecError("experiment", "this field is needed", "GET /api/presets has complete ones")
        return parse_experiment(self.fields["experiment"])

    def state(self, experiment: Experiment, *, needed: bool = False, ahead: int = 0) -> State:
        """The state, `ahead` steps from the last one at most; where none was given, the initial one (or an error if needed)."""
        if needed and self.fields.get("state") is None:
            raise SpecError("state", "this field is needed", "POST /api/start gives the initial one")
        state = parse_state(experiment, self.fields.get("state"))
        if state.step + ahead > MOST_STEPS:  # it would end at a state that nothing takes
            room = MOST_STEPS - ahead
            raise SpecError("state.step", f"expected at most {room:,}, from where {ahead:,} can be taken, got {state.step:,}",
                            "ask for fewer steps, or start anew: POST /api/start")  # fmt: skip
        return state

    def value(self, name: str, rule: Rule, default: Any = None) -> Any:
        """One more field, held against its rule."""
        if name not in self.fields:
            return default
        value = self.fields[name]
        problem = rule.problem(value)
        if problem:
            raise SpecError(name, problem, rule.help)
        return value


_EXPERIMENTS = Kept[Experiment](64_000_000)


def parse_experiment(document: Any) -> Experiment:
    """The experiment, parsed once for each distinct document and checked for its size."""
    text = orjson.dumps(document, option=orjson.OPT_SORT_KEYS)
    return _EXPERIMENTS.of(blake2b(text).digest(), lambda: _parse(text), lambda experiment: experiment.nbytes)


def _parse(text: bytes) -> Experiment:
    # Paths are the experiment's own ("optimizer.learning_rate"), as its controls on the page are named.
    experiment = Experiment.parse(orjson.loads(text))
    check_memory(experiment)
    check_step(experiment)
    return experiment
