"""An IOS-like device: grammar, configuration, rendering, show commands and the command line itself."""
