"""The daily scan: many short visits to home pages over days, kept as a series. Fetches and records; judges nothing."""
