"""The HTTP API, one noun a file."""

from fastapi import APIRouter

from app.api import catalog, figure, health, predict, start, step, surface, train

NOUNS = (catalog, start, step, train, predict, surface, figure, health)
ROUTERS: tuple[APIRouter, ...] = tuple(noun.router for noun in NOUNS)
