"""The collection stands on the library of the same version; another version is one clear error, not a traceback.

Importing this module checks it. Every plugin imports it before it imports the library (sorted imports put it there);
a filter, which needs nothing else, takes the functions that it is made of from here.
"""

from __future__ import annotations

from pathlib import Path

import yaml
from ansible.errors import AnsibleError

__all__ = ["COLLECTION", "addresses", "collection_version", "dialling", "require_library"]

COLLECTION = Path(__file__).parents[2]


def collection_version() -> str:
    """The version of this collection, from its MANIFEST.json where it was installed, else from its galaxy.yml."""
    manifest, source = COLLECTION / "MANIFEST.json", COLLECTION / "galaxy.yml"
    if not manifest.is_file() and not source.is_file():  # loaded through the links of a clone
        source = COLLECTION / "collections/ansible_collections/fellesdrift/core/galaxy.yml"
    data = yaml.safe_load((manifest if manifest.is_file() else source).read_text(encoding="utf-8"))
    return str((data.get("collection_info") or data)["version"])


def require_library() -> None:
    """AnsibleError (FD650) when the library is missing from Ansible's Python, or is of another version."""
    wanted = collection_version()
    try:
        from fellesdrift import __version__ as found
    except ImportError as error:
        raise AnsibleError(_text(wanted, f"not importable ({error})")) from error
    if found != wanted:
        raise AnsibleError(_text(wanted, f"fellesdrift {found}"))


def _text(wanted: str, found: str) -> str:
    return (
        "FD650: the collection fellesdrift.core and the library fellesdrift do not fit together\n"
        f"  found:    {found}\n"
        f"  expected: fellesdrift {wanted} in the Python that runs Ansible\n"
        f"  next:     pip install fellesdrift=={wanted}, or install the collection of the library's version"
    )


require_library()

from fellesdrift.estate import addresses, dialling
