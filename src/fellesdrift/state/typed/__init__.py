"""What the typed resources of Windows hosts and of exchanges have in common: kinds with attributes and claims, desired
data checked, differences and the three-way comparison. Each family has a catalogue of kinds, which is handed in."""
