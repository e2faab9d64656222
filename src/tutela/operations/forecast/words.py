"""What the report says: what a forecast is, how good it was, and what it cannot know."""

from __future__ import annotations

from tutela.engines.forecasts import MODEL, Simple

NAMES = {
    MODEL: "this forecast",
    Simple.LAST_YEAR.value: "same as last year",
    Simple.SEASON.value: "the mean of this season in all years",
    Simple.SO_FAR.value: "the mean so far",
}
SHORT_NAMES = {
    Simple.LAST_YEAR.value: "Last year",
    Simple.SEASON.value: "Season’s mean",
    Simple.SO_FAR.value: "Mean so far",
}
ANSWERS = (
    "How many cases will become known, place by place, if all goes on as it did: what each place always has "
    "at this time of the year, and what its own last counts{near} add to it. It is a number to plan staff, "
    "beds and interpreters by. It says nothing about any person."
)
NEAR = " and those of the places beside it"
LIMITS = (
    "It foresees cases that become known, which measure the work of police, labour inspectors and "
    "organisations as much as trafficking. It never says how many people there are.",
    "It knows nothing that the counts do not say: a new law, a raid, a war, a hotline that closes. What has "
    "never happened before is in no interval.",
    "A place with a low number is not a safe place. Where nobody looks, nobody is found, and a forecast made "
    "from that is low again. Do not take staff from a place because of it.",
    "It is about places, never about a person, a group or a community, and no reason for a check or "
    "a search.",
    "What the parameters themselves are unsure of is not in the intervals: with short histories they are too "
    "narrow.",
    "A year is 52 weeks here, so that the season moves by a day or two each year.",
)
NO_LINE = "A {} without a line in the file is taken as one without a case."
NO_RECEIPT = (
    "When each case was received is not in the file. If reports come late, the last periods look too quiet, "
    "and so does the forecast. Add a column “received”."
)
NO_DELAY = "Late reports are not allowed for."
LATE = (
    "Reports come late: the last {} {}s are not complete yet. They are not read but forecast, like those "
    "after them."
)
IMPORTED = (
    "Imports in bulk: {} old cases that were received with many others at once are left out, because other "
    "periods had no such import."
)
HALF_MONTH = "{} had not ended when the file was made. It is forecast, not read."
SILENCE = (
    "Nothing at all from {}, where about {} cases would be usual. If reports are missing there, a forecast "
    "learned from it is too low: begin after that {}, with --from."
)
SHORT = (
    "There are fewer than two and a half years: no season can be learned, and the forecast was tried on {} "
    "{}s only."
)
TOO_NARROW = 0.7
NARROW = (
    "The interval that should hold eight times out of ten held only {} of what came in the time held back: "
    "something changed that the counts before did not tell. Take every interval as too narrow."
)
SOURCE = (
    "Held, Höhle and Hofmann 2005, Statistical Modelling 5: 187-199, and Meyer and Held 2014, Annals of "
    "Applied Statistics 8: 1612-1639. Scores: Czado, Gneiting and Held 2009, Biometrics 65: 1254-1261."
)
