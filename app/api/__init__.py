"""The HTTP API, one noun a file."""

from fastapi import APIRouter

from app.api import catalog, figure, health, predict, start, step, surface, train

ROUTERS: tuple[APIRouter, ...] = tuple(module.router for module in (catalog, start, step, train, predict, surface, figure, health))
