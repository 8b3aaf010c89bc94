"""The kinds that there are. A further one is a module here and a line below."""

from __future__ import annotations

from collections.abc import Mapping

from fellesdrift.state.windows.catalogue.group import GroupKind
from fellesdrift.state.windows.catalogue.service import ServiceKind
from fellesdrift.state.windows.catalogue.user import UserKind
from fellesdrift.state.windows.kinds import Kind

KINDS: Mapping[str, Kind] = {kind.name: kind for kind in (UserKind(), GroupKind(), ServiceKind())}
