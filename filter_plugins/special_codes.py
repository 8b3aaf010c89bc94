# SPDX-License-Identifier: MIT
"""The filter special_codes."""

from __future__ import annotations

from ansible_collections.fellesdrift.core.plugins.plugin_utils.filters import only
from ansible_collections.fellesdrift.core.plugins.plugin_utils.library import dialling

DOCUMENTATION = """
name: special_codes
short_description: The special numbers as an exchange has them
version_added: "0.1.0"
author: the fellesdrift contributors
description:
  - Emergency numbers and the outside code have the route to the public network, a service number the route towards its
    exchange, and none where it rings.
  - What the plan does not have is an error that shows what was asked for.
positional: plan
options:
  _input:
    description: An exchange (V(san-meridian1)).
    type: str
    required: true
extends_documentation_fragment:
  - fellesdrift.core.numbering
"""

EXAMPLES = """
# gives all special numbers
- name: Show what leads outside
  ansible.builtin.debug:
    msg: "{{ 'san-meridian1' | fellesdrift.core.special_codes(fellesdrift_numbering) }}"
"""

RETURN = """
_value:
  description: For each number its kind, its exchange and its route.
  type: dict
  sample:
    "110": {kind: emergency, exchange: null, route: 1}
    "112": {kind: emergency, exchange: null, route: 1}
    "113": {kind: emergency, exchange: null, route: 1}
    "0": {kind: outside, exchange: null, route: 1}
    "99": {kind: attendant, exchange: null, route: null}
    "1700": {kind: service, exchange: drm-meridian1, route: 10}
"""

FilterModule = only(dialling.special_codes)
