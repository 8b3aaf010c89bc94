"""The show commands, one file per subject."""
