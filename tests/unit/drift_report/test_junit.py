"""JUnit XML: what a build server makes of a run."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as Xml

import pytest
from support import ledgers

from fellesdrift.reports.junit import junit, junit_unfinished

EVERY = ("clean", "drift", "incomplete", "failure", "blind", "hostile", "huge")


@pytest.fixture(scope="module")
def violations() -> Callable[[Xml.Element], list[str]]:
    """junit_schema.violations; test folders are no packages."""
    spec = importlib.util.spec_from_file_location("junit_schema", Path(__file__).with_name("junit_schema.py"))
    assert spec is not None and spec.loader is not None
    module: Any = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.violations


@pytest.mark.parametrize("name", EVERY)
def test_it_is_as_the_schema_wants_it_and_its_counts_sum(
    name: str, violations: Callable[[Xml.Element], list[str]]
) -> None:
    ledger = getattr(ledgers, name)()
    root = Xml.fromstring(junit(ledger))
    assert violations(root) == []
    cases = list(root.iter("testcase"))
    assert len(cases) == ledger.planned + 1
    for element, attribute in (("failure", "failures"), ("error", "errors"), ("skipped", "skipped")):
        found = sum(case.find(element) is not None for case in cases)
        assert int(root.get(attribute, "")) == found
        assert sum(int(suite.get(attribute, "")) for suite in root) == found
    assert int(root.get("tests", "")) == len(cases) == sum(int(suite.get("tests", "")) for suite in root)
    hosts = [case for suite in root if suite.get("name") != "run" for case in suite]
    states = ledger.counts
    assert sum(case.find("failure") is not None for case in hosts) == states["drift"]
    assert sum(case.find("skipped") is not None for case in hosts) == states["unsupported"] + states["not_run"]
    unknown = states["unreachable"] + states["refused"] + states["error"]
    assert sum(case.find("error") is not None for case in hosts) == unknown


@pytest.mark.parametrize(("name", "green"), [("clean", True)] + [(name, False) for name in EVERY[1:]])
def test_only_a_clean_and_whole_run_is_green(name: str, green: bool) -> None:
    root = Xml.fromstring(junit(getattr(ledgers, name)()))
    assert (root.get("failures") == root.get("errors") == "0") is green


@pytest.mark.parametrize("name", ["drift", "incomplete", "failure"])
def test_its_text(name: str, golden: Callable[[str, object], None]) -> None:
    golden(f"drift_report/junit_{name}", junit(getattr(ledgers, name)()).rstrip("\n"))


def test_a_run_without_a_ledger_is_an_error(violations: Callable[[Xml.Element], list[str]]) -> None:
    root = Xml.fromstring(junit_unfinished("the window ended\x1b", ledgers.STARTED))
    assert violations(root) == []
    assert (root.get("tests"), root.get("errors")) == ("1", "1")


def test_the_schema_sees_what_is_wrong(violations: Callable[[Xml.Element], list[str]]) -> None:
    wrong = "<testsuites tests='x'><testsuite name='a'><testcase name='b'><oops/></testcase></testsuite></testsuites>"
    assert len(violations(Xml.fromstring(wrong))) == 5
