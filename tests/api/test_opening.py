"""The cards that stand before a step: each phase with its numbers, which stand in the trace."""

import math
from typing import Any

import pytest

from tests.api.telling import PRESETS, Post, chosen, filled, read, slots, told


@pytest.mark.parametrize("slug", PRESETS)
@pytest.mark.parametrize("mode", ["example", "mean"])
def test_the_opening_has_a_card_for_each_phase_and_its_numbers_stand_in_the_trace(post: Post, slug: str, mode: str) -> None:
    story, store = told(post, PRESETS[slug])
    cards, trace = story["opening"][mode], store["trace"]
    assert [card["phase"] for card in cards] == list(story["phases"])
    end = {"link": len(trace["layers"]) - 1, "phase": "forward"}
    found = {}
    for card in cards:
        for template in (each for cell in card["line"]["cells"] for each in slots(cell)):
            found[template] = read(store, filled(template, chosen(store, end)))
    assert all(isinstance(value, (int, float)) for value in found.values()), found
    assert len(found) == (7 if mode == "example" else 6)


def test_the_opening_of_xor_is_one_weights_step_from_prediction_to_new_value(post: Post) -> None:
    story, store = told(post, PRESETS["xor"])
    numbers = [
        read(store, filled(template, chosen(store, {"link": 3, "phase": "forward"})))
        for card in story["opening"]["example"]
        for cell in card["line"]["cells"]
        for template in slots(cell)
    ]
    predicted, target, loss, delta, slope, old, new = numbers
    assert loss == pytest.approx(-math.log(predicted if target == 1 else 1 - predicted), rel=1e-12)
    assert delta == pytest.approx(predicted - target, rel=1e-12)
    # The plan takes the step, the gradient is the reference's: ARCHITECTURE.md says within what they agree.
    assert new == pytest.approx(old - PRESETS["xor"]["optimizer"]["learning_rate"] * slope, rel=1e-13)


@pytest.mark.parametrize("optimizer", [{"kind": "sgd"}, {"kind": "adam"}])
def test_of_a_network_without_weights_it_is_said_that_there_is_nothing_to_move(post: Post, optimizer: dict[str, Any]) -> None:
    bare = PRESETS["xor"] | {"layers": [{"kind": "sigmoid"}], "optimizer": optimizer}
    story = post("/api/story", experiment=bare)
    assert story["subjects"] == {}
    for mode in ("example", "mean"):
        *others, gradient, update = story["opening"][mode]
        assert all(card["line"]["cells"] for card in others)
        assert [card["line"]["cells"] for card in (gradient, update)] == [[], []]
        assert gradient["sentence"] == "This network has no weights: there is no gradient by one."
        assert update["sentence"] == "This network has no weights to move."
        last = story["substeps"][-1][mode]
        assert (last["rule"], last["lines"]) == ("", [])
        assert last["sentence"].startswith("This network has no weights, so there is nothing to move")
