"""Settings come from the environment and say what is wrong with it."""

import re
from pathlib import Path

import pytest

import app
from app.settings import Settings


def test_the_environment_decides():
    assert Settings.read({"CHAINRULE_MAX_BODY": "5", "CHAINRULE_THREADS": "3"}) == Settings(max_body=5, threads=3)
    assert Settings.read({}) == Settings()


@pytest.mark.parametrize("name", ["CHAINRULE_HOP_MS", "WORKERS"])
@pytest.mark.parametrize("value", ["", "0", "-1", "two", "1.5"])
def test_a_wrong_setting_is_named(name, value):
    with pytest.raises(ValueError, match=rf"{name}: expected a whole number of at least 1, got"):
        Settings.read({name: value})


def test_the_version_is_pyproject_s():
    text = (Path(app.__file__).parents[1] / "pyproject.toml").read_text()
    assert re.search(r'^version = "(.+)"$', text, re.MULTILINE)[1] == app.__version__
