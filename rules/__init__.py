"""Judge: facts -> findings. No network, no clock, no HTML, no database."""
