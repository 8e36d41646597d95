"""The web application of Chainrule: HTTP in front of core."""

__version__ = "0.1.0"  # as in pyproject.toml, which an image does not hold; a test compares the two
