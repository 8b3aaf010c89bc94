"""The kinds of an exchange, by name."""

from __future__ import annotations

from fellesdrift.state.pbx.catalogue.name import NameKind
from fellesdrift.state.pbx.kinds import Kind

KINDS: dict[str, Kind] = {kind.name: kind for kind in (NameKind(),)}
