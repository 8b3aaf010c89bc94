"""Stages, gates, journal and lease: one municipality moved at a time, recorded before it is done."""
