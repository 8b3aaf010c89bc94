"""A ledger as JUnit XML, for a build server.

One suite a municipality, one case a host: drift is a failure, unreachable, refused and error are errors, unsupported
and not run are skipped with their reason. One suite more, `run`, has one case for the run as a whole, so that a run
that proves nothing, or is not complete, is never green, even when it has no host to show.

The form is what Jenkins' junit plugin, GitLab and the like read (tests/unit/drift_report/junit_schema.py has it as
data). The standard library writes it; junitparser would add nothing but a dependency, and leaves characters in that no
XML may hold.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree import ElementTree as Xml

from fellesdrift.reports import summary
from fellesdrift.reports.text import line, place, value, visible

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fellesdrift.drift.model import HostResult, Ledger

_NAME = "fellesdrift drift"
_ELEMENTS = {
    "drift": "failure",
    "unreachable": "error",
    "refused": "error",
    "error": "error",
    "unsupported": "skipped",
    "not_run": "skipped",
}


def junit(ledger: Ledger) -> str:
    """The file's text."""
    hosts: dict[str, list[HostResult]] = {}
    for host in ledger.hosts:
        hosts.setdefault(host.municipality, []).append(host)
    suites = [_suite("run", ledger.started, [_run(ledger)])]
    suites += [_suite(name, ledger.started, [_case(host) for host in each]) for name, each in hosts.items()]
    return _document(suites)


def junit_unfinished(why: str, moment: str) -> str:
    """The file of a run that left no ledger: one error."""
    case = Xml.Element("testcase", {"classname": "run", "name": "the run is whole", "time": "0.000"})
    _say(case, "error", "incomplete", why, why)
    return _document([_suite("run", moment, [case])])


def _document(suites: Sequence[Xml.Element]) -> str:
    root = Xml.Element("testsuites", {"name": _NAME})
    for name in ("tests", "failures", "errors", "skipped"):
        root.set(name, str(sum(int(suite.get(name, "0")) for suite in suites)))
    root.set("time", f"{sum(float(suite.get('time', '0')) for suite in suites):.3f}")
    root.extend(suites)
    Xml.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + Xml.tostring(root, encoding="unicode") + "\n"


def _suite(name: str, started: str, cases: Sequence[Xml.Element]) -> Xml.Element:
    suite = Xml.Element("testsuite", {"name": line(name), "tests": str(len(cases))})
    for attribute, element in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        suite.set(attribute, str(sum(case.find(element) is not None for case in cases)))
    suite.set("time", f"{sum(float(case.get('time', '0')) for case in cases):.3f}")
    suite.set("timestamp", line(started).removesuffix("Z"))
    suite.extend(cases)
    return suite


def _run(ledger: Ledger) -> Xml.Element:
    case = Xml.Element("testcase", {"classname": "run", "name": "the run is whole", "time": "0.000"})
    if ledger.failure is not None or ledger.outcome == "failure":
        text = ledger.failure.text if ledger.failure is not None else summary.outcome_text(ledger)
        _say(case, "error", "failure", summary.outcome_text(ledger), text)
    elif not ledger.complete or ledger.outcome == "incomplete":
        gaps = "; ".join(ledger.gaps) or summary.outcome_text(ledger)
        _say(case, "error", "incomplete", gaps, gaps)
    return case


def _case(host: HostResult) -> Xml.Element:
    classname = f"{line(host.municipality)}.{line(host.part)}"
    case = Xml.Element(
        "testcase", {"classname": classname, "name": line(host.host), "time": f"{max(0.0, host.seconds):.3f}"}
    )
    if host.state == "clean":
        return case
    if host.state == "drift":
        message, text = summary.plural(len(host.findings), "finding"), "\n".join(_told(host))
    else:
        message = text = ": ".join(part for part in (host.code, host.why) if part) or summary.words(host.state)
    _say(case, _ELEMENTS[host.state], host.state, message, text)
    return case


def _say(case: Xml.Element, element: str, kind: str, message: str, text: str) -> None:
    # `skipped` has a message alone in the common schema
    attributes = {"message": line(message)} | ({} if element == "skipped" else {"type": kind})
    said = Xml.SubElement(case, element, attributes)
    if element != "skipped":
        said.text = visible(text)


def _told(host: HostResult) -> list[str]:
    lines = []
    for one in host.findings:
        lines.append(f"{one.severity} {one.nature}: {place(one)}")
        lines += [f"  want {value(one.want)}", f"  have {value(one.have)}"]
        lines += [f"  owner {one.owner}"] if one.owner else []
        lines += [f"  mends it: {one.remedy.command}"] if one.remedy.command else []
    return lines
