"""One page of an enumeration: its instances, and how to go on.

An answer without instances says that there are none, so nothing in it is passed over: a page whose parts are not all
known is no answer. Source: WS-Enumeration, DSP0226 8.2.3 (OptimizeEnumeration).
"""

from __future__ import annotations

from lxml import etree

from fellesdrift.session.wsman import names
from fellesdrift.session.wsman.errors import AnswerUnreadableError

_RESPONSES = {f"{{{names.ENUMERATION}}}{name}" for name in ("EnumerateResponse", "PullResponse")}
_CONTEXT = f"{{{names.ENUMERATION}}}EnumerationContext"
_EXPIRES = f"{{{names.ENUMERATION}}}Expires"
# an optimized enumeration's first page has them in WS-Management's own namespace
_ITEMS, _END = (
    {f"{{{space}}}{name}" for space in (names.ENUMERATION, names.WSMAN)} for name in ("Items", "EndOfSequence")
)


def read_page(host: str, during: str, body: etree._Element) -> tuple[list[etree._Element], str | None]:
    """(instances, the context to go on with; None at the end). Raises AnswerUnreadableError (FD323)."""
    parts = [each for each in body if isinstance(each.tag, str)]
    if len(parts) != 1 or parts[0].tag not in _RESPONSES:
        raise AnswerUnreadableError(host, during, "no page of an enumeration")
    items: list[etree._Element] = []
    context, ended = "", False
    for part in parts[0]:
        if not isinstance(part.tag, str) or part.tag == _EXPIRES:
            continue
        if part.tag in _ITEMS:
            items += [each for each in part if isinstance(each.tag, str)]
        elif part.tag in _END:
            ended = True
        elif part.tag == _CONTEXT:
            context = (part.text or "").strip()
        else:
            raise AnswerUnreadableError(host, during, "a page with something that is neither instances nor an end")
    if not ended and not context:
        raise AnswerUnreadableError(host, during, "neither an end nor a context to go on with")
    return items, None if ended else context
