"""Rules that hold for every tracked file."""

from __future__ import annotations

import ipaddress
import re
from pathlib import Path

# put together here, so that this file does not break its own rules
REGISTRIES = tuple(
    "".join(parts)
    for parts in (
        ("pypi", ".org"),
        ("python", "hosted.org"),
        ("npm", "js.org"),
        ("deb.", "debian.org"),
        ("golang", ".org"),
        ("crates", ".io"),
        ("/opt/", "pypi"),
    )
)
MACHINE_PATH = re.compile(r"(?<![\w.>}])/(?:" + "|".join(("wo" + "rk", "ro" + "ot", "ho" + "me")) + r")/")
UNFINISHED = re.compile(
    "|".join(
        (
            r"\bTO" + r"DO\b",
            r"\bFIX" + r"ME\b",
            r"#\s*no" + r"qa\b",
            r"type:\s*ig" + r"nore\b",
            r"\bx" + r"fail\b",
            r"mark\.sk" + r"ip|pytest\.sk" + r"ip|importor" + r"skip",
        )
    )
)
ADDRESS = re.compile(r"(?<![\d.\w])(?:\d{1,3}\.){3}\d{1,3}(?![\d.]*\d)")
OURS = tuple(
    ipaddress.ip_network(prefix)
    for prefix in (
        "10.0.0.0/8",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "192.0.2.0/24",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "224.0.0.0/4",
        # reserved: no host has such an address, and masks of all kinds are written so
        "0.0.0.0/8",
        "240.0.0.0/4",
    )
)


def places(texts: dict[Path, str], root: Path, pattern: re.Pattern[str]) -> list[str]:
    """file:line: match, for every match of the pattern."""
    return [
        f"{path.relative_to(root)}:{number}: {match.group()}"
        for path, text in texts.items()
        for number, line in enumerate(text.splitlines(), 1)
        for match in pattern.finditer(line)
    ]


def is_mask(address: str) -> bool:
    """Whether the address is a netmask or a wildcard mask: ones and zeros in one piece each."""
    bits = f"{int(ipaddress.IPv4Address(address)):032b}"
    return "01" not in bits or "10" not in bits


def test_no_path_of_one_machine(texts: dict[Path, str], root: Path) -> None:
    wrong = places(texts, root, MACHINE_PATH)
    assert not wrong, "\n".join(wrong)


def test_no_address_of_a_package_registry(texts: dict[Path, str], root: Path) -> None:
    wrong = places(texts, root, re.compile("|".join(map(re.escape, REGISTRIES))))
    assert not wrong, "\n".join(wrong)


def test_nothing_is_left_unfinished_or_waved_through(texts: dict[Path, str], root: Path) -> None:
    wrong = places(texts, root, UNFINISHED)
    assert not wrong, "\n".join(wrong)


def test_addresses_are_private_reserved_or_for_documentation(texts: dict[Path, str], root: Path) -> None:
    wrong = []
    for place in places({path: text for path, text in texts.items() if path.suffix != ".lock"}, root, ADDRESS):
        address = place.rsplit(" ", 1)[1]
        try:
            parsed = ipaddress.IPv4Address(address)
        except ValueError:
            continue  # a number above 255, or a version with leading zeros: no address
        if not any(parsed in network for network in OURS) and not is_mask(address):
            wrong.append(place)
    assert not wrong, "\n".join(wrong)


def test_text_ends_with_one_line_end_and_is_unix(texts: dict[Path, str], root: Path) -> None:
    # what a device printed is kept as it printed it
    written = {path: text for path, text in texts.items() if path.suffix not in (".cfg", ".txt") and text}
    wrong = [
        str(path.relative_to(root))
        for path, text in written.items()
        if "\r" in text or not text.endswith("\n") or text.endswith("\n\n")
    ]
    assert not wrong, "\n".join(wrong)
