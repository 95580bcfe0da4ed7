// Where on the review page one is, as the part of the address after "#" says.
// SPDX-License-Identifier: Apache-2.0

export type Place = { view: 'library'; words: string } | { view: 'evening'; id: string; at: number | null } | { view: 'compare'; ids: string[] };

const plain = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // typed by hand
  }
};

// "#evening/ID", "#evening/ID/73000", "#compare/a,b", "#search/蘑菇"; anything else is the library.
export function placeOf(hash: string): Place {
  const [view, first = '', second = ''] = hash.replace(/^#/, '').split('/');
  if (view === 'evening' && first) return { view, id: plain(first), at: /^\d+$/.test(second) ? Number(second) : null };
  const ids = first.split(',').filter(Boolean).map(plain);
  if (view === 'compare' && ids.length > 1) return { view, ids: [...new Set(ids)].slice(0, 4) };
  return { view: 'library', words: view === 'search' ? plain(first) : '' };
}

// A program that was started with one evening opens it (`?session=ID`), until one goes elsewhere.
export const firstPlace = (session: string | null, hash: string): Place =>
  session && hash.length < 2 ? { view: 'evening', id: session, at: null } : placeOf(hash);
