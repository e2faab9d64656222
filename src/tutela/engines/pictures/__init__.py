"""Pictures as plain SVG, drawn without a browser."""

from tutela.engines.pictures.atlas import Atlas, BadAtlas, Lines, Shape, from_topology, read_atlas, written
from tutela.engines.pictures.views import Drawn, Part, View, World, part_around, part_of

__all__ = [
    "Atlas",
    "BadAtlas",
    "Drawn",
    "Lines",
    "Part",
    "Shape",
    "View",
    "World",
    "from_topology",
    "part_around",
    "part_of",
    "read_atlas",
    "written",
]
