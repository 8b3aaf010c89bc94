# SPDX-License-Identifier: MIT
"""The filter route_towards."""

from __future__ import annotations

from ansible_collections.fellesdrift.core.plugins.plugin_utils.filters import only
from ansible_collections.fellesdrift.core.plugins.plugin_utils.library import dialling

DOCUMENTATION = """
name: route_towards
short_description: The route by which one exchange reaches another
version_added: "0.1.0"
author: the fellesdrift contributors
description:
  - The first route of the way over the fewest lines.
  - What the plan does not have is an error that shows what was asked for.
positional: plan, other
options:
  _input:
    description: An exchange (V(san-meridian1)).
    type: str
    required: true
  other:
    description: The exchange to be reached (V(drm-succession1)).
    type: str
    required: true
extends_documentation_fragment:
  - fellesdrift.core.numbering
"""

EXAMPLES = """
# gives 11
- name: Show the way to the shared exchange
  ansible.builtin.debug:
    msg: "{{ 'drm-meridian1' | fellesdrift.core.route_towards(fellesdrift_numbering, 'drm-succession1') }}"
"""

RETURN = """
_value:
  description: The number of the route.
  type: int
  sample: 11
"""

FilterModule = only(dialling.route_towards)
