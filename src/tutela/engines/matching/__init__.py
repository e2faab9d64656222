"""Matching without disclosure: two agencies learn whether they may know the same person, and nothing else.

Of a person each side makes keys (`keys_of`), none of one trait alone. The answering side gives every record
random shares of a handle (`share_out`), hides each under what an oblivious function gives for one key
(`oprf`), and puts all into a table that answers everything (`build`). The asking side has the function
evaluated on blinded keys (`Question`, `Answer`), looks up, and opens a handle only where enough keys are
those of one record (`open_shares`). Who learns what, and the limits: docs/explanation/matching.md.
"""

from tutela.engines.matching.counting import (
    PLACES,
    Group,
    blinded,
    blinded_again,
    discrete_laplace,
    in_common,
    shuffled,
)
from tutela.engines.matching.keys import (
    MOST_KEYS,
    PROFILE,
    Born,
    Key,
    Recipe,
    Traits,
    Word,
    keys_of,
    profile_hash,
)
from tutela.engines.matching.limits import Counted, Limits, refuses
from tutela.engines.matching.messages import Answer, BadMessage, Commitment, Purpose, Question, Why
from tutela.engines.matching.oprf import BadElement, BadProof
from tutela.engines.matching.sharing import Opened, open_shares, share_out
from tutela.engines.matching.store import LANES, CannotBuild, Table, build, cells_for, lanes_of, look_up
from tutela.engines.matching.weights import (
    LEAST_SCORE,
    LEAST_YES,
    RATES,
    Rates,
    advised_threshold,
    rates,
    score,
)

__all__ = [
    "LANES", "LEAST_SCORE", "LEAST_YES", "MOST_KEYS", "PLACES", "PROFILE", "RATES", "Answer", "BadElement",
    "BadMessage", "BadProof", "Born", "CannotBuild", "Commitment", "Counted", "Group", "Key", "Limits",
    "Opened", "Purpose", "Question", "Rates", "Recipe", "Table", "Traits", "Why", "Word",
    "advised_threshold", "blinded", "blinded_again", "build", "cells_for", "discrete_laplace", "in_common",
    "keys_of", "lanes_of", "look_up", "open_shares", "profile_hash", "rates", "refuses", "score",
    "share_out", "shuffled",
]  # fmt: skip
