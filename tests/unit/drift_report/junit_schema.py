"""The common JUnit schema (Jenkins' junit-10.xsd, and what GitLab and GitHub's readers take), as data.

element: its attributes (name: needed), the elements that it may hold, and whether it may hold text.
"""

from __future__ import annotations

import re
from xml.etree import ElementTree as Xml

NUMBER, SECONDS = r"\d+", r"\d+(\.\d{1,3})?"
MOMENT = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d"
ANY = r"[\s\S]*"
NAME = r"[\s\S]+"

SCHEMA: dict[str, tuple[dict[str, tuple[bool, str]], set[str], bool]] = {
    "testsuites": (
        {
            "name": (False, NAME),
            "tests": (False, NUMBER),
            "failures": (False, NUMBER),
            "errors": (False, NUMBER),
            "skipped": (False, NUMBER),
            "time": (False, SECONDS),
        },
        {"testsuite"},
        False,
    ),
    "testsuite": (
        {
            "name": (True, NAME),
            "tests": (True, NUMBER),
            "failures": (False, NUMBER),
            "errors": (False, NUMBER),
            "skipped": (False, NUMBER),
            "time": (False, SECONDS),
            "timestamp": (False, MOMENT),
        },
        {"testcase"},
        False,
    ),
    "testcase": (
        {"name": (True, NAME), "classname": (True, NAME), "time": (False, SECONDS)},
        {"skipped", "error", "failure"},
        False,
    ),
    "skipped": ({"message": (False, ANY)}, set(), False),
    "error": ({"message": (False, ANY), "type": (False, NAME)}, set(), True),
    "failure": ({"message": (False, ANY), "type": (False, NAME)}, set(), True),
}


def violations(element: Xml.Element) -> list[str]:
    """What of an element and of all below it the schema does not allow."""
    if element.tag not in SCHEMA:
        return [f"<{element.tag}> is unknown"]
    attributes, children, text = SCHEMA[element.tag]
    wrong = [
        f"<{element.tag}> lacks {name}"
        for name, (needed, _) in attributes.items()
        if needed and name not in element.attrib
    ]
    for name, value in element.attrib.items():
        if name not in attributes:
            wrong.append(f"<{element.tag}> has {name}")
        elif not re.fullmatch(attributes[name][1], value):
            wrong.append(f"<{element.tag}> {name}={value!r}")
    if not text and (element.text or "").strip():
        wrong.append(f"<{element.tag}> holds text")
    for child in element:
        if child.tag not in children:
            wrong.append(f"<{child.tag}> in <{element.tag}>")
        wrong += violations(child)
    if element.tag == "testcase" and len(element) > 1:
        wrong.append("a case with two results")
    return wrong
