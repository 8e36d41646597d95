"""The mathematics of Chainrule: NumPy and the standard library only."""
