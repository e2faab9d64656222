"""Legal time limits: when something is due in a place, whether it is late, and how much time is left."""

from tutela.engines.clocks.calendars import (
    Calendar,
    CountryCalendar,
    Coverage,
    country_calendar,
    working_days_between,
)
from tutela.engines.clocks.limits import (
    EndRule,
    Length,
    Pause,
    Rules,
    Unit,
    due,
    due_with_pauses,
    later_of,
    warning_moment,
)
from tutela.engines.clocks.states import ClockState, Remaining, remaining, status

__all__ = [
    "Calendar",
    "ClockState",
    "CountryCalendar",
    "Coverage",
    "EndRule",
    "Length",
    "Pause",
    "Remaining",
    "Rules",
    "Unit",
    "country_calendar",
    "due",
    "due_with_pauses",
    "later_of",
    "remaining",
    "status",
    "warning_moment",
    "working_days_between",
]
