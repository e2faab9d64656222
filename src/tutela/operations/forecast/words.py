"""What the report says: what a forecast is, how good it was, and what it cannot know."""

from __future__ import annotations

from tutela.engines.forecasts import MODEL, Simple
from tutela.engines.surveillance import LEAST_RECORDS
from tutela.operations.hotspots.asked import Unit
from tutela.operations.hotspots.periods import Periods
from tutela.operations.language import gettext as _
from tutela.operations.language import gettext_noop, ngettext, number, pgettext

ALL = "all cases"
"""What the one place is called in files where the table names none."""
NAMES = {
    MODEL: gettext_noop("this forecast"),
    Simple.LAST_YEAR.value: gettext_noop("same as last year"),
    Simple.SEASON.value: gettext_noop("the mean of this season in all years"),
    Simple.SO_FAR.value: gettext_noop("the mean so far"),
}
SHORT_NAMES = {
    Simple.LAST_YEAR.value: gettext_noop("Last year"),
    Simple.SEASON.value: gettext_noop("Season’s mean"),
    Simple.SO_FAR.value: gettext_noop("Mean so far"),
}
ANSWERS = gettext_noop(
    "How many cases will become known, place by place, if all goes on as it did: what each place always has "
    "at this time of the year, and what its own last counts add to it. It is a number to plan staff, beds "
    "and interpreters by. It says nothing about any person."
)
ANSWERS_NEAR = gettext_noop(
    "How many cases will become known, place by place, if all goes on as it did: what each place always has "
    "at this time of the year, and what its own last counts and those of the places beside it add to it. It "
    "is a number to plan staff, beds and interpreters by. It says nothing about any person."
)
LIMITS = (
    gettext_noop(
        "It foresees cases that become known, which measure the work of police, labour inspectors and "
        "organisations as much as trafficking. It never says how many people there are."
    ),
    gettext_noop(
        "It knows nothing that the counts do not say: a new law, a raid, a war, a hotline that closes. What "
        "has never happened before is in no interval."
    ),
    gettext_noop(
        "A place with a low number is not a safe place. Where nobody looks, nobody is found, and a forecast "
        "made from that is low again. Do not take staff from a place because of it."
    ),
    gettext_noop(
        "It is about places, never about a person, a group or a community, and no reason for a check or a "
        "search."
    ),
    gettext_noop(
        "What the parameters themselves are unsure of is not in the intervals: with short histories they are "
        "too narrow."
    ),
    gettext_noop("A year is 52 weeks here, so that the season moves by a day or two each year."),
)
TOO_NARROW = 0.7
SOURCE = (
    "Held, Höhle and Hofmann 2005, Statistical Modelling 5: 187-199, and Meyer and Held 2014, Annals of "
    "Applied Statistics 8: 1612-1639. Scores: Czado, Gneiting and Held 2009, Biometrics 65: 1254-1261."
)

# ---------------------------------------------------------------- of weeks and of months
ONE = {Unit.WEEK: gettext_noop("Week"), Unit.MONTH: gettext_noop("Month")}
BEFORE = {
    Unit.WEEK: gettext_noop(
        "Line: what had been forecast the week before, and after the upright line what is expected now."
    ),
    Unit.MONTH: gettext_noop(
        "Line: what had been forecast the month before, and after the upright line what is expected now."
    ),
}
MADE_OF = {
    Unit.WEEK: gettext_noop(
        "A count is expected to be what its place always has at that time of the year, and a part of what "
        "came in the weeks before."
    ),
    Unit.MONTH: gettext_noop(
        "A count is expected to be what its place always has at that time of the year, and a part of what "
        "came in the months before."
    ),
}
MEMORY = {
    Unit.WEEK: gettext_noop("{memory} (0: the last week alone)"),
    Unit.MONTH: gettext_noop("{memory} (0: the last month alone)"),
}
HOLES = {
    Unit.WEEK: gettext_noop(
        "This file writes 0 where there was nothing, so a week without a line is not known. Write its "
        "number, or look only at a time without holes: --from and --to."
    ),
    Unit.MONTH: gettext_noop(
        "This file writes 0 where there was nothing, so a month without a line is not known. Write its "
        "number, or look only at a time without holes: --from and --to."
    ),
}
_NO_LINE = {
    Unit.WEEK: gettext_noop("A week without a line in the file is taken as one without a case."),
    Unit.MONTH: gettext_noop("A month without a line in the file is taken as one without a case."),
}


def place_name(name: str) -> str:
    return pgettext("report", "all cases") if name == ALL else name


def to_come(count: int, unit: Unit) -> str:
    """What is forecast, as a title."""
    if unit is Unit.WEEK:
        says = ngettext("The next week", "The next {count} weeks", count)
    else:
        says = ngettext("The next month", "The next {count} months", count)
    return says.format(count=number(count))


def so_far_ahead(count: int, unit: Unit) -> str:
    """How a sentence begins that tells how good the forecast was."""
    if unit is Unit.WEEK:
        says = ngettext("One week ahead", "{count} weeks ahead", count)
    else:
        says = ngettext("One month ahead", "{count} months ahead", count)
    return says.format(count=number(count))


# ---------------------------------------------------------------- what a reader must know of the counts
def no_line(unit: Unit) -> str:
    return _(_NO_LINE[unit])


def no_receipt() -> str:
    return _(
        "When each case was received is not in the file. If reports come late, the last periods look too "
        "quiet, and so does the forecast. Add a column “received”."
    )


def no_delays() -> str:
    says = _(
        "Delays cannot be learned from fewer than {count} cases with both dates. Late reports are not "
        "allowed for."
    )
    return says.format(count=number(LEAST_RECORDS))


def late(count: int, unit: Unit) -> str:
    if unit is Unit.WEEK:
        says = ngettext(
            "Reports come late: the last week is not complete yet. It is not read but forecast, like those "
            "after it.",
            "Reports come late: the last {count} weeks are not complete yet. They are not read but "
            "forecast, like those after them.",
            count,
        )
    else:
        says = ngettext(
            "Reports come late: the last month is not complete yet. It is not read but forecast, like those "
            "after it.",
            "Reports come late: the last {count} months are not complete yet. They are not read but "
            "forecast, like those after them.",
            count,
        )
    return says.format(count=number(count))


def imported(count: int) -> str:
    says = ngettext(
        "Imports in bulk: {count} old case that was received with many others at once is left out, because "
        "other periods had no such import.",
        "Imports in bulk: {count} old cases that were received with many others at once are left out, "
        "because other periods had no such import.",
        count,
    )
    return says.format(count=number(count))


def half_month(periods: Periods, place: int) -> str:
    says = _("{month} had not ended when the file was made. It is forecast, not read.")
    return says.format(month=periods.begins(place))


def silence(periods: Periods, start: int, stop: int, cases: int) -> str:
    says = _(
        "Nothing at all from {when}, where about {cases} cases would be usual. If reports are missing there, "
        "a forecast learned from it is too low: begin after that time, with --from."
    )
    return says.format(when=periods.label(start, stop), cases=number(cases))
