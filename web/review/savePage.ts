// What is seen, as one file that opens anywhere: its words, its curves, its colours, and nothing else.
// SPDX-License-Identifier: Apache-2.0
import { saveAs } from '../shared/save';

function styles(): string {
  const out: string[] = [];
  for (const sheet of document.styleSheets) {
    try {
      for (const rule of sheet.cssRules) out.push(rule.cssText);
    } catch {
      // not ours
    }
  }
  return out.join('\n');
}

export function savePage(part: HTMLElement, title: string): void {
  const { lang, dataset } = document.documentElement;
  const copy = document.implementation.createHTMLDocument(title);
  copy.documentElement.lang = lang;
  copy.documentElement.dataset.theme = dataset.theme ?? 'light';
  const charset = copy.createElement('meta');
  charset.setAttribute('charset', 'utf-8');
  const width = copy.createElement('meta');
  width.name = 'viewport';
  width.content = 'width=device-width, initial-scale=1';
  const style = copy.createElement('style');
  style.textContent = styles();
  copy.head.prepend(charset, width, style);
  const heading = copy.createElement('h1');
  heading.textContent = title;
  heading.className = 'saved-heading';
  const kept = copy.importNode(part, true);
  for (const link of kept.querySelectorAll('a')) link.removeAttribute('href'); // they lead nowhere elsewhere
  copy.body.append(heading, kept);
  const text = `<!doctype html>\n${copy.documentElement.outerHTML}`;
  saveAs(`${title}.html`, new Blob([text], { type: 'text/html;charset=utf-8' }));
}
