"""Hardware that `show version` and `show inventory` speak of. Facts of the platforms as of 2005-2009."""

from __future__ import annotations

from dataclasses import dataclass

from fellesdrift.twin.ios import names


@dataclass(frozen=True)
class Model:
    """`software` names the image family in `show version`; sizes are in bytes."""

    name: str
    software: str
    image: str
    memory: str
    nvram: int
    flash: int


MODELS: dict[str, Model] = {
    "1721": Model("1721", "C1700", "c1700-k9o3sy7-mz", "56320K/9216K", 29688, 33030140),
    "1841": Model("1841", "1841", "c1841-advsecurityk9-mz", "115712K/15360K", 196600, 64012288),
    "2821": Model("2821", "2800", "c2800nm-advsecurityk9-mz", "249856K/12288K", 245752, 64225280),
    "3825": Model("3825", "3800", "c3825-advsecurityk9-mz", "237568K/24576K", 491512, 64012288),
    "3845": Model("3845", "3800", "c3845-advsecurityk9-mz", "235520K/26624K", 491512, 64012288),
}


def image_file(model: Model, release: str) -> str:
    """`c2800nm-advsecurityk9-mz.124-24.T.bin` for 12.4(24)T."""
    number, _, rest = release.partition("(")
    build, _, train = rest.partition(")")
    return f"{model.image}.{number.replace('.', '')}-{build}{'.' + train if train else ''}.bin"


RELEASES: dict[str, str] = {"12.3": "12.3(26)", "12.4": "12.4(24)T"}


def guess(version: str, hardware: frozenset[str]) -> Model:
    """The smallest of the five that has such interfaces; used when the inventory does not name the model."""
    kinds = {names.kind(name) for name in hardware}
    if version == "12.3":
        return MODELS["1841" if "FastEthernet0/1" in hardware else "1721"]
    large = any(name.startswith(("Serial1/", "GigabitEthernet0/3")) for name in hardware)
    if large:
        return MODELS["3845"]
    return MODELS["2821" if "GigabitEthernet" in kinds else "1841"]
