"""Telephone exchanges: what they have, what they should have, and the dialogues between. docs/telephony/state.md.

    from fellesdrift.state.pbx import check, compare, open_exchange, plan, prepare, bring, read_exchange, three_way

    with open_exchange(target, form=None) as exchange:     # one session; an overlay is loaded when a kind needs one
        want = check(desired)                              # canonical form; raises DesiredError (FD450)
        have = read_exchange(exchange, want)               # -> Resources, every wanted key; whole prints, read once
        compare(want, have)                                # -> [Difference(kind, key, attribute, want, have, member)]
        planned = plan(exchange, want)                     # -> Plan(before, after, steps, differences, want)
        planned = prepare(exchange, desired, purge=["name"])                 # check, purge, read and plan in one
        bring(exchange, planned, carry_out=callable(step, do))               # -> Outcome(status, plan)
        dump(exchange)                                     # EDD: everybody's changes go to disk. Only when asked
        read_all(exchange, ["set", "name"])                # everything of these kinds

target      session.overlay.OverlayTarget
form        "small" (terminal numbers are typed `c u`) or "large" (`l s c u`); None: the target's, which is
            the inventory's fellesdrift_exchange_form; without that it is told from the sets that are there.
            An exchange without sets, or one where it cannot be told, is refused (FD452) when a set is to be written

Resources = {kind: {key: {attribute: value}}}. `present: False` alone is a resource that is not there; everywhere else
`present` is true, also where nobody says so. `plan.before` and `plan.after` have the same form, so `before` as desired
state is the way back: `three_way(before, after, read_exchange(exchange, check(after)))` says first whether somebody
else changed it since. What is not desired is left alone, but of the kinds in `purge`.

    set               "014 0 00 03"  type, des, customer, class_of_service [words], fields {NCOS: "1"},
                                     keys {"00": {function, dn, clid, marp, anie, value}}; a key that is None is empty
    name              "2057"         name, language, display; of a person: see `Attribute.personal`, `shown`
    hunt_group        "11"           pilot, size, length, members {"0": "2183"}; an entry that is None is empty
    others            by their modules in `catalogue/`; customer 0 throughout, as `exchange.customer`

carry_out   is called for each step with what does it; write the intent, call `do`, write that it is done. A `Step` has
            kind, key, title, before, after and `inverse`. An exception stops the change there. `do` judges the step:
            after a lost line the exchange is read again in a new session, and that decides; nothing is typed twice.
shown       resources as a diff, a log or a report may have them: a name is said to be there or to differ

How to write a kind
    A module in `catalogue/` with a subclass of `kinds.Kind`, and its line in `catalogue/__init__.py`.

    name, rank     kinds with a lower rank are planned and made earlier, and removed later: 10 customer data and
                   dialling plan, 20 route and digit_manipulation, 25 route_list, 30 set, 40 name, 50 hunt_group,
                   60 steering codes and special numbers
    attributes     name -> kinds.Attribute(form, claim=..., personal=False); forms are in `state/forms.py`. claim, of
                   `typed/claims.py`: WHOLE, MEMBERS (a mapping, each member by itself, None: not there), NESTED (of
                   mappings), Words(place). `form.take` gives the spelling that the exchange prints: values are compared
                   by ==
    key, check     a key's spelling; what one attribute asks of another; both raise ValueError(what is expected)
    read           all of the kind by one print: `exchange.print(overlay, answers, nothing=True)` -> Said. Parsed by
                   `prints.Print`, which names host and line in every error (FD451) and forgets none
    codes, leans   what of a resource can be dialled, and what has to be there as long as it is: the order of all steps
                   follows from them and from `takes`/`frees`. in_order: the kind's own order is kept; shares: several
                   of its resources may have one code; aside: a way out where codes change places in a ring
    steps          from `changes` (what differs) to Steps, any order within the kind: ranks and phases decide, and
                   what leans on what. `scene.whole(KINDS[...])` has everything of another kind,
                   `scene.steps` what is planned already; `have` includes what those steps do. One entry a step where
                   that is possible: what an entry writes, it writes with the last prompt (LD 18 writes line by line).
                   What cannot be made raises RefusedStateError (FD452) here, before anything is typed

    A step's `after` (and `also`) is exactly what `read` gives afterwards, its `before` exactly what leads back.

Errors: FD450-FD459, `fellesdrift.state.pbx.errors`, docs/errors/telephony.md; and those of the session.
"""

from __future__ import annotations

from fellesdrift.state.pbx.apply import CarryOut, Outcome, bring, do_step, dump, prove
from fellesdrift.state.pbx.catalogue import KINDS
from fellesdrift.state.pbx.compare import Conflict, Difference, compare, narrowed, shown, three_way, told
from fellesdrift.state.pbx.desired import check
from fellesdrift.state.pbx.errors import PbxStateError
from fellesdrift.state.pbx.exchange import FORMS, Exchange, open_exchange
from fellesdrift.state.pbx.kinds import Resource, Resources, Step
from fellesdrift.state.pbx.plan import Plan, plan, prepare
from fellesdrift.state.pbx.read import purged, read_all, read_exchange

__all__ = [
    "FORMS",
    "KINDS",
    "CarryOut",
    "Conflict",
    "Difference",
    "Exchange",
    "Outcome",
    "PbxStateError",
    "Plan",
    "Resource",
    "Resources",
    "Step",
    "bring",
    "check",
    "compare",
    "do_step",
    "dump",
    "narrowed",
    "open_exchange",
    "plan",
    "prepare",
    "prove",
    "purged",
    "read_all",
    "read_exchange",
    "shown",
    "three_way",
    "told",
]
