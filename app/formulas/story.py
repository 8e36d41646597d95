"""The story of one step, sub-step by sub-step: made once for an experiment, its numbers left as slots."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import orjson

from app.formulas.backward import backward
from app.formulas.cells import Telling
from app.formulas.chain import Chain
from app.formulas.forward import forward, loss
from app.formulas.mathml import mathml
from app.formulas.opening import opening
from app.formulas.update import gradient, subjects, update
from app.formulas.wordings import wordings
from core.experiment import Experiment
from core.kept import Kept
from core.spec import lowered

PHASES = {
    "forward": "Forward pass",
    "loss": "Loss",
    "backward": "Backward pass",
    "gradient": "Gradients",
    "update": "Update",
}


_KEPT = Kept[dict[str, Any]](32_000_000)


def story(experiment: Experiment) -> dict[str, Any]:
    """`{"phases", "opening", "substeps": [{phase, link, title, example, mean}], "subjects", "wordings"}`, with number slots."""
    return _KEPT.of(experiment, lambda: _written(experiment), lambda told: experiment.nbytes + 3 * len(orjson.dumps(told)))


def _written(experiment: Experiment) -> dict[str, Any]:
    modes = {"example": Chain(experiment), "mean": Chain(experiment, mean=True)}

    def beat(phase: str, link: int, title: str, tell: Callable[[Chain], Telling]) -> dict[str, Any]:
        return {"phase": phase, "link": link, "title": title} | {name: tell(chain).document() for name, chain in modes.items()}

    chain, links = modes["example"], range(len(experiment.layers))
    beats = [beat("forward", i, _forward_title(chain, i), partial(forward, link=i)) for i in links]
    beats.append(beat("loss", -1, experiment.loss.title, loss))
    beats += [beat("backward", i, _backward_title(chain, i), partial(backward, link=i)) for i in reversed(links)]
    weighted = [i for i in reversed(links) if experiment.network.param_shapes[i]]
    beats += [
        beat("gradient", i, _sentence_case(f"{chain.layer_name(i)}: gradient of its weights"), partial(gradient, link=i))
        for i in weighted
    ]
    beats.append(beat("update", -1, experiment.optimizer.title, update))
    return {
        "phases": PHASES,
        "opening": {name: opening(chain) for name, chain in modes.items()},
        "substeps": beats,
        "subjects": {name: mathml(latex) for name, latex in subjects(chain).items()},
        "wordings": wordings(chain),
    }


def _forward_title(chain: Chain, link: int) -> str:
    layer = chain.layers[link]
    what = "weighted sum" if layer.kind == "dense" else lowered(layer.title)
    return _sentence_case(f"{chain.layer_name(link)}: {what}")


def _backward_title(chain: Chain, link: int) -> str:
    layer = chain.layers[link]
    if link == len(chain.layers) - 1:
        return "δ at the output"
    what = "its weights" if layer.kind == "dense" else lowered(layer.title)
    return _sentence_case(f"{chain.layer_name(link)}: back through {what}")


def _sentence_case(text: str) -> str:
    return text[:1].upper() + text[1:]
