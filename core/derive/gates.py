"""Where a gradient could go and where it could not: windows met, winners, masks, words, and the matched pair at the end."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from core.address import Address
from core.derive.symbols import place
from core.derive.terms import Factors
from core.derive.told import Told
from core.layers.wires import Index, Uses, Wires
from core.numeric import Array

NAMED = 64  # addresses that are listed; beyond it they are only counted
WIDEST_HEAD = 16  # outputs of a matched pair whose factors are given


def gates(factors: Factors, boundary: int, nodes: Sequence[int]) -> list[dict[str, Any]]:
    """For every link on the way to the loss: how many of the wires that are reached let gradient through.

    Closed are the inputs all of whose wires do not: of a ReLU that is off, the losers of a pooling, what a dropout mask cut.
    """
    told, found = factors.told, []
    reached = np.unique(np.array(nodes, np.intp))
    for link in range(boundary, told.end):
        wires = told.wires(link)
        kept = np.isin(wires.into, reached)
        opened = kept & (wires.slope != 0)
        through = np.unique(wires.into[opened])
        closed = np.setdiff1d(reached, through)
        found.append({
            "link": link, "kind": told.network.layers[link].kind, "wires": int(kept.sum()), "open": int(opened.sum()),
            "reached": int(reached.size), "through": int(through.size),
            "closed": [factors.value(link, int(n)).address for n in closed[:NAMED]], "closed_count": int(closed.size),
            **_own(factors, link, wires, opened, reached),
        })  # fmt: skip
        reached = np.unique(wires.out[opened])
    return found


def _own(factors: Factors, link: int, wires: Wires, opened: Array, reached: Array) -> dict[str, Any]:
    """What a kind of link has to say besides: a pooling's winners, a mean's shares, how often a dropout cut each unit."""
    told, kind = factors.told, factors.told.network.layers[link].kind
    if kind.startswith(("max_pool", "min_pool")):
        won = np.flatnonzero(opened)
        grad = told.grad(link + 1)[wires.out[won]]
        largest = won[np.argsort(-np.abs(grad), kind="stable")][:NAMED]
        winners = [{"input": told.index(link, int(wires.into[w])), "window": told.index(link + 1, int(wires.out[w])),
                    "grad": factors.grad(link + 1, int(wires.out[w])).document()} for w in largest]  # fmt: skip
        return {"winners": winners}
    if kind.startswith("mean_pool"):
        return {"share": float(wires.slope[0])}
    mask = told.noises[link]
    if kind == "dropout" and mask is not None:
        cut = (mask.reshape(told.count, -1) == 0).sum(axis=0)
        return {"units": [{"unit": told.index(link, int(n)), "dropped_in": int(cut[n])} for n in reached[:NAMED]]}
    return {}


def meetings(told: Told, address: Address, uses: Uses) -> dict[str, Any] | None:
    """Which windows a kernel element met, or at which places the word of an embedding's row stands; None for a dense layer."""
    layer, shape = told.network.layers[address.layer], told.network.param_shapes[address.layer][address.name]
    if layer.indices:
        words = getattr(told.experiment.data, "vocabulary", ())
        name = words[address.index[0]] if address.index[0] < len(words) else str(address.index[0])
        places = [told.index(address.layer + 1, int(out))[-1] for out in uses.out]
        text = [words[int(w)] if int(w) < len(words) else str(int(w)) for w in told.value(address.layer)]
        return {"kind": "words", "word": name, "places": places, "text": text}
    outputs = told.shape(address.layer + 1)
    if len(outputs) == 1:
        return None
    windows = int(np.prod(outputs[1:]))
    met = [{"window": told.index(address.layer + 1, int(out))[1:], "input": _input(told, address.layer, int(into))}
           for out, into in zip(uses.out[:NAMED], uses.into[:NAMED], strict=True)]  # fmt: skip
    return {"kind": "windows", "shape": list(shape), "windows": windows, "met": met, "in_padding": windows - len(uses.out)}


def _input(told: Told, link: int, into: int) -> Index | None:
    return told.index(link, into) if into >= 0 else None


def head(factors: Factors) -> dict[str, Any] | None:
    """The matched pair's two factors at every output, ∂ℓ/∂ŷ and the activation's slope, whose product is δ = ŷ − y.

    Far out, where ŷ has rounded to 0 or 1, the product is lost and only the fused form still holds.
    """
    told = factors.told
    pair = told.network.head
    if pair is None or told.value(told.end).size > WIDEST_HEAD:
        return None
    link, wires = told.end, told.wires(told.end)
    nodes = []
    for node in range(told.value(link).size):
        leaving = np.flatnonzero(wires.into == node)
        pairs = [(int(wires.out[w]), float(wires.slope[w])) for w in leaving]
        terms = [(factors.slope(link, out, node, slope), factors.grad(link + 1, out)) for out, slope in pairs]
        products = [{"factors": [f.document() for f in (*slope, grad)]} for slope, grad in terms]
        product = float(sum(slope * told.grad(link + 1)[out] for out, slope in pairs))
        target = float(told.trace.batch.y[told.row].ravel()[node])
        nodes.append({
            "delta": factors.grad(link, node).document(), "predicted": factors.value(link + 1, node).document(),
            "target": {"symbol": "y", "value": target, "path": place("trace.batch.y", told.row, told.index(link + 1, node))},
            "products": products, "product": product,
        })  # fmt: skip
    rule = rf"\delta = {pair.latex}"
    return {"activation": pair.activation, "loss": pair.loss, "factor": pair.factor, "rule": rule, "nodes": nodes}
