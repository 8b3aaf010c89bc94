"""Windows hosts: what they have, what they should have, and the steps between. docs/windows.md.

    from fellesdrift.state.windows import check, compare, open_host, plan, prepare, bring, read_host, three_way

    with open_host(target) as host:                    # one session; a shell is opened when a kind needs one
        want = check(desired)                          # canonical form; raises DesiredError (FD420)
        have = read_host(host, want)                   # -> Resources, every wanted key
        compare(want, have)                            # -> [Difference(kind, key, attribute, want, have, member)]
        planned = plan(host, want, have, passwords)    # -> Plan(before, after, steps, differences); writes nothing
        planned = prepare(host, desired, purge=["share"], passwords={})       # the same, read and planned in one
        bring(host, planned, carry_out=callable(step, do), speed=1.0)         # -> Outcome(status, plan)

Resources = {kind: {key: {attribute: value}}}. `present: False` alone is a resource that is not there; everywhere else
`present` is true, also where nobody says so. `plan.before` and `plan.after` have the same form, so `before` as desired
state is the way back: `three_way(before, after, read_host(host, check(after)))` says first whether somebody else
changed it since. What is not desired is left alone, but of the kinds in `purge`.

carry_out   is called for each step with what does it; write the intent, call `do`, write that it is done. A `Step` has
            kind, key, title, before, after (data without secrets) and `inverse`. An exception stops the change there.
            `do` judges the step: after a lost answer (FD307, FD308, FD323) the host is read again, and that decides.
passwords   by account name, for accounts that are made and services that run as one. In no state, step or error.

How to write a kind
    A module in `catalogue/` with a subclass of `kinds.Kind`, and its line in `catalogue/__init__.py`.

    name, rank     kinds with a lower rank are made earlier and removed later:
                   10 folder, 20 file, 30 user, 40 group, 50 registry, 60 service, 70 share, others from 80 on
    attributes     name -> kinds.Attribute(form, claim, personal=False); forms are in `forms.py`. claim, of `claims.py`
                   and of `typed/claims.py`: WHOLE, SAME_TEXT (without regard to case), Whole(same), MEMBERS (a mapping,
                   each member by itself, None: not there). personal: of a person, see `typed/people.py`
    listable       `read(host, None)` gives all of the kind: for gathering and purging
    removable      False: `present: false` is refused
    purgeable      False: removed by name only, never because nobody speaks of it
    key, check     a key's spelling; what one attribute asks of another; both raise ValueError(what is expected)
    ours           False for what Windows itself brought along: never purged
    read           as few requests as possible for all wanted keys at once, by `host.client` and `host.run`
    steps          from `changes` (what differs) to Steps, in the order in which they may be done. One write a step
                   where that is possible: a step is judged as a whole. May read more by `scene.host`; writes nothing.
                   What cannot be made raises RefusedStateError (FD422) here, before anything is written

    A step's `after` is exactly what `read` gives afterwards (as its claims compare it), its `before` exactly what leads
    back. A code of the host's other than success raises RefusedError (FD423) in `do`. A text of the host's decides
    nothing.

Errors: FD420-FD427, `fellesdrift.state.windows.errors`, docs/errors/windows.md; and those of the session.
"""

from __future__ import annotations

from fellesdrift.state.windows.apply import CarryOut, Outcome, bring, do_step, prepare, prove
from fellesdrift.state.windows.catalogue import KINDS
from fellesdrift.state.windows.compare import Conflict, Difference, compare, narrowed, shown, three_way, told
from fellesdrift.state.windows.desired import check
from fellesdrift.state.windows.errors import WindowsStateError
from fellesdrift.state.windows.host import Host, open_host
from fellesdrift.state.windows.kinds import Resource, Resources, Step
from fellesdrift.state.windows.plan import Plan, plan
from fellesdrift.state.windows.read import read_all, read_host, refuse_unknown

__all__ = [
    "KINDS",
    "CarryOut",
    "Conflict",
    "Difference",
    "Host",
    "Outcome",
    "Plan",
    "Resource",
    "Resources",
    "Step",
    "WindowsStateError",
    "bring",
    "check",
    "compare",
    "do_step",
    "narrowed",
    "open_host",
    "plan",
    "prepare",
    "prove",
    "read_all",
    "read_host",
    "refuse_unknown",
    "shown",
    "three_way",
    "told",
]
