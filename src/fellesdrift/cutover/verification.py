"""One host's verification: is it what the stage made of it, and does it reach what it must; with its evidence.

Nothing is changed, and nothing is raised: what cannot be told is inconclusive, and who asked decides.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fellesdrift.cutover.flows import verify_flows
from fellesdrift.cutover.gates import one_line
from fellesdrift.errors import FellesdriftError
from fellesdrift.state.network import compare, touched

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from fellesdrift.cutover.probes import Probe
    from fellesdrift.state.network import Resources
    from fellesdrift.state.network.device import Device

SHOWN = 3
"""How many differences a line names."""


def verify(
    device: Device,
    host: str,
    desired: Resources,
    probes: Sequence[Probe],
    flows: Sequence[Mapping[str, Any]],
    *,
    must_be_saved: bool,
) -> dict[str, Any]:
    """The evidence of one host, in one session.

    desired   empty for a host that only observes
    Gives result (pass, fail, inconclusive), found (one line), attributes (how many were compared), differences,
    saved (None where it cannot be told), probes (how many were sent), silent, and flows where the policy decides.
    """
    reading = device.read()
    differences = compare(desired, touched(reading.running, desired)) if desired else []
    told = ["/".join((one.kind, one.key, one.attribute)) for one in differences]
    evidence: dict[str, Any] = {
        "attributes": sum(len(one) for keys in desired.values() for one in keys.values()),
        "differences": told,
        "saved": None if reading.startup is None else reading.saved,
        "probes": len(probes),
        "silent": [],
    }
    troubles = [f"differs: {', '.join(told[:SHOWN])}"] if told else []
    if must_be_saved and desired and not evidence["saved"]:
        troubles.append("not saved" if evidence["saved"] is False else "the startup configuration cannot be read")
    for probe in probes:
        if not device.ping(probe.address, probe.source).received:
            evidence["silent"].append(f"{probe.name} ({probe.address} from {probe.source})")
    if evidence["silent"]:
        troubles.append(f"silent: {', '.join(evidence['silent'][:SHOWN])}")
    if flows and not told:
        try:
            evidence["flows"] = verify_flows(host, reading.running, flows).as_data()
        except FellesdriftError as error:
            troubles.append(one_line(error))
    return evidence | judged(troubles, evidence)


def judged(troubles: Sequence[str], evidence: Mapping[str, Any]) -> dict[str, str]:
    """result and found of a host that answered."""
    if troubles:
        return {"result": "fail", "found": "; ".join(troubles)}
    told = []
    if evidence["attributes"]:
        noun = "attribute" if evidence["attributes"] == 1 else "attributes"
        told.append(f"{evidence['attributes']} {noun} as desired{', saved' if evidence['saved'] else ''}")
    if evidence["probes"]:
        told.append(f"{evidence['probes']} of {evidence['probes']} services answer")
    return {"result": "pass", "found": "; ".join(told) or "it answers"}


def unverified(error: FellesdriftError) -> dict[str, Any]:
    """The evidence of a host that could not be asked."""
    return {"result": "inconclusive", "found": one_line(error)}
