# SPDX-License-Identifier: MIT
"""The filter ranges_at_exchange."""

from __future__ import annotations

from ansible_collections.fellesdrift.core.plugins.plugin_utils.filters import only
from ansible_collections.fellesdrift.core.plugins.plugin_utils.library import dialling

DOCUMENTATION = """
name: ranges_at_exchange
short_description: The ranges of extensions that an exchange has
version_added: "0.1.0"
author: the fellesdrift contributors
description:
  - All ranges in the order of the plan, each with its municipality; none is an empty list.
  - What the plan does not have is an error that shows what was asked for.
positional: plan, moved
options:
  _input:
    description: An exchange (V(san-meridian1)).
    type: str
    required: true
extends_documentation_fragment:
  - fellesdrift.core.numbering
  - fellesdrift.core.numbering.moved
"""

EXAMPLES = """
# gives one range, 4800 to 4999
- name: Show what the second shared exchange has
  ansible.builtin.debug:
    msg: "{{ 'drm-succession2' | fellesdrift.core.ranges_at_exchange(fellesdrift_numbering) }}"
"""

RETURN = """
_value:
  description: Name, first, last and municipality of each.
  type: list
  sample:
    - {name: drammen_reserve, first: "4800", last: "4999", municipality: drammen}
"""

FilterModule = only(dialling.ranges_at_exchange)
