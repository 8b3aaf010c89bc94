# SPDX-License-Identifier: MIT
"""The filter steering_codes."""

from __future__ import annotations

from ansible_collections.fellesdrift.core.plugins.plugin_utils.filters import only
from ansible_collections.fellesdrift.core.plugins.plugin_utils.library import dialling

DOCUMENTATION = """
name: steering_codes
short_description: The steering codes that an exchange needs towards the others
version_added: "0.1.0"
author: the fellesdrift contributors
description:
  - The shortest codes with which exactly the extensions of the other exchanges begin.
  - A range that moves keeps its codes; only their exchange and route change.
  - What the plan does not have is an error that shows what was asked for.
positional: plan, moved, elsewhere
options:
  _input:
    description: An exchange (V(san-meridian1)).
    type: str
    required: true
  elsewhere:
    description:
      - Extensions that an exchange has against their range, with that exchange, such as a first set that moves alone.
      - The codes of their range are split around them.
    type: dict
    default: {}
extends_documentation_fragment:
  - fellesdrift.core.numbering
  - fellesdrift.core.numbering.moved
"""

EXAMPLES = """
# gives these codes, and those of the other ranges
- name: Show what the second shared exchange dials to whom
  ansible.builtin.debug:
    msg: "{{ 'drm-succession2' | fellesdrift.core.steering_codes(fellesdrift_numbering) }}"
"""

RETURN = """
_value:
  description: For each code the exchange that has the numbers, and the first route towards it.
  type: dict
  sample:
    "2": {exchange: drm-meridian1, route: 10}
    "40": {exchange: drm-succession1, route: 10}
    "8": {exchange: roy-meridian1, route: 10}
"""

FilterModule = only(dialling.steering_codes)
