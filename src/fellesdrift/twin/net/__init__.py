"""The wires between simulated devices: who reaches whom, as the configurations say."""
