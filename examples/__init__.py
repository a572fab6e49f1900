"""The sample district: seven fictional units, their portals month by month, and what an inspector should find there."""

from examples.portal import District
from examples.server import Served, serve
from examples.state import MONTHS
from examples.truth import Expected, answered, truth

__all__ = ["MONTHS", "District", "Expected", "Served", "answered", "serve", "truth"]
