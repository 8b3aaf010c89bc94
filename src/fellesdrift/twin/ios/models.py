"""Hardware that `show version` and `show inventory` speak of. Facts of the platforms as of 2005-2009."""

from __future__ import annotations

from dataclasses import dataclass

from fellesdrift.twin.ios import names


@dataclass(frozen=True)
class Model:
    """name as in `Cisco 2821 (revision ...)`; family and feature set name the image."""

    name: str
    family: str
    image: str
    memory: str
    nvram: int
    flash: int
    description: str


MODELS: dict[str, Model] = {
    "1721": Model("1721", "C1700", "c1700-k9o3sy7-mz", "56320K/9216K", 29688, 33030140, "1721 chassis"),
    "1841": Model("1841", "C1841", "c1841-advsecurityk9-mz", "115712K/15360K", 196600, 64012288, "1841 chassis"),
    "2821": Model("2821", "C2800NM", "c2800nm-advsecurityk9-mz", "249856K/12288K", 245752, 64225280, "2821 chassis"),
    "3825": Model("3825", "C3825", "c3825-advsecurityk9-mz", "237568K/24576K", 491512, 64012288, "3825 chassis"),
    "3845": Model("3845", "C3845", "c3845-advsecurityk9-mz", "235520K/26624K", 491512, 64012288, "3845 chassis"),
}
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
