"""The icons of Tutela, drawn on a 24 × 24 grid with one stroke, and set into the page itself."""

from __future__ import annotations

ICONS: dict[str, str] = {
    "arch": '<path d="M4 21V12a8 8 0 0 1 16 0v9"/><path d="M9 21v-6a3 3 0 0 1 6 0v6"/><path d="M2.5 21h19"/>',
    "inbox": '<path d="M4 13 6.5 5h11L20 13v5.5a1.5 1.5 0 0 1-1.5 1.5h-13A1.5 1.5 0 0 1 4 18.5z"/>'
    '<path d="M4 13h4.5l1.5 3h4l1.5-3H20"/>',
    "people": '<circle cx="9" cy="8.5" r="3.5"/><path d="M2.5 20a6.5 6.5 0 0 1 13 0"/>'
    '<path d="M15.5 5.3a3.5 3.5 0 0 1 0 6.4M18 14.3A6.5 6.5 0 0 1 21.5 20"/>',
    "person": '<circle cx="12" cy="8" r="4"/><path d="M4.5 21a7.5 7.5 0 0 1 15 0"/>',
    "folder": '<path d="M3 18.5v-13A1.5 1.5 0 0 1 4.5 4h4l2.5 3h8.5A1.5 1.5 0 0 1 21 8.5v10a1.5 1.5 0 0 1'
    '-1.5 1.5h-15A1.5 1.5 0 0 1 3 18.5z"/>',
    "shield": '<path d="M12 3 4.5 6v5.5c0 4.5 3 8 7.5 9.5 4.5-1.5 7.5-5 7.5-9.5V6z"/>',
    "scales": '<path d="M12 4v16M7.5 20h9M5 7l7-2 7 2"/><path d="M2.5 14 5 7.5 7.5 14a2.6 2.6 0 0 1-5 0z"/>'
    '<path d="M16.5 14 19 7.5l2.5 6.5a2.6 2.6 0 0 1-5 0z"/>',
    "clock": '<circle cx="12" cy="12" r="8.5"/><path d="M12 7v5l3.5 2"/>',
    "calendar": '<rect x="3.5" y="5" width="17" height="15.5" rx="2"/><path d="M3.5 10h17M8 3v4M16 3v4"/>',
    "check": '<path d="m5 12.5 4.5 4.5L19 7.5"/>',
    "cross": '<path d="m6 6 12 12M18 6 6 18"/>',
    "alert": '<path d="M12 4 2.5 20h19z"/><path d="M12 10v4.5M12 17.2v.1"/>',
    "info": '<circle cx="12" cy="12" r="8.5"/><path d="M12 11v5.5M12 7.7v.1"/>',
    "forward": '<path d="M4 12h15M13 6l6 6-6 6"/>',
    "back": '<path d="M20 12H5M11 6l-6 6 6 6"/>',
    "plus": '<path d="M12 5v14M5 12h14"/>',
    "search": '<circle cx="10.5" cy="10.5" r="6.5"/><path d="m15.5 15.5 5 5"/>',
    "document": '<path d="M6 3h8l5 5v13H6z"/><path d="M14 3v5h5M9 13h7M9 17h5"/>',
    "globe": (
        '<circle cx="12" cy="12" r="8.5"/><path d="M3.5 12h17M12 3.5c3.3 3 3.3 14 0 17M12 '
        '3.5c-3.3 3-3.3 14 0 17"/>'
    ),
    "leave": '<path d="M13 4H5v16h8M9.5 12H21M17 8l4 4-4 4"/>',
    "menu": '<path d="M4 7h16M4 12h16M4 17h16"/>',
    "lock": '<rect x="5" y="10.5" width="14" height="10" rx="2"/><path d="M8 10.5V8a4 4 0 0 1 8 0v2.5"/>',
    "map": '<path d="M3 6.5 9 4l6 2.5L21 4v13.5L15 20l-6-2.5L3 20z"/><path d="M9 4v13.5M15 6.5V20"/>',
    "chart": '<path d="M4 4v16h16.5"/><path d="M8.5 16v-4M13 16V8M17.5 16v-6"/>',
    "heart": (
        '<path d="M12 20.5C6.5 16.5 3.5 13 3.5 9.3A4.5 4.5 0 0 1 12 7a4.5 4.5 0 0 1 8.5 2.3c0 '
        '3.7-3 7.2-8.5 11.2z"/>'
    ),
    "send": '<path d="M3.5 11 20.5 4l-6 16.5-3.5-7z"/><path d="M11 13.5 20.5 4"/>',
    "chevron": '<path d="m6 9.5 6 6 6-6"/>',
    "eye": '<path d="M2.5 12c4-7 15-7 19 0-4 7-15 7-19 0z"/><circle cx="12" cy="12" r="2.7"/>',
    "key": '<circle cx="8" cy="15.5" r="4.5"/><path d="m11.3 12.2 8.2-8.2M16 7.5l3 3"/>',
    "bed": (
        '<path d="M3 19V6M3 16h18v3M21 16v-3a2.5 2.5 0 0 0-2.5-2.5H11V16"/><circle cx="7" cy="11.5" r="1.7"/>'
    ),
    "phone": (
        '<path d="M5 3.5h4l1.5 4.5L8 10a13 13 0 0 0 6 6l2-2.5 4.5 1.5v4A1.5 1.5 0 0 1 19 '
        '20.5C11 20 4 13 3.5 5A1.5 1.5 0 0 1 5 3.5z"/>'
    ),
    "pen": '<path d="M4 20.5 5 16 16.5 4.5l3.5 3.5L8.5 19.5z"/><path d="m14 7 3.5 3.5"/>',
}

# These point along the line of reading, so they turn round where that line runs from right to left.
TURNING = frozenset({"forward", "back", "leave", "send"})
