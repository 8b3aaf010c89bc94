"""Which hosts answer a stage's gates or a round of its verification, of all families, and what each is asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ansible_collections.fellesdrift.core.plugins.plugin_utils.host_job import Job
from ansible_collections.fellesdrift.core.plugins.plugin_utils.observed_results import told, verified

from fellesdrift.cutover.gates import GateResult, unanswered
from fellesdrift.cutover.verification import unverified

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ansible_collections.fellesdrift.core.plugins.plugin_utils.host_job import Work

    from fellesdrift.errors import FellesdriftError


@dataclass(frozen=True)
class Observers:
    """How the hosts of one family answer.

    gate     asks the gates of one host, and puts each answer into `answered` as it comes: whoever stops waiting for the
             rest has those
    verify   gives the evidence of one host
    """

    gate: Work
    verify: Work


def gate_jobs(run: Mapping[str, Any], hosts: Iterable[str], families: Mapping[str, Observers]) -> list[Job]:
    """A job for each of these hosts of an opened stage. One of no known family has none, and so no answer."""
    known = [(host, run["families"].get(host)) for host in hosts]
    return [_gate(host, run, family, families[family]) for host, family in known if family in families]


def verify_jobs(asked: Mapping[str, Any], hosts: Iterable[str], families: Mapping[str, Observers]) -> list[Job]:
    """The same for a round of verification. asked: run, changed, only_protected, must_be_saved."""
    known = [(host, asked["run"]["families"].get(host)) for host in hosts]
    return [_verify(host, asked, families[family]) for host, family in known if family in families]


def _gate(host: str, run: Mapping[str, Any], family: str, works: Observers) -> Job:
    gates: list[str] = run["gates"][family]
    answered: list[GateResult] = []
    given = {
        "gates": gates,
        "resources": run["changing"].get(host, {}),
        "probes": run["probes"].get(host, []),
        "resumed": host in run["touched"],
        "permit": run["permit"],
        "answered": answered,
    }

    def without(error: FellesdriftError) -> dict[str, Any]:
        before = list(answered)  # who is too late may still add to it
        return told([*before, *unanswered(gates, host, error, before)])

    return Job(host, works.gate, given, run["timeouts"]["gates"], without)


def _verify(host: str, asked: Mapping[str, Any], works: Observers) -> Job:
    run, changed = asked["run"], host in asked["changed"]
    given = {
        # a host of a later wave only observes as yet
        "resources": run["desired"].get(host, {}) if changed else {},
        "flows": run["flows"].get(host, []) if changed else [],
        "probes": run["probes"].get(host, []),
        "only_protected": asked["only_protected"],
        "must_be_saved": asked["must_be_saved"],
        "permit": run["permit"],
    }
    return Job(host, works.verify, given, run["timeouts"]["verify"], lambda error: verified(unverified(error)))
