// Who this page is to the program, and what it may do. The program decides; the page only greys out what cannot be.
// SPDX-License-Identifier: Apache-2.0
import type { Answer, Me, Role } from './wire';

const rising: Role[] = ['viewer', 'reviewer', 'assistant', 'operator'];

// Not known yet is not forbidden: at the computer itself it never is.
export function mayDo(station: { me?: Me | null }, least: Role): boolean {
  return !station.me || rising.indexOf(station.me.role) >= rising.indexOf(least);
}

// `me`; or why there is none: `needed` (never paired here), `ended`; or null, when nobody answered.
export type Standing = { me: Me } | { me: null; why: 'needed' | 'ended' };
export async function askStanding(): Promise<Standing | null> {
  try {
    const response = await fetch('/api/me');
    const answer = (await response.json()) as Answer & Me;
    if (response.ok) return { me: answer };
    return response.status === 401 ? { me: null, why: answer.code === 'pair.needed' ? 'needed' : 'ended' } : null;
  } catch {
    return null;
  }
}
