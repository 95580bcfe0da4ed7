// Fingers, mouse and wheel on the lanes: a press, a drawn part, a push, two fingers.
// SPDX-License-Identifier: Apache-2.0

export interface Hands {
  press: (x: number, y: number) => void;
  draw: (fromX: number, toX: number, isDone: boolean) => void; // mouse: a part is drawn
  push: (byPx: number) => void; // to the right is later
  zoom: (by: number, atX: number) => void;
  hover: (x: number, y: number) => void;
}
interface Finger {
  x: number;
  y: number;
}

const pressPx = 5;

// `axisPx`: above it the mouse pushes and does not draw. Returns what takes the hands off again.
export function takeHands(element: HTMLElement, axisPx: () => number, hands: Hands): () => void {
  const fingers = new Map<number, Finger>();
  let begun: (Finger & { kind: 'draw' | 'push'; isMoved: boolean }) | null = null;
  let spread = 0;

  const placeOf = (event: { clientX: number; clientY: number }): Finger => {
    const box = element.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  };
  const spreadOf = (): { apart: number; middle: number } => {
    const [a, b] = [...fingers.values()] as [Finger, Finger];
    return { apart: Math.max(20, Math.hypot(a.x - b.x, a.y - b.y)), middle: (a.x + b.x) / 2 };
  };
  const down = (event: PointerEvent): void => {
    if (event.button > 0) return;
    const place = placeOf(event);
    fingers.set(event.pointerId, place);
    element.setPointerCapture(event.pointerId);
    if (fingers.size === 2) {
      begun = null;
      spread = spreadOf().apart;
    } else if (fingers.size === 1) {
      const isPush = event.pointerType === 'touch' || place.y < axisPx();
      begun = { ...place, kind: isPush ? 'push' : 'draw', isMoved: false };
    }
  };
  const move = (event: PointerEvent): void => {
    const place = placeOf(event);
    const before = fingers.get(event.pointerId);
    if (!before) return hands.hover(place.x, place.y);
    fingers.set(event.pointerId, place);
    if (fingers.size === 2) {
      const { apart, middle } = spreadOf();
      hands.zoom(apart / spread, middle);
      hands.push((before.x - place.x) / 2);
      spread = apart;
      return;
    }
    if (!begun) return;
    if (!begun.isMoved && Math.hypot(place.x - begun.x, place.y - begun.y) < pressPx) return;
    begun.isMoved = true;
    if (begun.kind === 'push') hands.push(before.x - place.x);
    else hands.draw(begun.x, place.x, false);
  };
  const up = (event: PointerEvent): void => {
    if (!fingers.delete(event.pointerId)) return;
    const place = placeOf(event);
    if (begun && event.type !== 'pointercancel') {
      if (!begun.isMoved) hands.press(begun.x, begun.y);
      else if (begun.kind === 'draw') hands.draw(begun.x, place.x, true);
    }
    begun = null;
  };
  const wheel = (event: WheelEvent): void => {
    event.preventDefault();
    const lines = event.deltaMode === 1 ? 24 : 1;
    const sideways = event.shiftKey ? event.deltaX || event.deltaY : event.deltaX;
    if (Math.abs(sideways) > Math.abs(event.shiftKey ? 0 : event.deltaY)) hands.push(sideways * lines);
    else hands.zoom(Math.exp(-event.deltaY * lines * 0.0022), placeOf(event).x);
  };
  element.addEventListener('pointerdown', down);
  element.addEventListener('pointermove', move);
  element.addEventListener('pointerup', up);
  element.addEventListener('pointercancel', up);
  element.addEventListener('wheel', wheel, { passive: false });
  return () => {
    element.removeEventListener('pointerdown', down);
    element.removeEventListener('pointermove', move);
    element.removeEventListener('pointerup', up);
    element.removeEventListener('pointercancel', up);
    element.removeEventListener('wheel', wheel);
  };
}
