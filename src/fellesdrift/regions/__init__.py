"""Regions that do not exist: consistent estates of any size, for trials, tests and measurements.

    generate(folder, Wanted(municipalities=5, hosts=200, seed=7)) -> Path     # the inventory's folder

The same wishes give the same bytes. What differs from one region to the next is data: the rest of the library
knows nothing of this, and a region goes the whole way (check, twin, plan, cutover) as the production estate does.
"""

from __future__ import annotations

from fellesdrift.regions.sizes import Wanted
from fellesdrift.regions.writing import generate

__all__ = ["Wanted", "generate"]
