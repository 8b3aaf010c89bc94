"""compose(host, estate, completed stages) -> desired resources of that host (design.md, the one idea).

`compose` is a pure function of the inventory and of the stages that each municipality has completed. The fragments
are data of the roles; what no fragment claims is no part of the answer.
"""

from fellesdrift.compose.composition import Claims, Resources, completed_by_role, compose, compose_claims

__all__ = ["Claims", "Resources", "completed_by_role", "compose", "compose_claims"]
