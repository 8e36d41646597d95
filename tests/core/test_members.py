"""Every member of every catalogue, row by row of the case table, against its witnesses."""

import re
from typing import Any

import pytest

from core.datasets import DATASETS
from core.experiment import Experiment
from core.gradients import GRADIENTS
from core.heads import HEADS
from core.initializers import INITIALIZERS
from core.layers import LAYERS
from core.losses import LOSSES
from core.optimizers import OPTIMIZERS
from core.penalties import PENALTIES
from core.run import run
from core.spec import Catalogue, Kind, describe_fields, rules
from core.state import start
from tests import cases, checks

CATALOGUES: dict[str, tuple[Catalogue[Any], list[Any]]] = {
    "data": (DATASETS, cases.DATA), "layers": (LAYERS, cases.LAYERS), "loss": (LOSSES, cases.LOSSES),
    "penalty": (PENALTIES, cases.PENALTIES), "optimizer": (OPTIMIZERS, cases.OPTIMIZERS),
    "init": (INITIALIZERS, cases.INITIALIZERS), "gradient": (GRADIENTS, cases.GRADIENTS),
}  # fmt: skip
MEMBERS = [(name, member) for name, (catalogue, _) in CATALOGUES.items() for member in catalogue]


def kind_of(case: Any) -> str:
    return str(case["kind"] if isinstance(case, dict) else case.kind)


@pytest.mark.parametrize("name", CATALOGUES)
def test_the_case_table_has_every_member_and_no_other(name: str) -> None:
    catalogue, table = CATALOGUES[name]
    assert {kind_of(case) for case in table} == set(catalogue.members)


def test_the_case_table_has_every_matched_pair() -> None:
    assert set(cases.HEADS) == set(HEADS)


@pytest.mark.parametrize(("name", "member"), MEMBERS, ids=[f"{n}-{m.kind}" for n, m in MEMBERS])
def test_every_member_is_documented_and_bounded(name: str, member: type[Kind]) -> None:
    assert (member.__doc__ or "").strip(), f"{name} {member.kind} has no docstring"
    assert member.title, f"{name} {member.kind} has no title"
    assert re.fullmatch(r"(?s).{8,}\.", member.help), f"{name} {member.kind}: help {member.help!r}"
    for field, rule in rules(member).items():
        assert rule.help.endswith((".", "…")), f"{name} {member.kind}.{field} has no help"
        if rule.type in ("number", "integer"):
            assert None not in (rule.low, rule.high), f"{name} {member.kind}.{field} has no bounds"
    assert [f["name"] for f in describe_fields(member)] == list(rules(member))


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("case", cases.LAYERS, ids=str)
def test_layer(case: cases.LayerCase, seed: int) -> None:
    checks.check_layer(case, seed)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("case", cases.LOSSES, ids=lambda c: str(c.fields))
def test_loss(case: cases.LossCase, seed: int) -> None:
    checks.check_loss(case, seed)


@pytest.mark.parametrize("case", cases.KINKS, ids=lambda c: f"{c.fields} at {c.at}")
def test_the_slope_at_a_kink_is_the_one_that_is_promised(case: cases.KinkCase) -> None:
    checks.check_kink(case)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("pair", cases.HEADS, ids="-".join)
def test_matched_pair(pair: tuple[str, str], seed: int) -> None:
    checks.check_head(pair, seed)


@pytest.mark.parametrize("fields", cases.PENALTIES, ids=str)
def test_penalty(fields: cases.Document) -> None:
    checks.check_penalty(fields)


@pytest.mark.parametrize("fields", cases.OPTIMIZERS, ids=kind_of)
def test_optimizer(fields: cases.Document) -> None:
    checks.check_optimizer(fields)


@pytest.mark.parametrize("fields", cases.GRADIENTS, ids=kind_of)
def test_gradient_method(fields: cases.Document) -> None:
    checks.check_gradient(fields)


@pytest.mark.parametrize("case", cases.INITIALIZERS, ids=kind_of)
def test_initializer(case: cases.InitCase) -> None:
    checks.check_initializer(case)


@pytest.mark.parametrize("case", cases.DATA, ids=kind_of)
def test_data_set_trains(case: cases.DataCase) -> None:
    experiment = Experiment.parse(case.experiment() | {"optimizer": {"kind": "sgd", "learning_rate": 0.05}})
    first, last = (frame.train for frame, _ in list(run(experiment, start(experiment), 20))[::19])
    assert last < first, f"{case}: the loss went from {first} to {last}"


@pytest.mark.parametrize("catalogue", [c for c, _ in CATALOGUES.values()], ids=list(CATALOGUES))
def test_a_member_survives_its_json_form(catalogue: Catalogue[Any]) -> None:
    table = CATALOGUES[catalogue.name][1]
    for case in table:
        fields = case if isinstance(case, dict) else getattr(case, "fields", None) or case.data
        member = catalogue.parse(fields, "x")
        assert catalogue.parse(member.document(), "x") == member
        assert set(fields) <= set(member.document())
