"""What the tests of the story share: a run of two steps, and the numbers that its telling names."""

import re
from collections.abc import Callable
from typing import Any

from app.presets import presets

Post = Callable[..., Any]
SLOT = re.compile(r'data-slot="([^"]+)"')
VARIABLE = re.compile(r"\{(\w+)\}")
PRESETS = {entry["slug"]: entry["experiment"] for entry in presets()}


def read(store: Any, path: str) -> Any:
    """What the page's store gives for a dotted path."""
    for key in path.split("."):
        store = store[int(key)] if isinstance(store, list) else store[key]
    return store


def filled(template: str, choice: dict[str, Any]) -> str:
    return VARIABLE.sub(lambda match: str(choice[match[1]]), template)


def slots(cell: dict[str, Any]) -> list[str]:
    return SLOT.findall(cell.get("number", ""))


def told(post: Post, experiment: dict[str, Any], row: int = 1) -> tuple[dict[str, Any], dict[str, Any]]:
    """(story, store): the second step of a run, so that optimizers remember something."""
    first = post("/api/step", experiment=experiment)
    second = post("/api/step", experiment=experiment, state=first["state"], example=row)
    complete = post("/api/start", experiment=experiment)["experiment"]
    return post("/api/story", experiment=experiment), {"trace": second["trace"], "experiment": complete}


def chosen(store: dict[str, Any], beat: dict[str, Any]) -> dict[str, Any]:
    """One choice of what a telling leaves open: the last unit of each kind."""
    trace, link = store["trace"], beat["link"]
    weighted = [i for i, grads in enumerate(trace["before"]) if grads]
    layer = link if link in weighted else weighted[-1]
    row, index = trace["example"]["row"], last(trace["before"][layer]["W"])
    j = last(trace["layers"][link]["grad_input" if beat["phase"] == "backward" else "output"][row])
    k = last(trace["layers"][link]["input"][row])
    if beat["phase"] == "gradient":
        j, k = index.split(".")[:2]
    return {"row": row, "j": j, "k": k, "layer": layer, "name": "W", "index": index, "line": 0}


def last(nested: Any) -> str:
    """The place of the last number of a nested list, with dots."""
    return f"{len(nested) - 1}" + (f".{last(nested[-1])}" if isinstance(nested[-1], list) else "")
