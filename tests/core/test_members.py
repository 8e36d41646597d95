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

CATALOGUES: dict[str, Catalogue[Any]] = {
    "data": DATASETS, "layers": LAYERS, "loss": LOSSES, "penalty": PENALTIES, "optimizer": OPTIMIZERS, "init": INITIALIZERS,
    "gradient": GRADIENTS,
}  # fmt: skip
MEMBERS = [(name, member) for name, catalogue in CATALOGUES.items() for member in catalogue]


def kind_of(case: cases.Case) -> str:
    return case.kind


@pytest.mark.parametrize(("name", "member"), MEMBERS, ids=[f"{n}-{m.kind}" for n, m in MEMBERS])
def test_every_member_has_a_row_of_cases(name: str, member: type[Kind]) -> None:
    assert cases.row(name, member.kind).fields["kind"] == member.kind


@pytest.mark.parametrize("name", CATALOGUES)
def test_the_case_table_has_no_other_rows(name: str) -> None:
    assert {case.kind for case in cases.TABLES[name][0]} == set(CATALOGUES[name].members)


def test_who_has_no_row_is_told_which_to_write_and_where() -> None:
    with pytest.raises(
        AssertionError, match=r"optimizer: 'lion' has no row of cases; write its OptimizerCase in tests/cases/optimizers.py"
    ):
        cases.row("optimizer", "lion")


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


@pytest.mark.parametrize("case", cases.PENALTIES, ids=kind_of)
def test_penalty(case: cases.PenaltyCase) -> None:
    checks.check_penalty(case)


@pytest.mark.parametrize("case", cases.OPTIMIZERS, ids=kind_of)
def test_optimizer(case: cases.OptimizerCase) -> None:
    checks.check_optimizer(case)


@pytest.mark.parametrize("case", cases.GRADIENTS, ids=kind_of)
def test_gradient_method(case: cases.Case) -> None:
    checks.check_gradient(case)


@pytest.mark.parametrize("case", cases.INITIALIZERS, ids=kind_of)
def test_initializer(case: cases.InitCase) -> None:
    checks.check_initializer(case)


@pytest.mark.parametrize("case", cases.DATA, ids=kind_of)
def test_data_set_trains(case: cases.DataCase) -> None:
    experiment = Experiment.parse(case.experiment() | {"optimizer": {"kind": "sgd", "learning_rate": 0.05}})
    first, last = (frame.train for frame, _ in list(run(experiment, start(experiment), 20))[::19])
    assert last < first, f"{case}: the loss went from {first} to {last}"


@pytest.mark.parametrize("name", CATALOGUES)
def test_a_member_survives_its_json_form(name: str) -> None:
    for case in cases.TABLES[name][0]:
        member = CATALOGUES[name].parse(case.fields, "x")
        assert CATALOGUES[name].parse(member.document(), "x") == member
        assert set(case.fields) <= set(member.document())
