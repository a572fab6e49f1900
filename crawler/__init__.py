"""Fetch and read: site list -> archive -> facts."""
