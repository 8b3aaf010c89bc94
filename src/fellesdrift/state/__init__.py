"""Resource kinds of each kind of device: read, compare, the steps between, the predicted outcome."""
