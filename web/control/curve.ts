// The follower curve as SVG. SPDX-License-Identifier: Apache-2.0

export type CurvePoints = [second: number, gained: number, total: number, viewers: number][];
export interface DrawnCurve {
  line: string;
  area: string;
  dots: { x: number; y: number }[]; // where somebody came, and the newest
}

const margin = 4;
const mostDots = 12;

// Null with fewer than two points: there is no way between them to show.
export function drawCurve(points: CurvePoints, width: number, height: number): DrawnCurve | null {
  const first = points[0];
  const last = points.at(-1);
  if (!first || !last || points.length < 2 || last[0] <= first[0]) return null;
  const gained = points.map((one) => one[1]);
  const low = Math.min(0, ...gained);
  const high = Math.max(low + 1, ...gained);
  const x = (second: number): number => margin + ((second - first[0]) / (last[0] - first[0])) * (width - 2 * margin);
  const y = (n: number): number => height - margin - ((n - low) / (high - low)) * (height - 2 * margin);
  const at = (n: number): string => String(Math.round(n * 10) / 10);
  const line = points.map((one) => `${at(x(one[0]))},${at(y(one[1]))}`).join(' ');
  const area = `M${at(x(first[0]))},${height} L${line.replaceAll(' ', ' L')} L${at(x(last[0]))},${height} Z`;
  const rises = points.filter((one, i) => i > 0 && one[1] > (points[i - 1]?.[1] ?? 0));
  const shown = rises.length > mostDots ? [] : rises.filter((one) => one !== last);
  return { line, area, dots: [...shown, last].map((one) => ({ x: Math.round(x(one[0]) * 10) / 10, y: Math.round(y(one[1]) * 10) / 10 })) };
}
