"""`scripts/vault rekey MUNICIPALITY [-i INVENTORY]`, `scripts/vault example [--twin FOLDER]`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from fellesdrift.errors import FellesdriftError


def main() -> int:
    """Run one command; the exit code."""
    parser = argparse.ArgumentParser(prog="scripts/vault", description="Encrypted values of an estate.")
    commands = parser.add_subparsers(dest="command", required=True)
    rekeying = commands.add_parser("rekey", help="a new vault password for a municipality's values")
    rekeying.add_argument("municipality")
    rekeying.add_argument("-i", "--inventory", type=Path, default=Path("inventories/production"))
    trying = commands.add_parser("example", help="lab passwords to try it with, made on this machine")
    trying.add_argument("--twin", type=Path, help="encrypt the credentials of the twin whose inventory lies here")
    trying.add_argument("--place", type=Path, help="where the example lies, if not in build/vault-example")
    given = parser.parse_args()
    try:
        if given.command == "rekey":
            from vaulting.rekey import rekey

            print(rekey(given.municipality, given.inventory))
        else:
            from vaulting.example import PLACE, make, seal_twin

            place = given.place or PLACE
            print(seal_twin(given.twin, place) if given.twin else make(place))
    except FellesdriftError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
