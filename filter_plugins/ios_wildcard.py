# SPDX-License-Identifier: MIT
"""The filter ios_wildcard."""

from __future__ import annotations

from ansible_collections.fellesdrift.core.plugins.plugin_utils.filters import only
from ansible_collections.fellesdrift.core.plugins.plugin_utils.library import addresses

DOCUMENTATION = """
name: ios_wildcard
short_description: The wildcard mask of a prefix as IOS writes it
version_added: "0.1.0"
author: the fellesdrift contributors
description:
  - The inverted mask in dotted form, as access lists want it.
  - Anything else is an error that shows the text that was found.
options:
  _input:
    description: A prefix (V(10.61.0.0/16)) or an address with its length (V(10.61.0.1/16)).
    type: str
    required: true
"""

EXAMPLES = """
# gives 0.0.255.255
- name: Show the wildcard of a prefix
  ansible.builtin.debug:
    msg: "{{ '10.61.0.0/16' | fellesdrift.core.ios_wildcard }}"
"""

RETURN = """
_value:
  description: The text as IOS writes it.
  type: str
  sample: "0.0.255.255"
"""

FilterModule = only(addresses.ios_wildcard)
