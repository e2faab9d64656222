"""The backbone of a network: links that carry more of a place than an even share by lot would give them."""

from __future__ import annotations

import numpy as np

from tutela.engines.routes.network import Floats, Network, Whole


def disparity(links: Network) -> Floats:
    """How often chance alone gives a link so large a part of its place (m,): small ones are the backbone.

    alpha = (1 - p)^(k - 1), where p is the part that the link has of all that leaves (or enters) a place and
    k the number of its links; of the two ends, the smaller. The null model cuts the whole of a place at k - 1
    points by lot. An end with one link says nothing, and counts as 1. Serrano, Boguñá and Vespignani 2009,
    PNAS 106: 6483-6488, equation 2.
    """
    return np.minimum(_at(links, links.source), _at(links, links.target))


def _at(links: Network, end: Whole) -> Floats:
    whole = np.bincount(end, weights=links.weight, minlength=links.places)[end]
    degree = np.bincount(end, minlength=links.places)[end]
    rest = np.clip(1 - links.weight / whole, 0, 1)
    return np.asarray(rest ** (degree - 1))
