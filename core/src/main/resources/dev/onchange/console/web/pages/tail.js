import { useEffect, useRef, useState } from '../vendor/preact-htm.module.js';
import { follow, post, useLoad } from '../api.js';
import { Act, Code, copy, Empty, Form, go, html, keyText, number, plain, pretty, Problem, Session, State, useContext, useFocused, When } from '../ui.js';

const MOST = 500;

/** Asked every 3 seconds, a server that has not answered for so long does not answer. */
const SILENT = 5000;

/** Collections that a filter of the server names: a stream of a database says so which it is asked for. */
function named(value, found = []) {
  if (Array.isArray(value)) value.forEach(each => named(each, found));
  else if (value && typeof value === 'object') {
    for (const [key, inner] of Object.entries(value)) {
      if (key !== 'ns.coll') named(inner, found);
      else found.push(...(typeof inner === 'string' ? [inner] : (inner.$in || []).filter(name => typeof name === 'string')));
    }
  }
  return found;
}

function useNamespaces() {
  const { data } = useLoad('plan', {}, 0);
  const scopes = (data?.streams || []).map(stream => {
    let pipeline = [];
    try { pipeline = JSON.parse(stream.filter); } catch { /* shown as it is, on the page of the plan */ }
    return { database: stream.scope.database || '', collections: stream.scope.collection ? [stream.scope.collection] : [...new Set(named(pipeline))].sort() };
  });
  return { databases: [...new Set(scopes.map(scope => scope.database).filter(Boolean))],
    collections: [...new Set(scopes.flatMap(scope => scope.collections))], first: scopes[0] };
}

/** What the framework's own parser says of the filter, asked a moment after the last key. */
function useChecked(database, collection, match, fullDocument) {
  const [state, set] = useState({ result: null, error: null, busy: false });
  useEffect(() => {
    if (!match.trim()) { set({ result: null, error: null, busy: false }); return undefined; }
    let gone = false;
    set(last => ({ ...last, busy: true }));
    const timer = setTimeout(async () => {
      try {
        const result = await post('tail/check', { database, collection, match, ...(fullDocument ? { fullDocument } : {}) });
        if (!gone) set({ result, error: null, busy: false });
      } catch (error) { if (!gone) set({ result: null, error, busy: false }); }
    }, 350);
    return () => { gone = true; clearTimeout(timer); };
  }, [database, collection, match, fullDocument]);
  return state;
}

function Mistake({ error, match, editor }) {
  if (!error) return null;
  if (!error.line) return html`<${Problem} error=${error} />`;
  const lines = match.split('\n');
  const at = lines.slice(0, error.line - 1).reduce((sum, line) => sum + line.length + 1, 0) + (error.column || 1) - 1;
  const show = () => { editor.current.focus(); editor.current.setSelectionRange(at, at + 1); };
  return html`<div class="mistake" role="alert" id="mistake"><p class="problem">
      <strong>Line ${error.line}, column ${error.column}: </strong>${error.message}${' '}
      <button type="button" class="plain link" onClick=${show}>Show the place</button></p>
    <pre class="code"><code>${lines[error.line - 1] || ''}${'\n'}${' '.repeat(Math.max((error.column || 1) - 1, 0))}^</code></pre></div>`;
}

function Verdict({ checked, match, editor }) {
  const { result, error } = checked;
  if (error) return html`<${Mistake} error=${error} match=${match} editor=${editor} />`;
  if (!match.trim()) return html`<p class="hint">Without a filter every change matches.</p>`;
  if (!result) return html`<p class="hint" aria-busy="true">Reading the filter …</p>`;
  return html`<div class="verdict"><p><${State} value="UP" text="The filter is sound." /> ${result.whereEvaluated === 'SERVER' ? 'The server evaluates it' : 'It is evaluated in this process'}${result.why ? `: ${result.why}` : '.'}</p>
    <div class="copy"><${Code} label="As annotation" bare>${result.annotation}<//>
    <${Act} name="copy" operate=${false} label="Copy as @OnChange" busy="Copying …" act=${() => copy(result.annotation)} done="Copied." /></div></div>`;
}

const condition = failed => plain(`${failed.condition}${failed.path && !failed.condition.includes(failed.path) ? ` at ${failed.path}` : ''}${failed.actual !== undefined && failed.actual !== null
  ? `, found ${typeof failed.actual === 'string' ? failed.actual : JSON.stringify(failed.actual)}` : ''}`);

function Change({ change, many, chosen, choose }) {
  return html`<tr class=${chosen ? 'chosen' : ''}>
    <td><${When} at=${change.at} /></td><td class="wide">${change.operation}</td>
    <td class="cut"><button type="button" class="plain link" aria-expanded=${chosen ? 'true' : 'false'} title=${JSON.stringify(change.document)} onClick=${choose}>${keyText(change.document)}</button>${many && html`<span class="hint">${plain(change.ns)}</span>`}</td>
    <td>${change.matched ? html`<${State} value="UP" text="matches" />` : html`<${State} value="CANCELLED" text="does not" />`}</td>
    <td class="name">${change.failed.map(failed => html`<code key=${failed.condition}>${condition(failed)}</code> `)}</td></tr>`;
}

const Changes = ({ shown, many, chosen, choose }) => html`<div class="scroll tail"><table class="rows fixed changes">
  <colgroup><col class="c-time" /><col class="c-op wide" /><col /><col class="c-match" /><col class="c-failed" /></colgroup>
  <thead><tr><th scope="col">When</th><th scope="col" class="wide">Operation</th><th scope="col">Document</th><th scope="col">Filter</th><th scope="col">Condition that failed</th></tr></thead>
  <tbody>${shown.map(change => html`<${Change} key=${change.key} change=${change} many=${many} chosen=${chosen === change} choose=${() => choose(chosen === change ? null : change)} />`)}</tbody></table></div>`;

/** The tap: what it has brought, and how to open and to end it. Changes are drawn four times a second at most. */
function useTap() {
  const [tap, set] = useState({ state: 'off', changes: [], seen: 0, matched: 0, dropped: 0, more: false });
  const close = useRef(() => {});
  useEffect(() => () => close.current(), []);
  const stop = (reason, failed) => { close.current(); set(last => ({ ...last, state: 'off', reason, failed })); };
  const start = params => {
    close.current();
    set({ collection: params.collection, state: 'waiting', changes: [], seen: 0, matched: 0, dropped: 0, more: false });
    let arrived = [];
    let count = 0;
    let dropped = 0;
    let more = false;
    const draw = () => {
      if (!arrived.length && !dropped && !more) return;
      const fresh = arrived.reverse();
      const lost = dropped;
      const unread = more;
      arrived = [];
      dropped = 0;
      more = false;
      set(last => ({ ...last, changes: [...fresh, ...last.changes].slice(0, MOST), seen: last.seen + fresh.length,
        matched: last.matched + fresh.filter(change => change.matched).length, dropped: last.dropped + lost, more: last.more || unread }));
    };
    const timer = setInterval(draw, 250);
    const end = follow('tail', params, {
      change: change => arrived.push({ ...change, key: count++ }),
      dropped: gap => { dropped += gap.n; more ||= gap.more; },
      server: ({ silentMs }) => set(last => ({ ...last, silent: silentMs > SILENT ? silentMs : 0 })),
      end: ({ reason, failed }) => { draw(); stop(reason, failed); }
    }, () => set(last => ({ ...last, state: 'open' })), (reason, failed) => { draw(); stop(reason, failed); });
    close.current = () => { clearInterval(timer); end(); };
  };
  return { tap, start, stop };
}

function Chosen({ change, close }) {
  const opened = useFocused();
  return html`<section class="letter" aria-label="Change" ref=${opened} tabindex="-1"><h2 class="name">${keyText(change.document)}</h2>
    ${change.matched ? html`<p><${State} value="UP" text="matches" /></p>` : html`<p><${State} value="CANCELLED" text="does not match" />:</p><ul>${change.failed.map(failed => html`<li class="name"><code>${condition(failed)}</code></li>`)}</ul>`}
    <${Code} label="Event">${pretty(change.event)}<//>
    <p class="actions"><button type="button" class="secondary outline" onClick=${close}>Close</button></p></section>`;
}

function Shown({ tap, filtered }) {
  const [which, show] = useState('all');
  const [held, hold] = useState(null);
  const [chosen, choose] = useState(null);
  const opener = useRef(null);
  const toggle = change => { opener.current = document.activeElement; choose(change); };
  const changes = held || tap.changes;
  const shown = changes.filter(change => which === 'all' || (which === 'matched') === change.matched);
  useEffect(() => { if (!tap.changes.length) { hold(null); choose(null); } }, [tap.changes.length]);
  return html`<div class="tools">
      <label>Show <select value=${which} onChange=${event => show(event.target.value)}>
        <option value="all">all changes</option><option value="matched">those that match</option><option value="not">those that do not</option></select></label>
      <button type="button" class="secondary outline" name="hold" disabled=${!changes.length} aria-pressed=${held ? 'true' : 'false'} onClick=${() => hold(held ? null : tap.changes)}>${held ? 'Go on' : 'Hold still'}</button>
    </div>
    <p class="facts">${number(tap.seen)} changes seen${filtered ? `, ${number(tap.matched)} match` : ''}${tap.dropped || tap.more ? `, ${tap.more ? 'more than ' : ''}${number(tap.dropped)} left out (50 a second at most are shown)` : ''}</p>
    ${chosen && html`<${Chosen} key=${chosen.key} change=${chosen} close=${() => { choose(null); opener.current?.focus(); }} />`}
    ${shown.length ? html`<${Changes} shown=${shown} many=${!tap.collection} chosen=${chosen} choose=${toggle} />`
      : html`<${Empty}>${tap.state === 'off' ? tap.seen ? 'None of these changes.' : 'No change has been seen.' : tap.seen ? 'None of the changes so far.' : 'Waiting for a change …'}<//>`}`;
}

export function Tail({ params }) {
  const names = useNamespaces();
  const [database, setDatabase] = useState(params.database || '');
  const [collection, setCollection] = useState(params.collection || '');
  const [match, setMatch] = useState(params.match || '');
  const [fullDocument, setFullDocument] = useState(params.fullDocument || '');
  const editor = useRef(null);
  // What is proposed is not put between the letters of who types already.
  const touched = useRef(false);
  const typed = set => event => { touched.current = true; set(event.target.value); };
  useEffect(() => {
    if (!names.first || touched.current || database || collection) return;
    setDatabase(names.first.database);
    setCollection(names.first.collections[0] || '');
  }, [names.first?.database]);
  const written = useRef(JSON.stringify(params));
  useEffect(() => {
    if (JSON.stringify(params) === written.current) return;
    setDatabase(params.database || '');
    setCollection(params.collection || '');
    setMatch(params.match || '');
    setFullDocument(params.fullDocument || '');
  }, [JSON.stringify(params)]);
  const checked = useChecked(database, collection, match, fullDocument);
  const { tap, start, stop } = useTap();
  const on = tap.state !== 'off';
  const { access, payloads } = useContext(Session);
  const refused = match.trim() !== '' && payloads === 'MASKED' && access !== 'OPERATE';
  /** What is tried stands in the address, too: a link of it shows others the same. */
  const begin = () => {
    const tried = { database, collection, match, fullDocument };
    written.current = JSON.stringify(Object.fromEntries(Object.entries(tried).filter(([, value]) => value)));
    go('tail', tried, true);
    start(tried);
  };
  return html`<div><h1>Live tail and filter tester</h1>
    <p>Changes as they come, of one collection, or of all if it is left empty, each tried with the filter. Nothing is delivered to a handler by this, and it ends by itself after 5 minutes.</p>
    <${Form}><div class="tools">
      <label>Database <input name="database" list="databases" value=${database} onInput=${typed(setDatabase)} spellcheck="false" /></label>
      <label>Collection <input name="collection" list="collections" value=${collection} onInput=${typed(setCollection)} spellcheck="false" /></label>
      <label>Document of an update <select name="fullDocument" value=${fullDocument} onChange=${event => setFullDocument(event.target.value)}>
        <option value="">not asked for</option><option value="UPDATE_LOOKUP">looked up</option>
        <option value="WHEN_AVAILABLE">post-image, if there is one</option><option value="REQUIRED">post-image</option></select></label>
      <datalist id="databases">${names.databases.map(name => html`<option value=${name} />`)}</datalist>
      <datalist id="collections">${names.collections.map(name => html`<option value=${name} />`)}</datalist>
    </div>
    <label>Filter (match of @OnChange)
      <textarea ref=${editor} class="mono" name="match" rows="4" spellcheck="false" autocapitalize="off" value=${match} aria-invalid=${checked.error ? 'true' : undefined}
        aria-describedby=${checked.error ? 'mistake' : undefined} onInput=${event => setMatch(event.target.value)} placeholder="{ 'fullDocument.qty': { $lt: 10 } }"></textarea></label>
    <div class="said" aria-live="polite"><${Verdict} checked=${checked} match=${match} editor=${editor} /></div>
    ${refused && html`<p class="hint">Whether a filter matches tells of values, which are masked here: to try one on changes needs OPERATE, and your access is READ. Without a filter you may look.</p>`}
    <p class="actions">
      <button type="submit" name="start" disabled=${!!checked.error || checked.busy || refused} onClick=${begin}>${on ? 'Start again with this filter' : 'Start'}</button>
      <button type="button" name="stop" class="secondary outline" disabled=${!on} onClick=${() => stop('Stopped.')}>Stop</button>
      <span class="live">${tap.state === 'open' ? tap.silent ? html`<${State} value="DEGRADED" text=${`MongoDB has not answered for ${Math.round(tap.silent / 1000)} s: changes are not seen until it does`} />` : html`<${State} value="OPEN" text="live" />` : tap.state === 'waiting' ? html`<span aria-busy="true">opening …</span>` : tap.failed ? '' : tap.reason || ''}</span></p><//>
    ${!on && tap.failed && html`<${Problem} error=${{ message: tap.reason }} />`}
    ${(on || tap.seen > 0) && html`<${Shown} tap=${tap} filtered=${match.trim() !== ''} />`}</div>`;
}
