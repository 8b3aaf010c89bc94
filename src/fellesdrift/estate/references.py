"""What a record names must be there: one way to say that it is not, with the name that was probably meant."""

from __future__ import annotations

from fellesdrift.estate import addresses, names
from fellesdrift.estate.draft import Draft, KeyPath

_ONE = {"municipalities": "municipality", "roles": "role of a person"}


def refers(draft: Draft, section: str, code: str, name: str | None, path: KeyPath, *, host: str | None = None) -> bool:
    """Whether `name` is declared in `section`; notes the error when it is not. None refers to nothing and is right."""
    known = draft.names(section)
    if name is None or name in known or section not in draft.declared:
        # A section that is missing as a whole has been told once.
        return True
    word = _ONE.get(section, section.removesuffix("s"))
    draft.refuse(
        code,
        f"There is no {word} {name!r}.",
        path,
        host=host,
        found=name,
        expected=names.one_of(known),
        next_step=names.did_you_mean(name, known),
    )
    return False


def provides(draft: Draft, name: str | None, what: str, path: KeyPath) -> None:
    """Notes FD115 when `name` is no municipality, no external and no host of one. `what`: "provide the service"."""
    providers = [*draft.names("municipalities"), *draft.names("externals"), *draft.names("external_hosts")]
    if name is not None and name not in providers:
        draft.refuse(
            "FD115",
            f"Nobody called {name!r} is there to {what}.",
            path,
            found=name,
            expected=f"a municipality, an external or a host of one; {names.one_of(providers)}",
            next_step=names.did_you_mean(name, providers),
        )


def in_link(draft: Draft, link: str, address: str, path: KeyPath, code: str, *, host: str | None = None) -> None:
    """The address is one that a host on that link can have: inside, neither the network's own nor its broadcast."""
    if link not in draft.links:
        return
    prefix = draft.links[link].prefix
    network = addresses.network(prefix)
    inside = addresses.contains(prefix, address)
    reserved = network.prefixlen < 31 and address in (str(network.network_address), str(network.broadcast_address))
    if not inside or reserved:
        draft.refuse(
            code,
            f"The address is not {'one for a host' if inside else 'in the prefix'} of link {link!r}.",
            path,
            host=host,
            found=address,
            expected=f"a host's address in {prefix}",
        )
