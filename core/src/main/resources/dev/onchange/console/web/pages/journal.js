import { useEffect, useState } from '../vendor/preact-htm.module.js';
import { get, listen } from '../api.js';
import { Empty, handlerLink, html, Problem, sentence, State, useSearch, When } from '../ui.js';

const MOST = 1000;
const FIRST = 200;
// A resume token takes two lines and is read by nobody here, the key of a document is read more easily without its names: the title has all.
const short = message => sentence((message || '').replace(/token [0-9A-F]{20,},? ?/, '')
  .replace(/key \{"db": "([^"]*)", "coll": "([^"]*)", "_id": (.*?)\}(?=, |$)/, '$3 in $1.$2'));

const newest = entries => [...new Map(entries.map(entry => [entry.seq, entry])).values()].sort((a, b) => b.seq - a.seq).slice(0, MOST);

/** Read whole whenever the connection is there (again): the application may be another one since. Not while nobody sees the page: browsers open few. */
function useJournal() {
  const [entries, set] = useState(null);
  const [error, fail] = useState(null);
  const [live, go] = useState('waiting');
  useEffect(() => {
    let arrived = [];
    let ready = false;
    let close = () => {};
    // Drawn twice a second at most: there may be hundreds of events in a second.
    const drawing = setInterval(() => {
      if (!ready || !arrived.length) return;
      const fresh = arrived;
      arrived = [];
      set(last => newest([...fresh, ...(last || [])]));
    }, 500);
    const read = async () => {
      ready = false;
      arrived = [];
      try {
        const found = await get('journal', { limit: MOST });
        set(newest(found.entries));
        fail(null);
      } catch (failure) { fail(failure); }
      ready = true;
    };
    const connect = () => {
      close();
      go('waiting');
      if (document.hidden) return;
      close = listen('events', {}, { journal: entry => arrived.push(entry) }, state => { go(state); if (state === 'open') read(); });
    };
    connect();
    document.addEventListener('visibilitychange', connect);
    return () => { document.removeEventListener('visibilitychange', connect); clearInterval(drawing); close(); };
  }, []);
  return { entries, error, live };
}

export function Journal({ params }) {
  const { entries, error, live } = useJournal();
  const [text, search] = useSearch('journal', params);
  const [held, hold] = useState(null);
  const [every, showEvery] = useState(false);
  const found = (held || entries || []).filter(entry =>
    !text || `${entry.kind} ${entry.handler || ''} ${entry.stream || ''} ${entry.message} ${entry.by || ''}`.toLowerCase().includes(text.toLowerCase()));
  const shown = every ? found : found.slice(0, FIRST);
  const missed = held && entries ? entries.filter(entry => entry.seq > (held[0]?.seq ?? -1)).length : 0;
  return html`<div><h1>Journal</h1>
    <p>The last 1,000 events of this instance and what operators did, newest first.${" "}
      <span class="live">${live === 'open' ? html`<${State} value="OPEN" text="live" />` : html`<${State} value="PAUSED" text=${live === 'refused' ? 'not live: open this page again' : 'connecting'} />`}</span></p>
    <div class="tools">
      <label>Search <input type="search" value=${text} onInput=${event => search(event.target.value)} placeholder="kind, handler, person …" /></label>
      <button type="button" class="secondary outline" aria-pressed=${held ? 'true' : 'false'} onClick=${() => hold(held ? null : entries)}>
        ${held ? `Go on (${missed} new)` : 'Hold still'}</button>
    </div>
    <${Problem} error=${error} />
    ${!entries && !error && html`<p class="empty" aria-busy="true">Loading the journal …</p>`}
    ${entries && (shown.length ? html`<div class="scroll"><table class="rows fixed journal">
      <colgroup><col class="c-time" /><col class="c-kind" /><col class="c-about wide" /><col /><col class="c-by wide" /></colgroup>
      <thead><tr><th scope="col">When</th><th scope="col">Event</th><th scope="col" class="wide">About</th><th scope="col">What</th><th scope="col" class="wide">By</th></tr></thead>
      <tbody>${shown.map(entry => html`<tr key=${entry.seq}>
        <td><${When} at=${entry.at} /></td><td class="name">${entry.kind}<span class="narrow">${[entry.handler || entry.stream, entry.by && `by ${entry.by}`].filter(Boolean).join(', ')}</span></td>
        <td class="name wide">${entry.handler ? html`<a href=${handlerLink(entry.handler)}>${entry.handler}</a>` : entry.stream || ''}</td>
        <td class="name"><div class="clamp" title=${entry.message}>${short(entry.message)}</div></td><td class="wide">${entry.by || ''}</td></tr>`)}</tbody></table></div>
      ${found.length > shown.length && html`<p class="pager"><button type="button" class="secondary outline" onClick=${() => showEvery(true)}>Show all ${found.length}</button></p>`}`
      : html`<${Empty}>${text ? 'No event has this text.' : 'Nothing has happened since the start.'}<//>`)}</div>`;
}
