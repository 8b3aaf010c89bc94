# SPDX-License-Identifier: MIT
"""The filter ranges_of_municipality."""

from __future__ import annotations

from ansible_collections.fellesdrift.core.plugins.plugin_utils.filters import only
from ansible_collections.fellesdrift.core.plugins.plugin_utils.library import dialling

DOCUMENTATION = """
name: ranges_of_municipality
short_description: The ranges of extensions of a municipality
version_added: "0.1.0"
author: the fellesdrift contributors
description:
  - All ranges in the order of the plan, each with the exchange that has it.
  - What the plan does not have is an error that shows what was asked for.
positional: plan, moved
options:
  _input:
    description: A municipality (V(drammen)).
    type: str
    required: true
extends_documentation_fragment:
  - fellesdrift.core.numbering
  - fellesdrift.core.numbering.moved
"""

EXAMPLES = """
# gives a list of two ranges
- name: Show where Svelvik has its numbers
  ansible.builtin.debug:
    msg: "{{ 'svelvik' | fellesdrift.core.ranges_of_municipality(fellesdrift_numbering) }}"
"""

RETURN = """
_value:
  description: Name, first, last and exchange of each.
  type: list
  sample:
    - {name: svelvik_town_hall, first: "5000", last: "5019", exchange: svv-meridian1}
    - {name: svelvik, first: "5020", last: "5499", exchange: svv-meridian1}
"""

FilterModule = only(dialling.ranges_of_municipality)
