"""Networks of routes: which links stand out, who lies between, where all ways pass, and what changed."""

from tutela.engines.routes.backbone import disparity
from tutela.engines.routes.betweenness import betweenness
from tutela.engines.routes.change import Changes, changed, composition, expected_false
from tutela.engines.routes.cuts import Cut, cut
from tutela.engines.routes.network import BadNetwork, Network, network
from tutela.engines.routes.triples import UNKNOWN, Guess, Routes, guesses, legs, on_the_way, pairs, routes

__all__ = [
    "UNKNOWN",
    "BadNetwork",
    "Changes",
    "Cut",
    "Guess",
    "Network",
    "Routes",
    "betweenness",
    "changed",
    "composition",
    "cut",
    "disparity",
    "expected_false",
    "guesses",
    "legs",
    "network",
    "on_the_way",
    "pairs",
    "routes",
]
