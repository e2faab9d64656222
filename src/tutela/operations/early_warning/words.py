"""What the report says: what each method answers, what it assumes, and what no warning can know."""

from __future__ import annotations

from tutela.operations.early_warning.asked import Method

ANSWERS = {
    Method.NOUFAILY: (
        "Is this week above what the same part of earlier years, and their trend, let expect? Weeks "
        "that look like "
        "past outbreaks count less, and the last 26 weeks not at all, so that what begins slowly is "
        "not learned "
        "as usual."
    ),
    Method.FARRINGTON: (
        "Is this week above the same seven weeks of earlier years? The method of 1996; the flexible one that "
        "followed it gives fewer false alarms."
    ),
    Method.CUSUM: (
        "Has a small rise lasted? Each week adds how much likelier it is with half as many cases "
        "again than expected; "
        "a sum that reaches its limit is an alarm, and begins anew. The bound is the count that would have "
        "reached the limit that week."
    ),
    Method.CHANGE_POINT: (
        "Is this period above the level that the series has had since it last changed? It needs no years to "
        "look back on. It knows no seasons, and takes the counts of one level to scatter by chance "
        "alone: what "
        "comes in waves gives more false alarms than were chosen."
    ),
    Method.C1: "Is this period far above the seven before it?",
    Method.C2: "Is this period far above seven periods that ended two before it?",
    Method.C3: "Have this period and the two before it together been far above the seven before those?",
}
SOURCE = {
    Method.NOUFAILY: (
        "Noufaily, Enki, Farrington, Garthwaite, Andrews and Charlett 2013, Statistics "
        "in Medicine 32: 1206-1222."
    ),
    Method.FARRINGTON: "Farrington, Andrews, Beale and Catchpole 1996, J. R. Statist. Soc. A 159: 547-563.",
    Method.CUSUM: "Höhle and Paul 2008, Computational Statistics and Data Analysis 52: 4357-4368.",
    Method.CHANGE_POINT: "Adams and MacKay 2007, arXiv:0710.3742, with Poisson counts and a gamma prior.",
    Method.C1: "Hutwagner, Thompson, Seeman and Treadwell 2003, Journal of Urban Health 80: i89-i96.",
    Method.C2: "Hutwagner, Thompson, Seeman and Treadwell 2003, Journal of Urban Health 80: i89-i96.",
    Method.C3: (
        "Hutwagner, Thompson, Seeman and Treadwell 2003, Journal of Urban Health 80: i89-i96. The published "
        "statistic, in which today's own excess counts; the code of the R package surveillance leaves it out."
    ),
}
LIMITS = (
    "Cases that are known measure the work of police, labour inspectors and organisations as much as "
    "trafficking. A raid, a campaign or a new hotline raises them.",
    "An alarm says: look here. It is no proof, and nothing about a person, a business or a community.",
    "No alarm does not mean no trafficking: what nobody reports is in no series, and a rise that is slow "
    "enough is learned as usual.",
    "The budget counts false alarms if nothing ever rose and the counts are as the method takes them "
    "to be. Real "
    "counts are rougher, so that more may come.",
    "Fewer than five cases in four weeks never give an alarm by the methods with seasons.",
    "A year is 52 weeks here, so that the same week of five years ago lies six days off.",
)
EARS = "The bound is that of the normal distribution. Rare counts are not normal: read it as a hint."
LATE = (
    "Late reports: expectation and bound of the last periods are those of the cases that should have been "
    "received by now. Outlined bars are what is expected once all have come."
)
LATE_UNJUDGED = (
    "Late reports: this method cannot allow for them, so that a period is judged once nine of ten of "
    "its cases "
    "should have been received."
)
NO_RECEIPT = (
    "When each case was received is not in the file, so late reports are not allowed for: the last "
    "periods may "
    "look too quiet. Add a column “received”."
)
STATES = {
    "alarm": "alarm",
    "usual": "no",
    "paused": "paused: import in bulk",
    "too early": "too early to say",
}
