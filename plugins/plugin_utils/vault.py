"""What is said when a run has no vault password that opens a secret of one of its hosts."""

from __future__ import annotations

from ansible.parsing.vault import VaultSecretsContext
from ansible_collections.fellesdrift.core.plugins.plugin_utils.library import require_library

from fellesdrift.errors import FellesdriftError

require_library()

# Ansible resolves the login of every host of a task before the task's own code runs: its words are all there is to see.
_CLOSED = ("undecryptable variable", "no vault secrets")


def closed_secret(message: str, host: str) -> FellesdriftError | None:
    """FD934 for what Ansible says of a value that it cannot decrypt; None for anything else."""
    if not any(words in message for words in _CLOSED):
        return None
    context = VaultSecretsContext.current(optional=True)
    given = sorted({name for name, _ in context.secrets}) if context else []
    return FellesdriftError(
        "FD934",
        "a secret of this host cannot be opened; nothing was sent to it",
        host=host,
        found=f"vault passwords of {', '.join(given)}" if given else "a run without a vault password",
        expected="the vault password of the municipality whose host it is",
        next_step="see which ids a run needs (docs/secrets.md), then scripts/vault-password-client --identities",
    )
