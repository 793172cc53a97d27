import { html, render, useEffect, useRef, useState } from './vendor/preact-htm.module.js';
import { useConnection, useLoad } from './api.js';
import { Announcer, Problem, say, Session, State, When, zone } from './ui.js';
import { Overview } from './pages/overview.js';
import { Plan } from './pages/plan.js';
import { Handlers } from './pages/handlers.js';
import { Handler } from './pages/handler.js';
import { Letters } from './pages/letters.js';
import { Tail } from './pages/tail.js';
import { Cluster } from './pages/cluster.js';
import { Journal } from './pages/journal.js';
import { Check } from './pages/check.js';

const PAGES = [
  ['overview', 'Overview', Overview],
  ['plan', 'Plan', Plan],
  ['handlers', 'Handlers', Handlers],
  ['letters', 'Dead letters', Letters],
  ['tail', 'Live tail', Tail],
  ['cluster', 'Cluster', Cluster],
  ['journal', 'Journal', Journal],
  ['check', 'Check', Check]];

/** A link that somebody has written by hand may be anything. */
function decoded(text) {
  try { return decodeURIComponent(text); } catch { return text; }
}

function place() {
  const [path, query = ''] = location.hash.replace(/^#\/?/, '').split('?');
  const [page = '', ...rest] = path.split('/');
  return { page: page || 'overview', id: decoded(rest.join('/')), params: Object.fromEntries(new URLSearchParams(query)) };
}

function usePlace() {
  const [at, set] = useState(place());
  useEffect(() => {
    const moved = () => set(place());
    addEventListener('hashchange', moved);
    return () => removeEventListener('hashchange', moved);
  }, []);
  return at;
}

function Theme() {
  const [chosen, choose] = useState(() => { try { return localStorage.getItem('onchange.theme') || 'auto'; } catch { return 'auto'; } });
  const set = value => {
    choose(value);
    try { localStorage.setItem('onchange.theme', value); } catch { /* a browser that keeps nothing */ }
    dispatchEvent(new Event('onchange-theme'));
  };
  return html`<select class="theme" aria-label="Colours" value=${chosen} onChange=${event => set(event.target.value)}>
    <option value="auto">auto</option><option value="light">light</option><option value="dark">dark</option></select>`;
}

function Connection() {
  const { state, since } = useConnection();
  const sign = { good: html`<span class="state good"><span aria-hidden="true">✓</span> connected</span>`,
    out: html`<span class="state bad" title="What is shown was known then."><span aria-hidden="true">✕</span> logged out since <${When} at=${since?.toISOString()} /></span>`,
    late: html`<span class="state warn" title="What is shown was known before; the application, or what it asks, is slow."><span aria-hidden="true">!</span> waiting since <${When} at=${since?.toISOString()} /></span>`,
    lost: html`<span class="state bad" title="What is shown was known then; this page tries again."><span aria-hidden="true">✕</span> no answer since <${When} at=${since?.toISOString()} /></span>` };
  return html`<span class="connection" role="status">${sign[state]}</span>`;
}

function Head({ known, page }) {
  return html`<header class="head">
    <a class="skip" href="#main" onClick=${event => { event.preventDefault(); document.getElementById('main').focus(); }}>To the content</a>
    <div class="title">
      <strong class="brand">OnChange</strong>
      <span class="instance" title="Application and instance">${[known.app, known.instance].filter(Boolean).join(' · ')}</span>
      <${Connection} />
      ${known.access !== 'OPERATE' && html`<${State} value="READ" text="look only" />`}
      ${known.payloads === 'MASKED' && html`<span class="hint" title="Values of documents are not shown: names and types only">payloads masked</span>`}
      <${Theme} />
    </div>
    <nav aria-label="Pages">
      ${PAGES.map(([path, name]) => html`<a key=${path} href=${`#/${path}`} aria-current=${page === path ? 'page' : undefined}>${name}</a>`)}
    </nav>
  </header>`;
}

function Opening({ error, again }) {
  return html`<main class="opening">${error
    ? html`<h1>OnChange</h1><${Problem} error=${error} /><button type="button" onClick=${again}>Try again</button>`
    : 'Opening the console …'}</main>`;
}

function App() {
  // Asked again on pages, too, that ask nothing: so their heads say when the application is away, or is another one.
  const { data, error, reload } = useLoad('session', {}, 15000);
  const last = useRef(null);
  if (data && JSON.stringify(data) !== JSON.stringify(last.current)) last.current = data;
  const known = last.current;
  const at = usePlace();
  const opened = useRef(false);
  const [, name, Page] = PAGES.find(([path]) => path === at.page) || PAGES[0];
  useEffect(() => {
    document.title = `${at.id || name} – OnChange${known?.app ? ` ${known.app}` : ''}`;
    scrollTo(0, 0);
    // Whoever uses a keyboard or a screen reader goes on in the page that has been opened.
    if (opened.current && known) document.getElementById('main').focus({ preventScroll: true });
    opened.current = !!known;
    say('');
  }, [at.page, at.id, !known]);
  if (!known) return html`<${Opening} error=${error} again=${reload} />`;
  const Shown = at.page === 'handlers' && at.id ? Handler : Page;
  return html`<${Session.Provider} value=${known}>
    <${Head} known=${known} page=${at.page} />
    <main id="main" tabindex="-1"><${Shown} key=${at.page + at.id} id=${at.id} params=${at.params} /></main>
    <footer class="hint">Times are those of this browser, ${zone(new Date())}.</footer>
    <${Announcer} />
  <//>`;
}

const root = document.getElementById('app');
root.textContent = '';
render(html`<${App} />`, root);
