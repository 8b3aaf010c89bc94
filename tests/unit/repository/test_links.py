"""Every link of the documentation leads to a file, and to a heading of it, that exists."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import unquote

FENCE = re.compile(r"^(```|~~~).*?^\1", re.MULTILINE | re.DOTALL)
INLINE_CODE = re.compile(r"`[^`\n]*`")
LINK = re.compile(r"!?\[[^\]]*\]\(\s*<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\s*\)")
REFERENCE = re.compile(r"^\[[^\]]+\]:\s+(\S+)", re.MULTILINE)
HEADING = re.compile(r"^#{1,6}\s+(.+?)\s*#*$", re.MULTILINE)


def anchors(path: Path) -> set[str]:
    """The anchors of a page's headings, as the usual viewers of Markdown make them."""
    found: set[str] = set()
    for heading in HEADING.findall(FENCE.sub("", path.read_text(encoding="utf-8"))):
        plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).replace("`", "").replace("*", "")
        slug = re.sub(r"[^\w\- ]", "", plain.lower()).replace(" ", "-")
        unique, number = slug, 0
        while unique in found:
            number += 1
            unique = f"{slug}-{number}"
        found.add(unique)
    return found


def broken(page: Path, target: str) -> bool:
    """Whether a link of the page leads nowhere; links to other sites are not followed."""
    if re.match(r"[a-z]+:", target):
        return False
    name, _, anchor = unquote(target).partition("#")
    path = page if not name else (page.parent / name)
    if not path.exists():
        return True
    return bool(anchor) and path.suffix == ".md" and anchor not in anchors(path)


def test_every_link_leads_somewhere(texts: dict[Path, str], root: Path) -> None:
    pages = {path: text for path, text in texts.items() if path.suffix == ".md"}
    assert root / "README.md" in pages
    wrong = []
    for page, text in pages.items():
        prose = INLINE_CODE.sub("``", FENCE.sub("", text))
        for target in [*LINK.findall(prose), *REFERENCE.findall(prose)]:
            if broken(page, target):
                wrong.append(f"{page.relative_to(root)}: {target}")
    assert wrong == []


def test_every_page_of_docs_can_be_reached_from_the_readme(texts: dict[Path, str], root: Path) -> None:
    pages = {path for path in texts if path.suffix == ".md" and root / "docs" in path.parents}
    reached, waiting = set(), [root / "README.md"]
    while waiting:
        page = waiting.pop()
        for target in LINK.findall(INLINE_CODE.sub("``", FENCE.sub("", texts[page]))):
            path = (page.parent / unquote(target).partition("#")[0]).resolve()
            found = sorted(path.glob("*.md")) if path.is_dir() else [path]
            for other in found:
                if other in texts and other.suffix == ".md" and other not in reached:
                    reached.add(other)
                    waiting.append(other)
    assert sorted(str(path.relative_to(root)) for path in pages - reached) == []
