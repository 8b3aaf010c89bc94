# SPDX-License-Identifier: MIT
"""The filter exchange_of_extension."""

from __future__ import annotations

from ansible_collections.fellesdrift.core.plugins.plugin_utils.filters import only
from ansible_collections.fellesdrift.core.plugins.plugin_utils.library import dialling

DOCUMENTATION = """
name: exchange_of_extension
short_description: The exchange that has an extension
version_added: "0.1.0"
author: the fellesdrift contributors
description:
  - The exchange of the range that the extension is in.
  - What the plan does not have is an error that shows what was asked for.
positional: plan, moved
options:
  _input:
    description: An extension (V(6001)).
    type: str
    required: true
extends_documentation_fragment:
  - fellesdrift.core.numbering
  - fellesdrift.core.numbering.moved
"""

EXAMPLES = """
# gives drm-succession1
- name: Show who has a number once Sande has been moved
  ansible.builtin.debug:
    msg: "{{ '6001' | fellesdrift.core.exchange_of_extension(fellesdrift_numbering, ['sande']) }}"
"""

RETURN = """
_value:
  description: The name of the host.
  type: str
  sample: drm-succession1
"""

FilterModule = only(dialling.exchange_of_extension)
