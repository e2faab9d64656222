"""Somebody without a mouse: Tab, Shift-Tab, Enter, Space, arrows and letters; the focus is always seen."""

from __future__ import annotations

from playwright.sync_api import Locator, Page

MOST_STEPS = 400
# Where the focus is: an outline that can be seen, on something that has a size and lies in the window.
FOCUS = """
wanted => {
  const at = document.activeElement;
  if (!at || at === document.body) return {there: false, fault: "nothing has the focus"};
  const box = at.getBoundingClientRect(), style = getComputedStyle(at);
  const name = at.id || at.outerHTML.slice(0, 120);
  const inWindow = box.width && box.height && box.bottom > 0 && box.top < innerHeight
    && box.right > 0 && box.left < innerWidth;
  const outlined = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  const inGroup = at.type === "radio" && wanted.type === "radio" && at.name === wanted.name;
  return {
    there: at === wanted || inGroup,
    fault: !inWindow ? name + " is out of sight" : !outlined ? name + " does not show its focus" : "",
  };
}
"""


class Keys:
    """Hands on a keyboard before one page; `steps` counts how often the focus was looked at."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.steps = 0

    def reaches(self, wanted: Locator, *, backwards: bool = False) -> None:
        """Presses Tab until `wanted`, or the group of answers that it belongs to, has the focus."""
        handle = wanted.element_handle()
        for _ in range(MOST_STEPS):
            self.page.keyboard.press("Shift+Tab" if backwards else "Tab")
            seen = self.page.evaluate(FOCUS, handle)
            if seen["fault"] == "nothing has the focus":  # round the corner: the browser's own bar
                continue
            self.steps += 1
            assert not seen["fault"], seen["fault"]
            if seen["there"]:
                return
        raise AssertionError(f"{wanted} is out of reach")

    def types(self, field: Locator, words: str) -> None:
        self.reaches(field)
        self.page.keyboard.type(words)

    def enters(self, wanted: Locator) -> None:
        """Reaches a link or a button, and presses Enter."""
        self.reaches(wanted)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def answers(self, choice: Locator) -> None:
        """Reaches the group of a choice, and moves to it with the arrows, or takes it with Space."""
        self.reaches(choice)
        for _ in range(8):
            if choice.is_checked():
                return
            if choice.evaluate("choice => choice === document.activeElement"):
                self.page.keyboard.press("Space")
            else:
                self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"{choice} cannot be chosen with keys")
