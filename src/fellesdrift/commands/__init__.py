"""The commands of `fellesdrift` that have no room of their own: one file each, thin over the library."""
