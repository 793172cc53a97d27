// Before the first paint, so that the page does not flash in the other colours.
(() => {
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const show = () => {
    let chosen = null;
    try { chosen = localStorage.getItem('onchange.theme'); } catch { /* a browser that keeps nothing */ }
    document.documentElement.dataset.theme = chosen === 'light' || chosen === 'dark' ? chosen : dark.matches ? 'dark' : 'light';
  };
  dark.addEventListener('change', show);
  addEventListener('onchange-theme', show);
  show();
})();
