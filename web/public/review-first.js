// Asks for the evening in the address while the page's own script is still on its way: the one is ready when the other is
// (api.ts takes the answer). SPDX-License-Identifier: Apache-2.0
(() => {
  if ('xiangboFirst' in window) return; // the page has asked already
  const [view, named] = location.hash.replace(/^#/, '').split('/');
  const alone = location.hash.length < 2 ? new URLSearchParams(location.search).get('session') : null;
  let id = alone;
  try {
    if (view === 'evening' && named) id = decodeURIComponent(named);
  } catch {
    return; // typed by hand
  }
  if (!id) return;
  const path = `/api/review/sessions/${encodeURIComponent(id)}`;
  const answer = fetch(path);
  answer.catch(() => null);
  window.xiangboFirst = { path, answer };
})();
