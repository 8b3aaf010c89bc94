"""Values: text on the wire, types here. What does not fit is an error, and no text at all makes it crash."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from fellesdrift.errors import FellesdriftError
from fellesdrift.session.wsman import envelope, names
from fellesdrift.session.wsman.classes import CLASSES
from fellesdrift.session.wsman.errors import ValueUnreadableError
from fellesdrift.session.wsman.values import Reference, Value, literal, moment, read_all, write

NS = "urn:x"
TEN = datetime(2005, 3, 7, 10, tzinfo=UTC)


def parsed(inner: str, kind: str) -> Value:
    """The property P of that type, out of `inner`."""
    xml = (
        f'<r xmlns="{NS}" xmlns:xsi="{names.XSI}" xmlns:cim="{names.CIM}" xmlns:w="{names.WSMAN}" '
        f'xmlns:a="{names.ADDRESSING}">{inner}</r>'
    )
    return read_all("h", "C", {"P": kind}, etree.fromstring(xml), ["P"])["P"]


@pytest.mark.parametrize(
    ("inner", "kind", "value"),
    [
        ("<P>Utskriftskø</P>", "string", "Utskriftskø"),
        ("<P/>", "string", ""),
        ("<P>2</P>", "uint32", 2),
        ("<P>-1</P>", "sint16", -1),
        ("<P>TRUE</P>", "boolean", True),
        ("<P>false</P>", "boolean", False),
        ("", "uint32", None),
        ("", "string[]", None),
        ('<P xsi:nil="true"/>', "string", None),
        ('<P xsi:nil="true"/>', "string[]", None),
        ("<P>10.0.0.1</P>", "string[]", ("10.0.0.1",)),
        ("<P>1</P><P>2</P>", "uint8[]", (1, 2)),
        ("<p>lower</p>", "string", "lower"),
        ("<P><cim:Datetime>2005-03-07T11:00:00+01:00</cim:Datetime></P>", "datetime", TEN),
        ("<P>20050307110000.000000+060</P>", "datetime", TEN),
        ("<P>00000001020304.000005:000</P>", "datetime", timedelta(1, 7384, 5)),
        ("<P><cim:Interval>P1DT2H3M4.5S</cim:Interval></P>", "datetime", timedelta(1, 7384, 500000)),
        (
            "<P><a:ReferenceParameters><w:ResourceURI>http://schemas.microsoft.com/wbem/wsman/1/wmi/root/cimv2/Win32_Share"
            '</w:ResourceURI><w:SelectorSet><w:Selector Name="Name">Brukere</w:Selector></w:SelectorSet>'
            "</a:ReferenceParameters></P>",
            "reference",
            Reference("Win32_Share", (("Name", "Brukere"),)),
        ),
        (
            r'<P>\\SRV1\root\cimv2:Win32_Group.Domain="SRV1",Name="a \"b\" \\ c"</P>',
            "reference",
            Reference("Win32_Group", (("Domain", "SRV1"), ("Name", 'a "b" \\ c'))),
        ),
        ("<P>Win32_Process.Handle=4</P>", "reference", Reference("Win32_Process", (("Handle", "4"),))),
        (
            "<P><AccessMask>1179817</AccessMask><AceType>0</AceType><Trustee><Name>Alle</Name><SID>1</SID></Trustee></P>",
            "object:Win32_ACE",
            {
                "AccessMask": 1179817,
                "AceFlags": None,
                "AceType": 0,
                "Trustee": {"Domain": None, "Name": "Alle", "SID": (1,), "SIDString": None},
            },
        ),
    ],
)  # fmt: skip
def test_a_value_has_its_type(inner: str, kind: str, value: Value) -> None:
    assert parsed(inner, kind) == value


@pytest.mark.parametrize(
    ("inner", "kind"),
    [
        ("<P>two</P>", "uint32"),
        ("<P>-1</P>", "uint32"),
        ("<P>256</P>", "uint8"),
        ("<P>4294967296</P>", "uint32"),
        ("<P>²</P>", "uint32"),
        ("<P>ja</P>", "boolean"),
        ("<P>1</P><P>2</P>", "uint32"),
        ("<P><x/></P>", "string"),
        ("<P>2005-03-07T11:00:00</P>", "datetime"),
        ("<P>2005-03-07</P>", "datetime"),
        ("<P>20051307110000.000000+060</P>", "datetime"),
        ("<P>P</P>", "datetime"),
        ("<P>i går</P>", "datetime"),
        ("<P>nothing</P>", "reference"),
        ("<P>C.Name</P>", "reference"),
        ('<P>Win32_Group.Name="Brukere"</P>', "reference"),
        ('<P>1</P><P xsi:nil="true"/>', "uint8[]"),
    ],
)
def test_what_does_not_fit_is_not_guessed(inner: str, kind: str) -> None:
    with pytest.raises(ValueUnreadableError) as caught:
        parsed(inner, kind)
    assert (caught.value.code, caught.value.key) == ("FD325", "C.P")


KINDS = sorted({kind for each in CLASSES.values() for kind in each.properties.values()} | {"sint64", "datetime"})


@given(st.text(), st.sampled_from(KINDS))
def test_no_text_makes_it_crash(text: str, kind: str) -> None:
    element = etree.Element("r")
    try:
        etree.SubElement(element, "P").text = text
    except ValueError:
        return  # XML cannot hold it, so it cannot come
    try:
        read_all("h", "C", {"P": kind}, element, ["P"])
    except FellesdriftError as error:
        assert error.code == "FD325"


@given(st.datetimes(timezones=st.just(UTC), min_value=datetime(1601, 1, 1)))
def test_a_moment_is_written_and_read(when: datetime) -> None:
    root = envelope.element(NS, "r")
    write(root, NS, "P", when)
    assert read_all("h", "C", {"P": "datetime"}, root, ["P"])["P"] == when.replace(microsecond=0)
    assert moment(when.strftime("%Y%m%d%H%M%S.%f+000").rjust(25, "0")) == when


def test_what_is_written_is_what_a_provider_wants() -> None:
    root = envelope.element(NS, "r")
    values = {"A": ["x", "y"], "B": None, "C": True, "D": 7, "E": {"F": "æ"}, "G": Reference("X", (("K", "v"),))}
    for name, value in values.items():
        write(root, NS, name, value)
    found = [(etree.QName(each).localname, each.text) for each in root.iter() if each is not root]
    assert found[:4] == [("A", "x"), ("A", "y"), ("B", None), ("C", "true")]
    assert root[2].get(f"{{{names.XSI}}}nil") == "true"
    assert read_all("h", "C", {"G": "reference"}, root, ["G"])["G"] == values["G"]
    assert ("F", "æ") in found


def test_a_text_is_quoted_for_a_query() -> None:
    assert literal('a "b" \\') == r'"a \"b\" \\"'
