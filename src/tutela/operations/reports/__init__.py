"""What the commands that calculate share: reading tables, and writing a report that stands alone."""
