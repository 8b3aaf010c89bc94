"""What is only looked at: installed programs and hotfixes. A difference is a finding, and people mend it.

Programs come from the registry's Uninstall keys. Win32_Product is never asked: a query of it makes Windows Installer
check and repair every package.
"""

from __future__ import annotations

import re
from abc import abstractmethod
from collections.abc import Mapping
from typing import Any

from fellesdrift.state.typed.claims import Whole
from fellesdrift.state.windows.forms import text
from fellesdrift.state.windows.host import Host
from fellesdrift.state.windows.kinds import ABSENT, PRESENT, Attribute, Keys, Kind, Resource, Scene, Step
from fellesdrift.state.windows.refusals import ByHandError


def _whatever(_left: Any, _right: Any) -> bool:
    return True


# for people: what to do where the claim does not hold. The host knows nothing of it
MANUAL = Attribute(text(400), Whole(_whatever))


class Assertion(Kind):
    """A kind whose steps are people's."""

    rank = 90
    listable = True
    purgeable = False

    @abstractmethod
    def shown(self, have: Resource) -> str:
        """What is there, for people."""

    @abstractmethod
    def advice(self, key: str, want: Resource) -> str:
        """What people do when the desired data does not say it."""

    def steps(self, scene: Scene, changes: Mapping[str, Resource]) -> list[Step]:
        for key in changes:
            want, have = scene.want[self.name][key], scene.have[self.name][key]
            manual = want.get("manual") or self.advice(key, want)
            expected = self.shown(want) if want[PRESENT] else "not installed"
            raise ByHandError(scene.host.name, f"{self.name}/{key}", self.shown(have), expected, manual)
        return []


class HotfixKind(Assertion):
    """Win32_QuickFixEngineering, by KB number. Server 2003 shows some as `File 1`, with the number in the property of
    the service pack; and some with an ending (KB925398_WMP64)."""

    name = "hotfix"
    attributes: Mapping[str, Attribute] = {"manual": MANUAL}

    def key(self, key: str) -> str:
        if not re.fullmatch(r"KB\d{5,8}", key):
            raise ValueError("a number as KB958644")
        return key

    def shown(self, have: Resource) -> str:
        return "installed" if have[PRESENT] else "not installed"

    def advice(self, key: str, want: Resource) -> str:
        verb = "install" if want[PRESENT] else "remove"
        return f"{verb} {key} on the host in a maintenance window, and restart it if the setup says so"

    def read(self, host: Host, want: Mapping[str, Resource] | None) -> Keys:
        rows = host.client.query("Win32_QuickFixEngineering", ["HotFixID", "ServicePackInEffect"])
        there = {
            match[0].upper()
            for row in rows
            for value in row.values()
            if (match := re.match(r"KB\d{5,8}", str(value), re.IGNORECASE))
        }
        if want is None:
            return {number: {PRESENT: True} for number in sorted(there)}
        return {key: {PRESENT: True} if key.upper() in there else dict(ABSENT) for key in want}
