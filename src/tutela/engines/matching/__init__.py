"""Matching without disclosure: two agencies learn whether they may know the same person, and nothing else."""
