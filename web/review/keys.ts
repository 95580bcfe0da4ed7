// The keys of an evening. Off while somebody types or a dialog is open.
// SPDX-License-Identifier: Apache-2.0
import { onMounted, onUnmounted } from 'vue';
import type { EveningDesk } from './desk';
import { neighbour } from './play';

export interface Deeds {
  comment: () => void;
  help: () => void;
  zoom: (by: number) => void;
  all: () => void;
}
// As the help shows them: the keys, and the end of the name of what they do.
export const keyNames: [keys: string[], what: string][] = [
  [['␣'], 'play'], [['←', '→'], 'second'], [['⇧ ←', '⇧ →'], 'ten'], [['↑', '↓'], 'plus'], [['R'], 'rate'], [['I', 'O'], 'part'], [['C'], 'comment'], [['+', '−'], 'zoom'], [['0'], 'all'], [['Esc'], 'clear'], [['?'], 'help'],
];

export const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || (target.matches('input:not([type=checkbox]), textarea, select')));

export function press(key: string, isShifted: boolean, desk: EveningDesk, deeds: Deeds): boolean {
  const { view, data } = desk;
  const far = isShifted ? 10_000 : 1000;
  const toPlus = (direction: 1 | -1): void => {
    const pluses = data.evening?.lanes.pluses ?? [];
    const t = neighbour(pluses.map((one) => one.t), view.now, direction);
    const plus = pluses.find((one) => one.t === t);
    if (plus) desk.openPlus(plus, 0);
  };
  const part = (end: 'from' | 'to'): void => {
    const whole = data.evening?.duration_ms ?? 0;
    const from = end === 'from' ? view.now : Math.min(view.selection?.from ?? 0, view.now);
    const to = end === 'to' ? view.now : Math.max(view.selection && view.selection.to > view.now ? view.selection.to : Math.min(whole, view.now + 30_000), view.now);
    desk.select({ from: Math.round(from), to: Math.round(to) });
  };
  switch (key) {
    case ' ': desk.toggle(); break;
    case 'ArrowLeft': desk.step(-far); break;
    case 'ArrowRight': desk.step(far); break;
    case 'ArrowUp': toPlus(-1); break;
    case 'ArrowDown': toPlus(1); break;
    case 'r': case 'R': desk.faster(); break;
    case 'i': case 'I': part('from'); break;
    case 'o': case 'O': part('to'); break;
    case 'c': case 'C': deeds.comment(); break;
    case '+': case '=': deeds.zoom(2); break;
    case '-': deeds.zoom(0.5); break;
    case '0': deeds.all(); break;
    case '?': deeds.help(); break;
    case 'Home': desk.seek(0); break;
    case 'End': desk.seek(data.evening?.duration_ms ?? 0); break;
    case 'Escape': desk.closeAside(); desk.select(null); break;
    default: return false;
  }
  return true;
}

export function useKeys(desk: EveningDesk, deeds: Deeds): void {
  const down = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target) || document.querySelector('dialog[open]')) return;
    const target = event.target instanceof Element ? event.target : null;
    // a button is pressed with the space bar, a list is scrolled with the arrows
    if (event.key === ' ' && target?.closest('button, a, input')) return;
    if (['ArrowUp', 'ArrowDown'].includes(event.key) && target?.closest('.scroll')) return;
    if (press(event.key, event.shiftKey, desk, deeds)) event.preventDefault();
  };
  onMounted(() => window.addEventListener('keydown', down));
  onUnmounted(() => window.removeEventListener('keydown', down));
}
