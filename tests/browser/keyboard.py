"""Going through a page by keyboard alone: the focus is always seen and never lies under something."""

from playwright.sync_api import Page

MOST_STOPS = 150
WHERE = """() => {
  const at = document.activeElement;
  if (!at || at === document.body) return null;
  const box = at.getBoundingClientRect(), style = getComputedStyle(at);
  const ring = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  const above = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
  return {
    words: (at.getAttribute("aria-label") || at.labels?.[0]?.innerText || at.innerText || "").trim(),
    is_shown: at.matches(":focus-visible") && ring && box.width > 0 && box.height > 0,
    is_on_top: !above || above === at || at.contains(above) || above.contains(at) || !!above.closest("label"),
  };
}"""


def tab_to(page: Page, words: str, key: str = "Tab") -> list[str]:
    """Presses the key until the focus is on something with these words; what was passed on the way."""
    passed: list[str] = []
    for _ in range(MOST_STOPS):
        page.keyboard.press(key)
        stop = page.evaluate(WHERE)
        if stop is None:
            continue
        assert stop["is_shown"], f"the focus on {stop['words']} cannot be seen"
        assert stop["is_on_top"], f"something covers {stop['words']}"
        passed.append(stop["words"])
        if words in stop["words"]:
            return passed
    raise AssertionError(f"{words} is not reached by {key}: {passed}")
