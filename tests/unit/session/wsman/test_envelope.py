"""Answers: whose they are, what a fault says, and noise."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fellesdrift.errors import FellesdriftError
from fellesdrift.session.wsman import envelope, names
from fellesdrift.session.wsman.errors import AnswerUnreadableError, FaultError, StackUnsupportedError
from fellesdrift.session.wsman.identity import identity_of

ASKED = envelope.Request(b"", "uuid:1", "get Win32_Service")
HEAD = f'<s:Envelope xmlns:s="{names.SOAP}" xmlns:a="{names.ADDRESSING}"><s:Header>'
# as [MS-WSMV] 4 shows one, its words those of a Norwegian host
FAULT = """</s:Header><s:Body><s:Fault><s:Code><s:Value>s:Receiver</s:Value><s:Subcode><s:Value>w:InternalError
</s:Value></s:Subcode></s:Code><s:Reason>
<s:Text xml:lang="nb-NO">Tjenesten kan ikke behandle forespørselen.</s:Text></s:Reason>
<s:Detail><f:WSManFault xmlns:f="http://schemas.microsoft.com/wbem/wsman/1/wsmanfault" Code="CODE" Machine="SAN-FILE1">
<f:Message><f:ProviderFault provider="WMI Provider"><f:WSManFault Code="HRESULT" Machine="SAN-FILE1"><f:Message>x
</f:Message></f:WSManFault><f:ExtendedError><q:__ExtendedStatus xmlns:q="urn:q"><q:Description>Borte</q:Description>
<q:StatusCode>HRESULT</q:StatusCode></q:__ExtendedStatus></f:ExtendedError></f:ProviderFault></f:Message></f:WSManFault>
</s:Detail></s:Fault></s:Body></s:Envelope>"""


def answer(body: str, relates: str = "uuid:1") -> bytes:
    return f"{HEAD}<a:RelatesTo>{relates}</a:RelatesTo></s:Header><s:Body>{body}</s:Body></s:Envelope>".encode()


@pytest.mark.parametrize(
    ("code", "hresult", "expected"),
    [
        ("2150858752", "2147749890", (0x80338000, 0x80041002)),
        ("-2144108544", "-2147217406", (0x80338000, 0x80041002)),
        ("5", "0x80041002", (5, 0x80041002)),
        ("five", "", (None, None)),
    ],
)
def test_the_codes_of_a_fault(code: str, hresult: str, expected: tuple[int | None, int | None]) -> None:
    text = HEAD + FAULT.replace("CODE", code).replace("HRESULT", hresult)
    with pytest.raises(FaultError) as caught:
        envelope.body_of("h", ASKED, text.encode(), True)
    assert (caught.value.code_of_host, caught.value.hresult) == expected
    assert caught.value.subcode == "InternalError"
    assert "forespørselen" in str(caught.value)


@pytest.mark.parametrize(
    ("code", "subcode", "what"),
    [
        (names.TIMED_OUT, "", "timed_out"),
        (0x80338048, "", "too_large"),
        (None, "EncodingLimit", "too_large"),
        (0x8033801B, "", "enumeration_over"),
        (0x803381A5, "", "quota"),
        (names.NO_SHELL, "", "not_there"),
    ],
)
def test_what_a_fault_is(code: int | None, subcode: str, what: str) -> None:
    fault = FaultError("h", "x", subcode, code, None, "Tidsavbrudd")
    kinds = ("timed_out", "too_large", "enumeration_over", "quota", "not_there")
    assert [kind for kind in kinds if getattr(fault, kind)] == [what]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (b"", False),
        (b"<html/>", False),
        (b"\xff\xfe", False),
        (answer("<x/>", "uuid:2"), False),
        (answer("<x/>", ""), False),
        (answer("<x/>"), True),
        (b"<!DOCTYPE x><s:Envelope/>", False),
        (b'<!DOCTYPE x [<!ENTITY e "e">]>' + answer("&e;"), False),
    ],
)
def test_what_is_no_answer(text: bytes, fault: bool) -> None:
    with pytest.raises(AnswerUnreadableError):
        envelope.body_of("h", ASKED, text, fault)


def test_an_answer() -> None:
    assert len(envelope.body_of("h", ASKED, answer("<x/><y/>", "UUID:1"), False)) == 2


@given(st.binary(), st.integers(0, 2000))
def test_no_noise_makes_it_crash(noise: bytes, place: int) -> None:
    whole = HEAD.encode() + FAULT.replace("CODE", "5").encode()
    for text in (noise, whole[:place] + noise + whole[place:], whole[:place]):
        with pytest.raises(FellesdriftError):
            envelope.body_of("h", ASKED, text, True)


def identity(product: str, vendor: str = "Microsoft Corporation", protocol: str = names.WSMAN) -> bytes:
    inner = "".join(
        f"<i:{name}>{text}</i:{name}>"
        for name, text in (("ProtocolVersion", protocol), ("ProductVendor", vendor), ("ProductVersion", product))
    )
    return answer(f'<i:IdentifyResponse xmlns:i="{names.IDENTITY}">{inner}</i:IdentifyResponse>', "")


@pytest.mark.parametrize(
    ("text", "stack"),
    [
        ("OS: 5.2.3790 SP: 2.0 Stack: 2.0", (2, 0)),
        ("OS: 5.2.3790 SP: 1.0 Stack: 1.1", (1, 1)),
        ("OS: 0.0.0 SP: 0.0 Stack:2.0", (2, 0)),
    ],
)
def test_who_can_be_worked_with(text: str, stack: tuple[int, int]) -> None:
    asked = envelope.identify()
    assert identity_of("h", envelope.body_of("h", asked, identity(text), False)).stack == stack


@pytest.mark.parametrize(
    "text",
    [
        identity("OS: 5.2.3790 SP: 2.0 Stack: 0.5"),
        identity("OS: 5.2.3790 SP: 2.0 Stack: 2.0", vendor="Somebody"),
        identity("OS: 5.2.3790 SP: 2.0 Stack: 2.0", protocol="http://schemas.xmlsoap.org/ws/2005/06/management"),
        identity("new"),
        answer("<x/>", ""),
    ],
)
def test_who_cannot(text: bytes) -> None:
    asked = envelope.identify()
    with pytest.raises(StackUnsupportedError):
        identity_of("h", envelope.body_of("h", asked, text, False))
