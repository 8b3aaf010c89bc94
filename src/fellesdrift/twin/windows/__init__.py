"""Simulated Windows Server 2003 hosts behind WS-Management, written without looking at the client that they check."""
