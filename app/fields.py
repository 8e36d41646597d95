"""The fields of requests beside the experiment and the state, each rule once: held against what comes, and told in OpenAPI."""

from __future__ import annotations

from dataclasses import replace

from app.figures import FIGURES
from app.palette import PALETTE
from core.derive import MOST_LISTED, OVER, PARTS
from core.spec import Rule

ROW = "A row of the batch, counted modulo the batch's length: the last batch of an epoch may be short."

# step, derive, compare
EXAMPLE = Rule("integer", low=0, high=1999, help=ROW)
NO_EXAMPLE = replace(EXAMPLE, nullable=True)
PATHS = Rule("integer", low=1, high=MOST_LISTED, help="How many of the largest paths are listed.")
WITHOUT = Rule("choices", choices=PARTS, help="Parts of the answer that are neither computed nor sent.")
WHOSE = Rule("choice", choices=OVER, help="Whose paths: the example's, or their means over the batch where all can be taken.")
SCALING = Rule("boolean", help="Whether the cost as the network grows is wanted too.")
THOROUGH = Rule("boolean", help="Whether methods that take seconds are used too.")

# train, race
STEPS = Rule("integer", low=1, high=100_000, help="How many updates to take.")
EVERY = Rule("integer", low=1, high=100_000, help="A frame is sent after so many updates, and after the last.")
TRACE = Rule("boolean", help="Whether each frame shall hold the trace of its last step.")
STATES = Rule("boolean", help="Whether every frame shall hold the runs' states; the last one always does.")

# predict, surface
GRID = Rule("integer", low=2, high=101, help="How many points each axis of the grid has.")
NEURONS = Rule("boolean", help="Whether every neuron's output over the grid is wanted.")
SIZE = Rule("integer", low=2, high=101, help="How many points each axis has.")
LINE_SIZE = Rule("integer", low=3, high=1001, help="How many points the line has.")
REACH = Rule("number", low=0, high=1e6, above=True, nullable=True, help="How far the axes reach from the origin, either way.")
END = Rule("number", low=-1e9, high=1e9, help="Where an axis begins or ends.")
PRECISION = Rule("choice", choices=("float64", "float32"), help="What is computed with; float32's relative error is told.")
MOST_ROWS, LONGEST_PATH = 2000, 500  # examples to predict, states of a path

# figure
NAME = Rule("choice", choices=tuple(FIGURES), help="Which figure.")
THEME = Rule("choice", choices=tuple(PALETTE), help="In which colours it is drawn.")
PIXELS = Rule("number", help="Of the network, in pixels; within bounds, which an answer never leaves.")
