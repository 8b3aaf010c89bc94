"""The twin: protocol-true simulated devices, built from any inventory."""
