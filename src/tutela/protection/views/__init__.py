"""Pages of a case, of a colleague's day, and of a supervisor's watch."""
