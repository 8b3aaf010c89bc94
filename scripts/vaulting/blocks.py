"""Values encrypted with Ansible Vault in a text: made, found, replaced."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from ansible.parsing.vault import AnsibleVaultError, VaultLib, VaultSecret

# a header and its lines of hexadecimal digits, wherever they stand in a line: a whole file, or a block of YAML
_CIPHER = re.compile(
    r"^(?P<indent>[ ]*)\$ANSIBLE_VAULT;1\.[12];AES256(?:;(?P<id>[^\n]+))?\n(?:[ ]*[0-9a-f]+\n?)+", re.MULTILINE
)
_INDENT = " " * 2


def secret_of(password: str) -> VaultSecret:
    """A password as Ansible takes it."""
    return VaultSecret(password.encode())


def encrypt(plain: str, vault_id: str, password: str) -> str:
    """The cipher text, with the id in its header."""
    secret = secret_of(password)
    return VaultLib([(vault_id, secret)]).encrypt(plain, secret=secret, vault_id=vault_id).decode()


def decrypt(cipher: str, vault_id: str, password: str) -> str | None:
    """The plain text; None when the password does not fit."""
    try:
        return VaultLib([(vault_id, secret_of(password))]).decrypt(cipher.encode()).decode()
    except AnsibleVaultError:
        return None


def variable(name: str, cipher: str) -> str:
    """A variable of a YAML file."""
    lines = "\n".join(_INDENT + line for line in cipher.strip().splitlines())
    return f"{name}: !vault |\n{lines}\n"


def replace(text: str, vault_id: str, new: Callable[[str], str]) -> str:
    """`text` with every cipher text of that id replaced by what `new` makes of it; the indentation is kept."""

    def one(match: re.Match[str]) -> str:
        if match["id"] != vault_id:
            return match.group()
        lines = [line.strip() for line in match.group().strip().splitlines()]
        return "".join(f"{match['indent']}{line}\n" for line in new("\n".join(lines) + "\n").strip().splitlines())

    return _CIPHER.sub(one, text)


def variable_files(inventory: Path) -> list[Path]:
    """Every file of an inventory that may hold encrypted values."""
    folders = (inventory / "group_vars", inventory / "host_vars")
    return sorted(path for folder in folders for path in folder.rglob("*") if path.is_file())
