// Whether everything on the page can be read and pressed, as a person sees it.
// SPDX-License-Identifier: Apache-2.0

// One line for each fault: what is wider than the screen, text that is cut off, a button smaller than a finger. A cut
// name with a title tells the whole of it there; what scrolls is not cut.
export function faults_of(page) {
  return page.evaluate(() => {
    const finger = 44;
    const found = [];
    const screen = document.documentElement;
    const wider = screen.scrollWidth - screen.clientWidth;
    if (wider > 0) found.push(`the page is ${wider} px wider than the screen`);
    const is_shown = (element) => element.checkVisibility({ visibilityProperty: true }) && !element.closest('.unseen');
    for (const button of document.querySelectorAll('button, a, [role=tab]')) {
      const { width, height } = button.getBoundingClientRect();
      if (!is_shown(button) || (width >= finger - 0.5 && height >= finger - 0.5)) continue;
      found.push(`${Math.round(width)}x${Math.round(height)} button "${button.textContent.trim() || button.ariaLabel}"`);
    }
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
      const text = texts.currentNode;
      if (!text.data.trim() || !is_shown(text.parentElement)) continue;
      const range = document.createRange();
      range.selectNodeContents(text);
      const words = range.getBoundingClientRect();
      let box = text.parentElement;
      const cuts = () => {
        const { overflowX, overflowY } = getComputedStyle(box);
        const room = box.getBoundingClientRect();
        return (overflowX !== 'visible' && (words.left < room.left - 1 || words.right > room.right + 1))
          || (overflowY === 'hidden' && (words.top < room.top - 1 || words.bottom > room.bottom + 1));
      };
      const scrolls = () => ['auto', 'scroll'].includes(getComputedStyle(box).overflowY);
      while (box !== document.body && !cuts() && !scrolls()) box = box.parentElement;
      const is_beyond = words.left < -1 || words.right > innerWidth + 1;
      if ((cuts() || is_beyond) && !box.title) found.push(`"${text.data.trim()}" cut by ${box.tagName} ${box.className}`);
    }
    return found;
  });
}
