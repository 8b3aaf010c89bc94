"""One Windows host's verification: is it what the stage made of it. The other half of verification.py."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fellesdrift.cutover.verification import SHOWN, judged
from fellesdrift.state.windows import compare, read_host

if TYPE_CHECKING:
    from fellesdrift.state.windows import Host, Resources


def verify(host: Host, desired: Resources) -> dict[str, Any]:
    """The evidence of one host, in one session. desired: checked; empty for a host that only observes. What was written
    on a Windows host is saved by that. Raises FellesdriftError when it cannot be read."""
    told = [each.where for each in compare(desired, read_host(host, desired))]
    evidence: dict[str, Any] = {
        "attributes": sum(len(one) for keys in desired.values() for one in keys.values()),
        "differences": told,
        "saved": not told,
        "probes": 0,
        "silent": [],
    }
    troubles = [f"differs: {', '.join(told[:SHOWN])}"] if told else []
    return evidence | judged(troubles, evidence)
