"""The rule on people: at every site that the stage touches, and for every answer that it waits for, somebody can be
reached while the window lasts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fellesdrift.cutover import windows
from fellesdrift.estate import names

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fellesdrift.cutover.rules import Asked, Judged
    from fellesdrift.estate.people import Contact


def contact_reachable(asked: Asked) -> Judged:
    """Judged for the open window, else for the next one. Only Drammen has somebody on call outside office hours, so a
    contact is reachable who always is, or whom the window names."""
    estate = asked.estate
    span = windows.nearest(asked.spans, asked.now)
    if span is None:
        if asked.window == "none":
            return "pass", "a rehearsal calls nobody, and no window is planned"
        return "inconclusive", "no window is planned, so it is not known who can be reached in it"
    sites = dict.fromkeys(estate.hosts[host].site for host in asked.hosts)
    wanted = [(site, [each for each in estate.contacts.values() if each.site == site]) for site in sites]
    nobody = [site for site, contacts in wanted if not contacts]
    roles = dict.fromkeys(step.role for step in asked.stage.steps if step.when != "finalize")
    places = (asked.municipality, estate.host_municipality)
    wanted += [
        (role, [each for each in estate.contacts.values() if each.role == role and each.municipality in places])
        for role in roles
    ]
    silent = [
        f"{what} ({names.listed(each.key for each in contacts)}: office hours, and the window does not name them)"
        for what, contacts in wanted
        if contacts and not _reachable(contacts, span)
    ]
    if silent:
        return "fail", f"nobody can be reached for {names.listed(silent)}"
    if nobody:
        return "inconclusive", f"the estate names no contact at {names.listed(nobody)}"
    found = dict.fromkeys(_reachable(contacts, span) for _, contacts in wanted)
    night = windows.local(span.start, estate.time_zone)
    return "pass", f"in the window of {night}: {names.listed(key for key in found if key)}"


def _reachable(contacts: Iterable[Contact], span: windows.Span) -> str | None:
    """The first of them who can be reached in the window; who is named for it comes before who always is."""
    known = list(contacts)
    on_call = [each.key for each in known if each.key in span.on_call]
    return next(iter([*on_call, *(each.key for each in known if each.hours == "always")]), None)
