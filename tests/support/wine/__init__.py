"""Wine as a Windows of 2003 behind WS-Man: a host whose answers nobody here wrote."""
