"""What the report says: what each method answers, what it assumes, and what no warning can know."""

from __future__ import annotations

from tutela.operations.early_warning.asked import Method
from tutela.operations.early_warning.reading import ALL
from tutela.operations.hotspots.asked import Unit
from tutela.operations.language import gettext as _
from tutela.operations.language import gettext_noop, pgettext

ANSWERS = {
    Method.NOUFAILY: gettext_noop(
        "Is this week above what the same part of earlier years, and their trend, let expect? Weeks that "
        "look like past outbreaks count less, and the last 26 weeks not at all, so that what begins slowly "
        "is not learned as usual."
    ),
    Method.FARRINGTON: gettext_noop(
        "Is this week above the same seven weeks of earlier years? The method of 1996; the flexible one that "
        "followed it gives fewer false alarms."
    ),
    Method.CUSUM: gettext_noop(
        "Has a small rise lasted? Each week adds how much likelier it is with half as many cases again than "
        "expected; a sum that reaches its limit is an alarm, and begins anew. The bound is the count that "
        "would have reached the limit that week."
    ),
    Method.CHANGE_POINT: gettext_noop(
        "Is this period above the level that the series has had since it last changed? It needs no years to "
        "look back on. It knows no seasons, and takes the counts of one level to scatter by chance alone: "
        "what comes in waves gives more false alarms than were chosen."
    ),
    Method.C1: gettext_noop("Is this period far above the seven before it?"),
    Method.C2: gettext_noop("Is this period far above seven periods that ended two before it?"),
    Method.C3: gettext_noop(
        "Have this period and the two before it together been far above the seven before those?"
    ),
}
_EARS = "Hutwagner, Thompson, Seeman and Treadwell 2003, Journal of Urban Health 80: i89-i96."
SOURCE = {
    Method.NOUFAILY: (
        "Noufaily, Enki, Farrington, Garthwaite, Andrews and Charlett 2013, Statistics "
        "in Medicine 32: 1206-1222."
    ),
    Method.FARRINGTON: "Farrington, Andrews, Beale and Catchpole 1996, J. R. Statist. Soc. A 159: 547-563.",
    Method.CUSUM: "Höhle and Paul 2008, Computational Statistics and Data Analysis 52: 4357-4368.",
    Method.CHANGE_POINT: "Adams and MacKay 2007, arXiv:0710.3742, with Poisson counts and a gamma prior.",
    Method.C1: _EARS,
    Method.C2: _EARS,
    Method.C3: _EARS,
}
TODAY_COUNTS = gettext_noop(
    "The published statistic, in which today's own excess counts; the code of the R package surveillance "
    "leaves it out."
)
"""Said with the source of C3."""
LIMITS = (
    gettext_noop(
        "Cases that are known measure the work of police, labour inspectors and organisations as much as "
        "trafficking. A raid, a campaign or a new hotline raises them."
    ),
    gettext_noop(
        "An alarm says: look here. It is no proof, and nothing about a person, a business or a community."
    ),
    gettext_noop(
        "No alarm does not mean no trafficking: what nobody reports is in no series, and a rise that is slow "
        "enough is learned as usual."
    ),
    gettext_noop(
        "The budget counts false alarms if nothing ever rose and the counts are as the method takes them to "
        "be. Real counts are rougher, so that more may come."
    ),
    gettext_noop("Fewer than five cases in four weeks never give an alarm by the methods with seasons."),
    gettext_noop("A year is 52 weeks here, so that the same week of five years ago lies six days off."),
)
EARS = gettext_noop(
    "The bound is that of the normal distribution. Rare counts are not normal: read it as a hint."
)
LATE = gettext_noop(
    "Late reports: expectation and bound of the last periods are those of the cases that should have been "
    "received by now. Outlined bars are what is expected once all have come."
)
LATE_UNJUDGED = gettext_noop(
    "Late reports: this method cannot allow for them, so that a period is judged once nine of ten of its "
    "cases should have been received."
)
NO_RECEIPT = gettext_noop(
    "When each case was received is not in the file, so late reports are not allowed for: the last periods "
    "may look too quiet. Add a column “received”."
)
NO_DELAYS = gettext_noop(
    "Delays cannot be learned from fewer than {count} cases with both dates. Late reports are not allowed "
    "for."
)
LAST = {Unit.DAY: gettext_noop("The last day"), Unit.WEEK: gettext_noop("The last week")}


def state(code: str) -> str:
    """What `shown.state` found, as it is said under the head “Alarm”."""
    return {
        "alarm": pgettext("report", "alarm"),
        "usual": pgettext("report", "no"),
        "paused": _("paused: import in bulk"),
        "too early": _("too early to say"),
    }[code]


def series_name(name: str) -> str:
    """A series by its own name; where the file names none, what all its cases are called."""
    return pgettext("report", "all cases") if name == ALL else name
