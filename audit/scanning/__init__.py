"""The daily scan as people use it: its columns, its report, its alerts, and its part in an inspection."""
