"""A name to call a file by: a quiet word and a number, drawn by lot, with nothing of the person in it."""

from __future__ import annotations

import secrets

# Birds, trees, waters and stones: easy to say and to spell aloud, few given names, nothing unkind.
_TEXT = """Acacia Agate Alder Almond Anchor Apple Arrow Aspen Avocet Bamboo Barley Basalt Beacon Beech Birch
    Bracken Bulrush Canyon Cascade Cedar Chestnut Cinnamon Citrus Clover Comet Compass Copper
    Cormorant Cove Crane Cricket Cypress Delta Dolphin Dune Eagle Egret Elder Elm Estuary Falcon
    Field Finch Fjord Flax Flint Forest Fountain Gannet Garden Garnet Geyser Glacier Gorse Granite
    Grove Gull Harbour Harvest Hawthorn Hazelnut Hemlock Heron Hickory Horizon Ibis Island Jackdaw
    Kestrel Kingfisher Kite Lagoon Lantern Lapwing Larch Lemon Lichen Lime Linnet Lotus Mango Maple
    Marble Marsh Meadow Meteor Mint Mistral Moor Mulberry Nectar Nightingale Nutmeg Oak Oasis Ocean
    Orchard Oriole Osprey Otter Palm Papyrus Pebble Pelican Pepper Pine Plover Plum Poplar Prairie
    Puffin Quail Quartz Quince Rainbow Ridge River Rosewood Saffron Sandpiper Sequoia Shore Skylark
    Sparrow Spring Spruce Starling Stream Sunrise Swallow Sycamore Tamarind Teak Tern Thistle Thrush
    Thyme Tidal Topaz Tulip Tundra Valley Vanilla Walnut Waterfall Wheat Willow Woodlark Yarrow
    Zephyr"""
WORDS = tuple(_TEXT.split())


def new_pseudonym() -> str:
    """For example "Heron 4821". One of a million and more; the caller draws again when it is taken."""
    return f"{secrets.choice(WORDS)} {secrets.randbelow(9000) + 1000}"
