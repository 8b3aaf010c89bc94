"""The passwords of Ansible Vault: one for each municipality, each in a file that only its holder can read."""
