"""What must hold for contacts and telephone numbers: a wrong number is found out when it is needed."""

from __future__ import annotations

from fellesdrift.estate.draft import Draft, KeyPath
from fellesdrift.estate.people import Contact, NumberRange
from fellesdrift.estate.references import refers


def check(draft: Draft) -> None:
    """All checks of contacts and of the municipalities' numbers."""
    _ranges(draft)
    for key, contact in draft.contacts.items():
        path: KeyPath = ("fellesdrift_contacts", key)
        refers(draft, "roles", "FD142", contact.role, (*path, "role"))
        if refers(draft, "municipalities", "FD110", contact.municipality, (*path, "municipality")):
            _number(draft, contact, path)
        if refers(draft, "sites", "FD111", contact.site, (*path, "site")):
            _site(draft, contact, path)


def _ranges(draft: Draft) -> None:
    """No number belongs to two municipalities. Numbers of one length are in the order of their digits."""
    ranges = [(key, each.numbers) for key, each in draft.municipalities.items() if each.numbers is not None]
    ordered = sorted(ranges, key=lambda item: (len(item[1].first), item[1].first))
    widest: tuple[str, NumberRange] | None = None
    for key, numbers in ordered:
        if widest is not None and numbers.first in widest[1]:
            draft.refuse(
                "FD148",
                "Two municipalities have telephone numbers in common.",
                ("fellesdrift_municipalities", key, "numbers"),
                found=f"{_text(numbers)} of {key!r} and {_text(widest[1])} of {widest[0]!r}",
                expected="ranges that do not overlap",
            )
        if widest is None or len(numbers.last) > len(widest[1].last) or numbers.last > widest[1].last:
            widest = (key, numbers)


def _text(numbers: NumberRange) -> str:
    return f"{numbers.first} to {numbers.last}"


def _number(draft: Draft, contact: Contact, path: KeyPath) -> None:
    municipality = draft.municipalities.get(contact.municipality)
    if municipality is None or municipality.numbers is None or contact.telephone in municipality.numbers:
        return
    draft.refuse(
        "FD147",
        f"The telephone number is none of {contact.municipality!r}.",
        (*path, "telephone"),
        found=contact.telephone,
        expected=_text(municipality.numbers),
    )


def _site(draft: Draft, contact: Contact, path: KeyPath) -> None:
    site = draft.sites.get(contact.site or "")
    known = contact.municipality in draft.names("municipalities")
    if site is not None and known and site.municipality != contact.municipality:
        draft.refuse(
            "FD136",
            "The contact is at a site of another municipality.",
            (*path, "site"),
            found=f"{contact.site} of {site.municipality}",
            expected=f"a site of {contact.municipality}",
        )
