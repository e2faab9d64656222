"""The library of law as people read it: searched, browsed, compared between states and between two days."""
