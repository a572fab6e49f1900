"""Conclude: findings -> scores, comparison, reports, and the ``gongkai`` command."""
