"""Pages of a person's rights, of one right, of what is asked, on paper; and the library of law."""

from tutela.rights.views.answers import answers
from tutela.rights.views.compare import (
    library_compare,
    library_compare_csv,
    library_compare_xlsx,
    library_differences,
)
from tutela.rights.views.library import (
    library,
    library_entry,
    library_instrument,
    library_right,
    library_state,
)
from tutela.rights.views.listed import confirm, gone_through, rights, update
from tutela.rights.views.one import extend, look, right, see_late
from tutela.rights.views.paper import for_the_person, sheet

__all__ = [
    "answers",
    "confirm",
    "extend",
    "for_the_person",
    "gone_through",
    "library",
    "library_compare",
    "library_compare_csv",
    "library_compare_xlsx",
    "library_differences",
    "library_entry",
    "library_instrument",
    "library_right",
    "library_state",
    "look",
    "right",
    "rights",
    "see_late",
    "sheet",
    "update",
]
