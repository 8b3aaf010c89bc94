"""The options of the filters that ask the numbering plan."""

from __future__ import annotations


class ModuleDocFragment:
    """Read by ansible-doc."""

    DOCUMENTATION = """
options:
  plan:
    description: The numbering plan, the variable C(fellesdrift_numbering).
    type: dict
    required: true
"""

    MOVED = """
options:
  moved:
    description: The municipalities that have completed the plan's stage; their ranges are where C(exchange_after) says.
    type: list
    elements: str
    default: []
"""
