"""Ansible's vault password client: called with `--vault-id NAME` it prints that id's password, and nothing else.

Exit codes are Ansible's: 2 says that there is no password for this id, any other than 0 that something is wrong.
`--identities` prints the ids that this operator has passwords for, as ANSIBLE_VAULT_IDENTITY_LIST takes them.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from fellesdrift.errors import FellesdriftError
from fellesdrift.vault.passwords import NoPasswordError, identities, password

NO_SUCH_ID = 2
FAILED = 1


def main(arguments: Sequence[str] | None = None) -> int:
    """Answer one request; the exit code."""
    parser = argparse.ArgumentParser(prog="vault-password-client", description="Vault passwords, one a municipality.")
    parser.add_argument("--program", help=argparse.SUPPRESS, default="vault-password-client")
    wanted = parser.add_mutually_exclusive_group(required=True)
    wanted.add_argument("--vault-id", metavar="NAME", help="print this id's password")
    wanted.add_argument("--identities", action="store_true", help="print the value of ANSIBLE_VAULT_IDENTITY_LIST")
    given = parser.parse_args(arguments)
    try:
        if given.identities:
            text = ",".join(f"{name}@{given.program}" for name in identities())
        else:
            text = password(given.vault_id)
    except NoPasswordError as error:
        print(error, file=sys.stderr)
        return NO_SUCH_ID
    except FellesdriftError as error:
        print(error, file=sys.stderr)
        return FAILED
    print(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
