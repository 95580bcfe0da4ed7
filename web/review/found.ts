// The words that were searched for, inside the text where they were found.
// SPDX-License-Identifier: Apache-2.0

export interface Part {
  text: string;
  isHit: boolean;
}

export function parts(text: string, query: string): Part[] {
  const words = [...new Set(query.trim().toLowerCase().split(/\s+/).filter(Boolean))].sort((a, b) => b.length - a.length);
  const small = text.toLowerCase();
  // some letters change their number when they are made small: then nothing is marked rather than the wrong thing
  if (words.length === 0 || small.length !== text.length) return [{ text, isHit: false }];
  const out: Part[] = [];
  let plain = '';
  for (let i = 0; i < text.length; ) {
    const word = words.find((one) => small.startsWith(one, i));
    if (!word) {
      plain += text[i++];
      continue;
    }
    if (plain) out.push({ text: plain, isHit: false });
    plain = '';
    out.push({ text: text.slice(i, i + word.length), isHit: true });
    i += word.length;
  }
  if (plain) out.push({ text: plain, isHit: false });
  return out;
}
