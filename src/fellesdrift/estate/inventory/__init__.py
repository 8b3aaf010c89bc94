"""From an Ansible inventory to the estate: the one room of the library that knows Ansible."""
