"""Lists of cases, of one colleague's day, and of a whole caseload."""
