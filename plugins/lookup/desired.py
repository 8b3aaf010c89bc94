"""The desired resources of the current host: see DOCUMENTATION."""

from __future__ import annotations

from typing import Any

from ansible.errors import AnsibleLookupError
from ansible.plugins.lookup import LookupBase
from ansible_collections.fellesdrift.core.plugins.plugin_utils.estate import completed_with, estate_of, roles_path

from fellesdrift.compose import compose
from fellesdrift.errors import FellesdriftError, FellesdriftErrors
from fellesdrift.estate.places import project_dir

DOCUMENTATION = """
name: desired
short_description: The desired resources of the current host
version_added: 0.1.0
author: the fellesdrift contributors
description:
  - Composes the fragments of the roles whose stages are completed, from the inventory and the estate's journal, and
    gives the resources in the form that M(fellesdrift.core.network_device) takes.
  - Always one element; an empty mapping where nothing is claimed.
options:
  _terms:
    description: Not used.
  role:
    description: A role whose stage is taken as completed by O(municipalities), besides those in the journal.
    type: str
  municipalities:
    description: The municipalities that are taken to have completed the stage of O(role).
    type: list
    elements: str
    default: []
"""

EXAMPLES = """
- name: Show what this host should be, at the stages that are completed
  ansible.builtin.debug:
    msg: "{{ lookup('fellesdrift.core.desired') }}"
"""

RETURN = """
_raw:
  description: kind -> key -> attribute -> value.
  type: list
  elements: dict
"""


class LookupModule(LookupBase):
    """compose() for the current host."""

    def run(self, terms: list[Any], variables: dict[str, Any] | None = None, **kwargs: Any) -> list[Any]:
        """One element: the resources."""
        self.set_options(var_options=variables, direct=kwargs)
        variables = variables or {}
        try:
            estate = estate_of(variables)
            done = completed_with(estate, self.get_option("role"), self.get_option("municipalities"))
            roles = roles_path(project_dir(estate.inventory_dir))
            return [compose(str(variables["inventory_hostname"]), estate, done, roles)]
        except (FellesdriftError, FellesdriftErrors) as error:
            raise AnsibleLookupError(str(error)) from error
