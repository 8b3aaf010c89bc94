"""Lab passwords and an inventory of encrypted lab values, to try Ansible Vault with: made by the machine itself."""

from __future__ import annotations

import os
import secrets
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

import yaml

from vaulting.blocks import encrypt, variable

ROOT = Path(__file__).resolve().parents[2]
PLACE = ROOT / "build" / "vault-example"
SOURCE = ROOT / "inventories" / "production"
_HOSTS = "---\n# Adds variables to the groups of another inventory, when it is given after that one.\n"
# Ansible asks for the user name at every task: an encrypted one would be needed for every host of a run
_PLAIN = "vault_device_user"
# variable of the estate's convention -> the variable that the twin's inventory has in plain text
_OF_TWIN = {
    "vault_device_user": "ansible_user",
    "vault_device_password": "ansible_password",
    "vault_device_enable": "ansible_become_password",
}


def make(place: Path = PLACE) -> str:
    """Passwords and inventory, once. In one piece: two set-ups at a time leave one whole example."""
    if place.is_dir():
        return f"{_shown(place)} is there already"
    place.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=".vault-example-", dir=place.parent))
    names = _municipalities()
    children = "".join(f"    {name}: {{}}\n" for name in names)
    _write(draft / "inventory" / "hosts.yml", f"{_HOSTS}all:\n  children:\n{children}")
    for name in names:
        values = {
            "vault_device_user": "fellesdrift",
            "vault_device_password": secrets.token_urlsafe(18),
            "vault_device_enable": secrets.token_urlsafe(18),
        }
        _write(draft / "inventory" / "group_vars" / name / "vault.yml", _vaulted(name, _password(draft, name), values))
    try:
        draft.rename(place)
    except OSError:
        shutil.rmtree(draft)
    return f"made {_shown(place)}: lab passwords and encrypted lab values of {', '.join(names)}"


def seal_twin(twin: Path, place: Path = PLACE) -> str:
    """Move a twin's credentials from its plain files into its groups, encrypted for each municipality."""
    make(place)
    credentials: dict[str, str] = {}
    for path in sorted((twin / "host_vars").glob("*/zz_twin.yml")):
        variables = yaml.safe_load(path.read_text(encoding="utf-8"))
        if not variables.get("ansible_password"):
            continue  # sealed already, or a host that is not simulated and has no login
        credentials |= {ours: variables[theirs] for ours, theirs in _OF_TWIN.items() if theirs in variables}
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
        kept = [line for line in lines if line.split(":", 1)[0] not in _OF_TWIN.values()]
        _write(path, "".join(kept))
    if not credentials:
        return f"{twin}: no credentials in plain text (any more)"
    names = _municipalities()
    for name in names:
        text = _vaulted(name, _password(place, name), credentials)
        _write(twin / "group_vars" / name / "zz_vault.yml", text)
    return f"{twin}: the credentials are encrypted for {', '.join(names)}, and in plain text nowhere"


def _shown(place: Path) -> str:
    return str(place.relative_to(ROOT) if place.is_relative_to(ROOT) else place)


def _municipalities() -> list[str]:
    text = (SOURCE / "group_vars" / "all" / "municipalities.yml").read_text(encoding="utf-8")
    return list(yaml.safe_load(text)["fellesdrift_municipalities"])


def _password(place: Path, name: str) -> str:
    """The lab password of a vault id; made when it is not there."""
    path = place / "passwords" / name
    if not path.exists():
        _write(path, secrets.token_urlsafe(24) + "\n")
    return path.read_text(encoding="utf-8").strip()


def _vaulted(vault_id: str, password: str, values: Mapping[str, str]) -> str:
    text = "---\n"
    for name, value in values.items():
        text += f"{name}: {value}\n" if name == _PLAIN else variable(name, encrypt(value, vault_id, password))
    return text


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
