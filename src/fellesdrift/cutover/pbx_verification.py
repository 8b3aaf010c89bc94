"""One exchange's verification: is it what the stage made of it, do emergency numbers get out of it, do the numbers of
its telephones ring there. The counterpart of verification.py; computed, and no call."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fellesdrift.cutover.pbx_portions import numbers_here
from fellesdrift.cutover.verification import SHOWN, judged
from fellesdrift.errors import FellesdriftError
from fellesdrift.state.pbx import compare, read_exchange

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fellesdrift.cutover.emergency import Lookout
    from fellesdrift.state.pbx import Exchange, Resources


def differing(exchange: Exchange, desired: Resources) -> list[str]:
    """Where an exchange is not as desired. desired: checked; empty for one that only observes. Raises FellesdriftError
    when it cannot be read."""
    return [each.where for each in compare(desired, read_exchange(exchange, desired))]


def verify(host: str, desired: Resources, told: list[str], lookout: Lookout) -> dict[str, Any]:
    """The evidence of one exchange that was read. told: where it is not as desired."""
    reaches, emergency = lookout.judged(host)
    numbers = numbers_here(desired)
    silent = [] if reaches else [emergency]
    silent += not_ringing(lookout, host, numbers)
    evidence: dict[str, Any] = {
        "attributes": sum(len(one) for keys in desired.values() for one in keys.values()),
        "differences": told,
        "saved": None,
        "probes": len(lookout.numbers) + len(numbers),
        "silent": silent,
        "computed": True,
    }
    troubles = [f"differs: {', '.join(told[:SHOWN])}"] if told else []
    troubles += [f"does not arrive: {'; '.join(silent[:SHOWN])}"] if silent else []
    found = evidence | judged(troubles, evidence)
    if reaches is None and not told:
        found["result"] = "inconclusive"
    return found


def not_ringing(lookout: Lookout, host: str, numbers: Sequence[str]) -> list[str]:
    """Where numbers of this exchange go that do not ring at it; computed."""
    answers = [lookout.ring(host, number) for number in numbers]
    return [
        str(each) for each in answers if each.result != "rings" or each.rings_at is None or each.rings_at.host != host
    ]


def refuse_not_ringing(lookout: Lookout, host: str, numbers: Sequence[str], during: str) -> None:
    """FD484 when a number of a telephone that was just built does not ring there."""
    lost = not_ringing(lookout, host, numbers)
    if lost:
        raise FellesdriftError(
            "FD484",
            "a number does not ring where its telephone was built",
            host=host,
            key=during,
            found=f"{len(lost)} of {len(numbers)}: {lost[0]}",
            expected="each of them rings at its own telephone",
            details=lost,
        )
