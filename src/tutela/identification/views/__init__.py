"""Pages of this stage, for the caseworker and for the authority that decides."""
