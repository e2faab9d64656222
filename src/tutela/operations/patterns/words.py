"""What the report on adverts says that is not counted."""

from __future__ import annotations

from tutela.engines.patterns.alerts import Why
from tutela.engines.patterns.scores import Grade
from tutela.operations.patterns.keeping import Decision

TITLE = "What repeats in these adverts"
NOT_A_PERSON = (
    "This page orders texts by what people should look at first. It says nothing about any person. Most of"
    " what repeats is spam, agencies, chains, or people who work by choice; text cannot tell them apart."
    " Nobody may be contacted, visited, refused or prosecuted because of it alone."
)
LIMITS = (
    "Two hands that copy one text are one template here; one hand that writes every text anew is many.",
    "A shared phone may be a flatmate's, a friend's, a booking service's, or given to somebody else since.",
    "Days and places are those of adverts, not of people.",
    "Signs in words are in a few languages: a template in another has fewer reasons, not less need.",
    "Every wrong match is a knock at a wrong door. When in doubt, choose “unclear”.",
)
FORBIDDEN = (
    "Not for writing to or calling many people: unasked messages from scraped adverts did harm.",
    "Not for enforcing immigration law.",
    "Not a basis for any decision that is made by a machine (GDPR art. 22; directive 2016/680 art. 11).",
    "Adverts that nobody confirms are forgotten after 90 days; alerts end after two weeks.",
    "Pictures are not read. Origin, skin, religion and health never count.",
)
HOW_TO_DECIDE = (
    "Open decisions.csv, write one of the words below into the column “decision”, your name into “by”, and if"
    " you like a note. Give the file back with --decisions. What two people agree on is settled and goes to"
    " the end of this page; nothing learns from it."
)
DECISIONS = {
    Decision.USEFUL: "worth following up",
    Decision.AGENCY: "an agency or business",
    Decision.INDEPENDENT: "people who work for themselves",
    Decision.SPAM: "spam, a joke, a fraud of another kind",
    Decision.UNCLEAR: "cannot be told",
}
GRADES = {
    Grade.TESTED: "A: compared with what came out in known cases",
    Grade.EXPERTS: "B: on a list that experts agreed on",
    Grade.IDEA: "C: likely, not tested",
}
WHY = {
    Why.GROWTH: "more than the weeks before let expect",
    Why.NEW_COUNTRY: "first time in a country",
}
FACTS_SHOWN = {
    "share_obscured": "{:.0%} of its numbers hidden",
    "messenger_only": "no other way to answer",
    "phones": "{:.0f} numbers",
    "names": "{:.0f} names or ages",
    "places": "{:.0f} places",
    "too_fast": "{:.0f} times",
    "weeks": "{:.0f} weeks",
    "tied": "{:.0f} other templates",
}
"""How a fact that triggered a sign is told."""
HIDDEN = {
    "LEET": "digits for letters",
    "HOMOGLYPH": "letters of another alphabet",
    "INVISIBLE": "invisible signs",
    "EMOJI_DIGIT": "digits as pictures",
    "NUMBER_WORDS": "numbers in words",
    "SPACING": "words pulled apart",
    "STYLED": "decorative letters",
}
