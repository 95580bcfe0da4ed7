// Enter while an input method is composing chooses a word and must never send. Safari says so with the key code alone: its
// keydown comes after the end of the composition.
// SPDX-License-Identifier: Apache-2.0

const ofInputMethod = 229;

export function isSending(event: KeyboardEvent): boolean {
  return event.key === 'Enter' && !event.isComposing && event.keyCode !== ofInputMethod && !event.shiftKey;
}
