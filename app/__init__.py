"""The web application of Chainrule: HTTP in front of core."""
