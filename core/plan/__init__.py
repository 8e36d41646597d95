"""A compiled plan: the steps of `core.training.step` for chains of dense links and elementwise activations, many times quicker.

Small networks are bound by the overhead of NumPy's calls, so the plan makes few of them, on buffers that are all views of one
arena: examples are columns, a bias is the weight of a row of ones, all parameters are one flat vector, the slopes of neighbouring
links with the same activation are taken at once, and every call is bound to its buffers when the plan is built.  With a leading
axis, several runs of the same architecture share the calls.

    A₀ = [X; 1],  Zₗ = Wₗ Aₗ₋₁,  Aₗ = [φ(Zₗ); 1],  Δ_L = ŷ − y (or φ′ · ∂ℓ/∂ŷ),  Δₗ = (Wₗ₊₁ᵀ Δₗ₊₁) ⊙ φ′(Zₗ),  dWₗ = Δₗ Aₗ₋₁ᵀ / N

The reference is what a reader reads; the tests hold the plan to it within 1e-13.
"""

from __future__ import annotations

from collections.abc import Sequence

from core.experiment import Experiment
from core.plan.blocks import blocks_of
from core.plan.compiled import Plan, Told

__all__ = ["Plan", "Told", "plan_for", "plan_many", "planned"]


def planned(experiment: Experiment) -> bool:
    """Is there a plan for it?"""
    by_gradient = experiment.gradient.kind == "backprop" and experiment.optimizer.reads == "gradient"
    return by_gradient and blocks_of(experiment) is not None


def plan_for(experiment: Experiment) -> Plan | None:
    """A plan of one run; None where the reference must serve."""
    return _plan([experiment], leading=False)


def plan_many(experiments: Sequence[Experiment]) -> Plan | None:
    """A plan of several runs on a leading axis; None unless they share architecture, loss, penalty and batch size."""
    first = experiments[0]
    names = ("data", "layers", "loss", "penalty", "batch")
    alike = all(getattr(e, name) == getattr(first, name) for e in experiments for name in names)
    return _plan(experiments, leading=True) if alike else None


def _plan(experiments: Sequence[Experiment], *, leading: bool) -> Plan | None:
    blocks = blocks_of(experiments[0]) if all(map(planned, experiments)) else None
    return Plan(experiments, blocks, leading=leading) if blocks else None
