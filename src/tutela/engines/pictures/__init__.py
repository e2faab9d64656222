"""Pictures as plain SVG, drawn without a browser: maps of the world and of a part of it, flows and streams.

They hold no script, no style and no address; their classes are coloured by `STYLE` (and `SANKEY_STYLE`) on a
page that has the colours --ink, --soft, --ground and --mark.
"""

from tutela.engines.pictures.atlas import Atlas, BadAtlas, Lines, Shape, from_topology, read_atlas, written
from tutela.engines.pictures.flows import Flow, FlowWording, flow_map, view_of
from tutela.engines.pictures.maps import (
    Key,
    Wording,
    base,
    circle_map,
    country_map,
    ground,
    legend,
    mapped,
    said_of,
    shaded,
    shaded_map,
    spot,
)
from tutela.engines.pictures.projections import circle, degrees_from
from tutela.engines.pictures.sankey import MOST_STREAMS, Streams, gathered, sankey
from tutela.engines.pictures.sankey import STYLE as SANKEY_STYLE
from tutela.engines.pictures.shading import STYLE, Classes, classed
from tutela.engines.pictures.svg import Labels, picture, safe, short, tag, text, told
from tutela.engines.pictures.views import (
    FINE,
    Drawn,
    Frame,
    Part,
    View,
    World,
    country_of,
    part_around,
    part_of,
    world_around,
)

__all__ = [
    "FINE",
    "MOST_STREAMS",
    "SANKEY_STYLE",
    "STYLE",
    "Atlas",
    "BadAtlas",
    "Classes",
    "Drawn",
    "Flow",
    "FlowWording",
    "Frame",
    "Key",
    "Labels",
    "Lines",
    "Part",
    "Shape",
    "Streams",
    "View",
    "Wording",
    "World",
    "base",
    "circle",
    "circle_map",
    "classed",
    "country_map",
    "country_of",
    "degrees_from",
    "flow_map",
    "from_topology",
    "gathered",
    "ground",
    "legend",
    "mapped",
    "part_around",
    "part_of",
    "picture",
    "read_atlas",
    "safe",
    "said_of",
    "sankey",
    "shaded",
    "shaded_map",
    "short",
    "spot",
    "tag",
    "text",
    "told",
    "view_of",
    "world_around",
    "written",
]
