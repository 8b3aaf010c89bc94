"""What of an attribute of a Windows host is claimed: texts and names of members know no case."""

from __future__ import annotations

from typing import Any

from fellesdrift.state.typed.claims import Claim, Members, Whole
from fellesdrift.state.windows.forms import same_text


class _Named(Members):
    def _find(self, have: Any, member: str) -> Any:
        return next((each for name, each in (have or {}).items() if name.lower() == member.lower()), None)


SAME_TEXT: Claim = Whole(same_text)
MEMBERS: Claim = _Named()
