"""`fellesdrift dial`: where a number rings that is dialled at an exchange, computed from the snapshots."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from fellesdrift.commands.options import DEFAULT_INVENTORY, AsJson, Inventory, load
from fellesdrift.errors import FellesdriftError

if TYPE_CHECKING:
    from fellesdrift.commands.exchanges_read import Read
    from fellesdrift.numbering import Answer

From = Annotated[
    str | None, typer.Option("--from", help="The number of the set that dials; without it nothing is restricted.")
]
Baseline = Annotated[bool, typer.Option("--baseline", help="As it was before the first move, not as it was read last.")]
_KEYS = frozenset("0123456789*#")


def dial(
    host: str,
    number: str,
    inventory: Inventory = DEFAULT_INVENTORY,
    caller: From = None,
    baseline: Baseline = False,
    as_json: AsJson = False,
) -> None:
    """Say where NUMBER rings that is dialled at HOST, step by step: computed from the snapshots of all exchanges.

    Exit codes: 0 it rings or leaves for the public network, 1 it does not, 2 an error, or nobody knows.
    """
    from fellesdrift.commands.exchanges_read import exchanges_of, read_exchanges
    from fellesdrift.numbering import cabling_of, ring

    estate = load(inventory)
    _check(host, number, exchanges_of(estate))
    read = read_exchanges(estate, baseline=baseline)
    states = {name: each.resources for name, each in read.items() if each.resources is not None}
    answer = ring(states, cabling_of(estate.numbering), host, number, caller)
    typer.echo(_json(answer, read) if as_json else _text(answer, read))
    if answer.result == "inconclusive":
        raise _unknown(answer, read)
    raise typer.Exit(0 if answer.arrives else 1)


def _check(host: str, number: str, exchanges: list[str]) -> None:
    if host not in exchanges:
        raise FellesdriftError(
            "FD470",
            "a number is dialled at a telephone exchange",
            host=host,
            found=host,
            expected=f"one of {', '.join(exchanges)}" if exchanges else "an exchange; the estate has none",
        )
    if not number or not set(number) <= _KEYS:
        raise FellesdriftError(
            "FD471",
            "this cannot be dialled",
            host=host,
            found=repr(number),
            expected="digits, * and #, as they are keyed",
        )


def _touched(answer: Answer, read: dict[str, Read]) -> dict[str, Read]:
    """What the answer rests on: the exchanges that the call has come to, and the one that is not known."""
    names = [answer.at, *(step.host for step in answer.path), answer.unknown_at]
    return {name: read[name] for name in dict.fromkeys(names) if name is not None and name in read}


def _text(answer: Answer, read: dict[str, Read]) -> str:
    width = max(len(step.host) for step in answer.path) if answer.path else 0
    steps = [f"  {step.host:<{width}}  {step.text}" for step in answer.path]
    rests = [f"  {name}: {each.source}" for name, each in _touched(answer, read).items()]
    return "\n".join([str(answer), *steps, "Computed from what was read, no telephone was rung:", *rests])


def _json(answer: Answer, read: dict[str, Read]) -> str:
    found: dict[str, Any] = asdict(answer)
    found["read"] = {
        name: {"source": each.source, "taken": each.taken, "known": each.resources is not None}
        for name, each in _touched(answer, read).items()
    }
    return json.dumps(found, ensure_ascii=False, indent=2)


def _unknown(answer: Answer, read: dict[str, Read]) -> FellesdriftError:
    unread = answer.unknown_at if answer.unknown_at in read else None
    return FellesdriftError(
        "FD472",
        "where the number rings is not known",
        host=answer.at,
        found=answer.why,
        expected="every exchange on the way read, and its lines in fellesdrift_numbering",
        next_step=f"ansible-playbook playbooks/snapshot.yml --limit {unread}" if unread else None,
    )
