"""Whatever is done to an inventory's variables: an estate, or FellesdriftErrors. Nothing else ever comes out."""

from __future__ import annotations

import copy
import shutil
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.nested import places

from fellesdrift.errors import FellesdriftErrors
from fellesdrift.estate import estate_from_variables, load_estate
from fellesdrift.estate.build import ESTATE_VARIABLES, LISTS, SECTIONS, Variables, build
from fellesdrift.estate.models import Estate
from fellesdrift.estate.picture import dot_source

ESTATE = Path(__file__).resolve().parents[2] / "fixtures" / "estate"

SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-5, 300),
    st.floats(allow_nan=True),
    st.text(max_size=8),
    st.sampled_from(
        [
            "sande",
            "san_fibre",
            "drm-core1",
            "closed",
            "drm-app1",
            "2006-03-26 02:30",
            "+4700610010",
            "wan_link",
            "10.10.0.0/24",
            "10.10.0.1",
            "edb",
            "reload",
            "{municipality}",
            "~(",
        ]
    ),
)
ANYTHING = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(SCALARS, inner, max_size=3)),
    max_leaves=6,
)


@pytest.fixture(scope="module")
def estate_variables() -> dict[str, Any]:
    """The estate of the tests as plain variables."""
    estate = load_estate([ESTATE])
    dumped = estate.model_dump(mode="json")

    def without(record: Any, *keys: str) -> Any:
        """As a file has it: no keys, and nothing said that is not so."""
        if isinstance(record, dict):
            return {
                name: without(value, *keys)
                for name, value in record.items()
                # A product of null says "not introduced"; every other null says nothing.
                if (value is not None or name == "product") and not (name == "key" and "key" in keys)
            }
        return [without(value, *keys) for value in record] if isinstance(record, list) else record

    wide = {f"fellesdrift_{name}": without(dumped[name], "key") for name in (*SECTIONS, *LISTS)}
    wide["fellesdrift_estate"] = without(
        {name: dumped[name] for name in ("name", "host_municipality", "time_zone", "production", "controller")}
    ) | {"journal": "journal/production.sqlite"}
    hosts = {
        name: {
            f"fellesdrift_{key}": value
            for key, value in without(host).items()
            if key not in ("name", "groups", "variables")
        }
        | host["variables"]
        for name, host in dumped["hosts"].items()
    }
    return {"wide": wide, "hosts": hosts, "groups": dumped["groups"]}


def _hostvars(variables: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {host: {**variables["wide"], **own} for host, own in variables["hosts"].items()}


def test_the_plain_variables_are_the_same_estate(estate_variables):
    estate = estate_from_variables(estate_variables["groups"], _hostvars(estate_variables), ESTATE)
    assert estate == load_estate([ESTATE])


def _mutate(data: st.DataObject, root: dict[str, Any]) -> None:
    """Remove, replace, rename, repeat or add something, anywhere."""
    place = data.draw(st.sampled_from([place for place in places(root) if place]))
    holder: Any = root
    for step in place[:-1]:
        holder = holder[step]
    last = place[-1]
    match data.draw(st.sampled_from(["remove", "replace", "rename", "repeat", "add", "borrow"])):
        case "remove":
            del holder[last]
        case "replace":
            holder[last] = data.draw(ANYTHING)
        case "rename" if isinstance(holder, dict):
            holder[data.draw(SCALARS)] = holder.pop(last)
        case "repeat" if isinstance(holder, list):
            holder.append(copy.deepcopy(holder[last]))
        case "borrow":
            other: Any = root
            for step in data.draw(st.sampled_from(places(root))):
                other = other[step]
            holder[last] = copy.deepcopy(other)
        case _ if isinstance(holder[last], dict):
            holder[last][data.draw(SCALARS)] = data.draw(ANYTHING)
        case _:
            holder[last] = data.draw(SCALARS)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(data=st.data())
def test_nothing_but_an_estate_or_its_errors(estate_variables, data):
    changed = copy.deepcopy({"wide": estate_variables["wide"], "hosts": estate_variables["hosts"]})
    for _ in range(data.draw(st.integers(1, 4))):
        _mutate(data, changed)
        for section in ("wide", "hosts"):
            if not isinstance(changed.get(section), dict) or not changed[section]:
                changed[section] = copy.deepcopy(estate_variables[section])
        changed["hosts"] = {str(name): own if isinstance(own, dict) else {} for name, own in changed["hosts"].items()}
        for own in changed["hosts"].values():
            for name in [name for name in own if not isinstance(name, str)]:
                del own[name]
    try:
        estate = build(
            Variables(
                inventory_dir=ESTATE,
                groups=estate_variables["groups"],
                wide={name: value for name, value in changed["wide"].items() if name in ESTATE_VARIABLES},
                hosts=changed["hosts"],
            )
        )
    except FellesdriftErrors as errors:
        assert errors.errors
        assert all(error.code.startswith("FD1") and str(error) for error in errors.errors)
    else:
        assert isinstance(estate, Estate)
        assert dot_source(estate).startswith("//")


@settings(max_examples=40, deadline=None)
@given(text=st.text(max_size=200))
def test_a_hosts_file_of_any_text(tmp_path_factory, text):
    inventory = tmp_path_factory.mktemp("any")
    (inventory / "hosts.yml").write_text(text, encoding="utf-8", errors="surrogatepass") if not any(
        0xD800 <= ord(letter) < 0xE000 for letter in text
    ) else None
    try:
        load_estate([inventory])
    except FellesdriftErrors as errors:
        assert errors.errors


FILES = sorted(path.relative_to(ESTATE).as_posix() for path in ESTATE.rglob("*.yml"))


def _swap(data: st.DataObject, lines: list[str], at: int) -> None:
    """Give one line the value of another one."""
    other = lines[data.draw(st.integers(0, len(lines) - 1))]
    lines[at] = f"{lines[at].partition(':')[0]}:{other.partition(':')[2]}"


def _mutate_file(data: st.DataObject, content: bytes) -> bytes:
    """What happens to a file in an editor, in a merge, or on the way from another machine."""
    lines = content.decode().split("\n")
    at = data.draw(st.integers(0, len(lines) - 1))
    match data.draw(st.sampled_from(["delete", "repeat", "swap", "indent", "outdent", "tab", "byte", "bom", "cut"])):
        case "delete":
            del lines[at]
        case "repeat":
            lines.insert(at, lines[at])
        case "swap":
            _swap(data, lines, at)
        case "indent":
            lines[at] = f"  {lines[at]}"
        case "outdent":
            lines[at] = lines[at].removeprefix("  ")
        case "tab":
            lines[at] = lines[at].replace("  ", "\t", 1)
        case "cut":
            lines[at:] = [lines[at][: len(lines[at]) // 2]]
        case "bom":
            return b"\xef\xbb\xbf" + content
        case _:
            cut = data.draw(st.integers(0, len(content)))
            return content[:cut] + data.draw(st.sampled_from([b"\xff", b"\xe5", b"\x00", b"\xc3"])) + content[cut:]
    return "\n".join(lines).encode()


@pytest.fixture(scope="module")
def estate_files(tmp_path_factory) -> Path:
    """A copy of the estate, each file of which is put back after it was changed."""
    inventory: Path = tmp_path_factory.mktemp("mutated") / "inventories" / "production"
    shutil.copytree(ESTATE, inventory)
    return inventory


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_a_mutated_file_is_an_estate_or_its_errors(estate_files, data):
    name = data.draw(st.sampled_from(FILES))
    content = (ESTATE / name).read_bytes()
    for _ in range(data.draw(st.integers(1, 2))):
        try:
            content = _mutate_file(data, content)
        except UnicodeDecodeError:
            break
    try:
        (estate_files / name).write_bytes(content)
        estate = load_estate([estate_files])
    except FellesdriftErrors as errors:
        assert errors.errors
        assert all(error.code.startswith("FD1") and str(error) for error in errors.errors)
    else:
        assert isinstance(estate, Estate)
    finally:
        (estate_files / name).write_bytes((ESTATE / name).read_bytes())
