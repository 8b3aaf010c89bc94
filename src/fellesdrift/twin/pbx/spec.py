"""What one simulated exchange is built from.

The contents of an exchange are large, so a spec says where they come from and they are made when somebody asks first:
`file` names data of the inventory (`read` gives their shape), otherwise they are made up by a plan (made.py).
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, get_args, get_type_hints

from fellesdrift.errors import FellesdriftError
from fellesdrift.estate import exchange_snapshots
from fellesdrift.twin.pbx import recorded, records, types
from fellesdrift.twin.pbx.tables import Tables

PUBLIC = "public network"


@dataclass(frozen=True)
class Trunk:
    """Where the cable of a route leads: to a route of another exchange, or to the public network (`far`)."""

    route: int
    far: str
    far_route: int = 0


@dataclass(frozen=True)
class Plan:
    """The numbers of an exchange whose contents are made up: `first`, how many sets, of which sort; and who else has
    which numbers: (exchange, first, last).
    """

    first: int
    sets: int
    ip: bool
    digits: int
    own: tuple[int, int]
    others: tuple[tuple[str, int, int], ...] = ()


@dataclass(frozen=True)
class PbxSpec:
    """form     small (`c u`) or large (`l s c u`)
    telnet, ssh   which doors it has
    ports    how many may be connected at once; `first_tty` is the number of the first
    idle     device seconds after which a silent session ends
    memory   (total, unprotected, protected) words used at start
    licences how many sets of each kind may be built
    file     where its contents are; else they are made up by `plan`
    spare_cards   equip some empty cards beside those that the file has
    """

    name: str
    address: str
    form: str = "large"
    telnet: bool = True
    ssh: bool = True
    ports: int = 4
    first_tty: int = 0
    idle: float = 1200.0
    version: str = "2121"
    release: str = "4"
    issue: str = "50 W"
    memory: tuple[int, int, int] = (2998272, 220248, 59456)
    licences: dict[str, int] = field(default_factory=dict)
    trunks: tuple[Trunk, ...] = ()
    plan: Plan | None = None
    file: str | None = None
    spare_cards: bool = False


_SPARE = {types.DIGITAL: 100, types.ANALOGUE: 40, types.IP: 0}
_SPARE_IP = 8000


def licences(used: Mapping[str, int], *, ip: bool) -> dict[str, int]:
    """Enough for what is there, and some more."""
    more = _SPARE | ({types.IP: _SPARE_IP} if ip else {})
    found = {kind: used.get(kind, 0) + more[kind] for kind in more}
    return {**found, "TNS": sum(found.values())}


def to_plain(specs: tuple[PbxSpec, ...]) -> list[dict[str, Any]]:
    """As JSON-able data."""
    return [asdict(spec) for spec in specs]


def from_plain(data: list[dict[str, Any]]) -> tuple[PbxSpec, ...]:
    """The reverse of `to_plain`."""
    found = []
    for each in data:
        plan = each["plan"]
        if plan is not None:
            others = tuple((name, first, last) for name, first, last in plan["others"])
            plan = Plan(**{**plan, "own": tuple(plan["own"]), "others": others})
        trunks = tuple(Trunk(**trunk) for trunk in each["trunks"])
        found.append(PbxSpec(**{**each, "memory": tuple(each["memory"]), "trunks": trunks, "plan": plan}))
    return tuple(found)


def write(tables: Tables, **header: Any) -> str:
    """An exchange's contents as the data that `read` and `header` take: per table a list of [key, record], beside the
    fields of the spec that go with them (`form`, `licences`, `trunks`, `memory`).
    """
    found = {}
    for name, table in vars(tables).items():
        plain = name in ("cards", "zones")
        found[name] = [[key, each if plain else asdict(each)] for key, each in table.items()]
    return json.dumps({**header, "tables": found}, ensure_ascii=False, separators=(",", ":")) + "\n"


def read(path: Path) -> Tables:
    """The tables of an exchange, out of its snapshot or as `write` makes them. Raises FellesdriftError FD920 when the
    file has none."""
    try:
        text = path.read_text(encoding="utf-8")
        if exchange_snapshots.is_exchange(text):
            return recorded.tables_of(exchange_snapshots.read(text).kinds)
        return _tables(json.loads(text)["tables"])
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise _unreadable(path, error) from error


def header(path: Path) -> dict[str, Any]:
    """What the file says of the spec itself; of a snapshot, what follows from it. Raises FellesdriftError FD920."""
    try:
        text = path.read_text(encoding="utf-8")
        if exchange_snapshots.is_exchange(text):
            tables = recorded.tables_of(exchange_snapshots.read(text).kinds)
            kinds = Counter(types.TYPES[each.type.upper()].licence for each in tables.sets.values())
            return {
                "form": recorded.form_of(tables),
                "licences": licences(kinds, ip=types.IP in kinds),
                "spare_cards": True,
            }
        data = json.loads(text)
        _tables(data["tables"])
        found = {name: _frozen(value) for name, value in data.items() if name in ("form", "memory", "licences")}
        if "trunks" in data:
            found["trunks"] = tuple(Trunk(**each) for each in data["trunks"])
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise _unreadable(path, error) from error
    return found


def _unreadable(path: Path, error: Exception) -> FellesdriftError:
    return FellesdriftError(
        "FD920",
        "The contents of an exchange cannot be read",
        file=str(path),
        found=f"{type(error).__name__}: {error}",
        expected="the tables of an exchange, as docs/telephony.md has them",
        next_step="put the file right, or remove it: the twin then makes contents up",
    )


def _tables(data: dict[str, list[Any]]) -> Tables:
    """Raises KeyError for a table that no exchange has, TypeError for a record of another shape."""
    hints = get_type_hints(Tables)
    found: dict[str, Any] = {}
    for name, rows in data.items():
        _, kind = get_args(hints[name])
        found[name] = {_frozen(key): _record(kind, each) for key, each in rows}
    return Tables(**found)


def _frozen(value: Any) -> Any:
    return tuple(_frozen(each) for each in value) if isinstance(value, list) else value


def _record(kind: type, value: Any) -> Any:
    if not hasattr(kind, "__dataclass_fields__"):
        return _frozen(value)
    values = {name: _frozen(each) for name, each in value.items()}
    if kind is records.Set:
        values["keys"] = tuple(records.Key(**key) for key in value["keys"])
    if kind is records.RouteList:
        values["entries"] = tuple(records.Entry(**entry) for entry in value["entries"])
    return kind(**values)
