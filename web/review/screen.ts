// The element that plays. It is made with the evening, not with the page: the browser reads the recording while the page
// is still being drawn. SPDX-License-Identifier: Apache-2.0
import { segmentAt } from './play';
import type { Segment } from './wire';

export function newScreen(): HTMLVideoElement {
  const screen = document.createElement('video');
  screen.playsInline = true;
  screen.preload = 'auto';
  screen.tabIndex = -1;
  return screen;
}
// Reads `segment`, from its beginning on.
export function load(screen: HTMLVideoElement, segment: Segment): void {
  screen.setAttribute('src', segment.url);
  screen.load();
}
// What will be asked for first.
export function prepare(screen: HTMLVideoElement, segments: readonly Segment[], t: number): void {
  const first = segmentAt(segments, t);
  if (first) load(screen, first);
}
export const isLoading = (screen: HTMLVideoElement, segment: Segment): boolean => screen.getAttribute('src') === segment.url && !screen.error;
// Nothing is read or played any more.
export function putAway(screen: HTMLVideoElement): void {
  screen.pause();
  screen.removeAttribute('src');
  screen.load();
}
