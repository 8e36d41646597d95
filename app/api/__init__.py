"""The HTTP API, one noun a file."""

from fastapi import APIRouter

from app.api import catalog, compare, data, derive, figure, health, pairs, predict, race, start, step, story, surface, train

NOUNS = (catalog, start, data, step, derive, compare, story, pairs, train, predict, surface, race, figure, health)
ROUTERS: tuple[APIRouter, ...] = tuple(noun.router for noun in NOUNS)
