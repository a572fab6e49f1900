"""Reports: templates over plain data."""
