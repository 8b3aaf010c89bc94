"""A new vault password for a municipality's values, whether a file is encrypted as a whole or value by value."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from fellesdrift.vault.passwords import NEW, OLD, UnfitPasswordError, folder, password
from vaulting.blocks import decrypt, encrypt, replace, variable_files


def rekey(vault_id: str, inventory: Path) -> str:
    """Encrypt everything of that id with the password in the file `<id>.new`, then make that file the id's own.

    Nothing is written before everything could be read, each file is replaced at once, and what the new password opens
    already is left alone: a run that was cut off is finished by the same command. The old password stays as `<id>.old`,
    for what was encrypted with it elsewhere (a branch, a backup).
    """
    old, new = password(vault_id), password(vault_id + NEW)
    count = 0

    def renewed(path: Path, cipher: str) -> str:
        nonlocal count
        if decrypt(cipher, vault_id, new) is not None:
            return cipher
        plain = decrypt(cipher, vault_id, old)
        if plain is None:
            raise UnfitPasswordError(vault_id, path)
        count += 1
        return encrypt(plain, vault_id, new)

    changed: dict[Path, str] = {}
    for path in variable_files(inventory):
        text = path.read_text(encoding="utf-8")
        after = replace(text, vault_id, partial(renewed, path))
        if after != text:
            changed[path] = after
    for path, text in changed.items():
        draft = path.with_name(f".{path.name}.partial")
        draft.write_text(text, encoding="utf-8")
        draft.chmod(path.stat().st_mode & 0o777)
        draft.replace(path)
    keys = folder()
    (keys / vault_id).replace(keys / (vault_id + OLD))
    (keys / (vault_id + NEW)).replace(keys / vault_id)
    return f"{vault_id}: {count} values in {len(changed)} files; the old password is {keys / (vault_id + OLD)}"
