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

const escaped = (text: string): string => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/"/g, '&quot;');

export function savePage(part: HTMLElement, title: string): void {
  const { lang, dataset } = document.documentElement;
  const kept = part.cloneNode(true) as HTMLElement;
  for (const link of kept.querySelectorAll('a')) link.removeAttribute('href'); // they lead nowhere elsewhere
  // made as text: a document of ours with a style of its own is what our security policy forbids
  const text = [
    `<!doctype html>\n<html lang="${escaped(lang)}" data-theme="${escaped(dataset.theme ?? 'light')}"><head><meta charset="utf-8">`,
    `<meta name="viewport" content="width=device-width, initial-scale=1"><title>${escaped(title)}</title>`,
    `<style>${styles().replace(/<\//g, '<\\/')}</style></head>`,
    `<body><h1 class="saved-heading">${escaped(title)}</h1>${kept.outerHTML}</body></html>`,
  ].join('\n');
  saveAs(`${title}.html`, new Blob([text], { type: 'text/html;charset=utf-8' }));
}
