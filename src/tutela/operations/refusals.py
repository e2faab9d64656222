"""An operation that will not go on, with a sentence that says why and what to do."""


class Refused(Exception):
    """Printed to the operator as it is; the exit code is 1."""
