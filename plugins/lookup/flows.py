"""The zone policy's rows that decide at the current host: see DOCUMENTATION."""

from __future__ import annotations

from typing import Any

from ansible.errors import AnsibleLookupError
from ansible.plugins.lookup import LookupBase
from ansible_collections.fellesdrift.core.plugins.plugin_utils.estate import completed_with, estate_of

from fellesdrift.cutover.flows import flows_of
from fellesdrift.errors import FellesdriftError, FellesdriftErrors
from fellesdrift.policy import ROLE

DOCUMENTATION = """
name: flows
short_description: The rows of the zone policy that decide at the current host
version_added: 0.1.0
author: the fellesdrift contributors
description:
  - The zone policy, with what already crosses a municipal border before it, on addresses and in the form that
    M(fellesdrift.core.network_device) takes as O(fellesdrift.core.network_device#module:flows).
  - Always one element, a list; it is empty for a host that is no firewall of the policy.
options:
  _terms:
    description: Not used.
  municipalities:
    description: Municipalities that are taken to be under the policy, besides those whose stage is done.
    type: list
    elements: str
    default: []
"""

EXAMPLES = """
- name: Hold a zone firewall against the policy, and change nothing
  fellesdrift.core.network_device:
    state: gathered
    flows: "{{ lookup('fellesdrift.core.flows') }}"
"""

RETURN = """
_raw:
  description: The rows, in the order in which they decide.
  returned: always
  type: list
  elements: list
"""


class LookupModule(LookupBase):
    """flows_of() for the current host."""

    def run(self, terms: list[Any], variables: dict[str, Any] | None = None, **kwargs: Any) -> list[Any]:
        """One element: the rows."""
        self.set_options(var_options=variables, direct=kwargs)
        variables = variables or {}
        try:
            estate = estate_of(variables)
            done = completed_with(estate, ROLE, self.get_option("municipalities"))
            host = str(variables["inventory_hostname"])
            return [flows_of(estate, done, [host]).get(host, [])]
        except (FellesdriftError, FellesdriftErrors) as error:
            raise AnsibleLookupError(str(error)) from error
