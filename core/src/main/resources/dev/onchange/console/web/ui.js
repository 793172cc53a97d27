// Parts that several pages use.
import { html, useEffect, useRef, useState, createContext, useContext } from './vendor/preact-htm.module.js';

export { html, useContext };
export const Session = createContext({ access: 'READ' });
export const READ_ONLY = 'Your access is READ: you may look, not act.';
export const mayOperate = () => useContext(Session).access === 'OPERATE';

export const number = value => value === null || value === undefined ? '–' : Number(value).toLocaleString('en-US', { maximumFractionDigits: 1 });

export function duration(ms) {
  if (ms === null || ms === undefined) return '–';
  if (ms < 1000) return `${Math.round(ms)} ms`;
  const seconds = ms / 1000;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 60) return `${Math.round(seconds)} s`;
  const parts = [[86400, 'd'], [3600, 'h'], [60, 'min'], [1, 's']];
  const first = parts.findIndex(([size]) => seconds >= size);
  const [size, name] = parts[first];
  const [nextSize, nextName] = parts[first + 1] || [1, 's'];
  const whole = Math.floor(seconds / size);
  const rest = Math.floor((seconds - whole * size) / nextSize);
  return rest ? `${whole} ${name} ${rest} ${nextName}` : `${whole} ${name}`;
}

/** Text that others have written: marks that turn round what follows them are shown as what they are. */
export const plain = text => String(text).replace(/[\u202a-\u202e\u2066-\u2069]/g, mark => `\\u${mark.charCodeAt(0).toString(16)}`);

/** The same, with spans of time as people say them, `PT1M30S` is 1 min 30 s, and of a resume token the beginning. */
export const sentence = text => plain(text).replace(/\bPT(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?/g, (all, hours, minutes, seconds) =>
  hours || minutes || seconds ? duration(((hours || 0) * 3600 + (minutes || 0) * 60 + Number(seconds || 0)) * 1000).replace('.0 s', ' s') : all)
  .replace(/\b[0-9A-F]{40,}\b/g, token => `${token.slice(0, 16)}…`);

const two = value => String(value).padStart(2, '0');

/** How far the times of this browser are from UTC at a moment, as `UTC+05:30`. */
export function zone(date) {
  const minutes = -date.getTimezoneOffset();
  return `UTC${minutes < 0 ? '−' : '+'}${two(Math.floor(Math.abs(minutes) / 60))}:${two(Math.abs(minutes) % 60)}`;
}

/** How long ago, in one unit. The clocks of two computers differ a little: what is said to come soon is now. */
function ago(date) {
  const ms = Date.now() - date;
  if (ms < -60000) return `in ${duration(-ms).split(' ', 2).join(' ')}`;
  return ms < 1000 ? 'now' : `${duration(ms).split(' ', 2).join(' ')} ago`;
}

/** A time as the clock of whoever looks shows it; the title has the zone, how long ago it was, and the same in UTC. */
export function When({ at, age, only }) {
  if (!at) return html`<span>–</span>`;
  const date = new Date(at);
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  const time = `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
  const today = date.toDateString() === new Date().toDateString();
  return html`<time datetime=${at} title=${`${day} ${time} ${zone(date)}, ${ago(date)}; ${at}`}>${only ? ago(date) : today ? time : `${day} ${time}`}${age && ` (${ago(date)})`}</time>`;
}

const SIGNS = { LISTENING: '▸', OPEN: '▸', RUNNING: '▸', UP: '✓', ACTIVE: '✓', ALIVE: '✓', DONE: '✓', COMPLETE: '✓', OK: '✓', WARNING: '!', FAILURE: '✕', NOTICE: '·', PAUSED: '‖', STOPPED: '■', FAILED: '✕',
  DOWN: '✕', DEAD: '✕', DEGRADED: '!', PARKED: '‖', ELSEWHERE: '→', CANCELLED: '■' };
const KINDS = { UP: 'good', LISTENING: 'good', OPEN: 'good', ACTIVE: 'good', ALIVE: 'good', DONE: 'good', COMPLETE: 'good', OK: 'good', WARNING: 'warn', FAILURE: 'bad', RUNNING: 'good', PAUSED: 'calm', PARKED: 'calm',
  ELSEWHERE: 'calm', STOPPED: 'bad', FAILED: 'bad', DOWN: 'bad', DEAD: 'bad', DEGRADED: 'warn', CANCELLED: 'calm' };

/** A state: a sign and a word, so that it reads without colour. */
export const State = ({ value, text }) => value
  ? html`<span class=${`state ${KINDS[value] || 'calm'}`}><span aria-hidden="true">${SIGNS[value] || '·'}</span> ${text || value.toLowerCase().replaceAll('_', ' ')}</span>`
  : html`<span>–</span>`;

export const Problem = ({ error }) => error
  ? html`<p class="problem" role="alert"><strong>${error.code && error.code !== 'FORBIDDEN' ? `${error.code}: ` : ''}</strong>${sentence(error.message)}</p>` : null;

export const Empty = ({ children }) => html`<p class="empty">${children}</p>`;

/** What is shown for an answer: that it is asked for, why it did not come, or the page made of it. */
export function Loaded({ load, what, children }) {
  const waiting = html`<p class="empty" aria-busy="true">Loading ${what} …</p>`;
  const shown = load.data ? children(load.data) : load.error ? null : waiting;
  const busy = load.data && load.loading;
  return html`<div class=${busy ? 'busy' : ''} aria-busy=${busy ? 'true' : undefined}>${load.error && (!load.data || load.error.status !== 0) && html`<${Problem} error=${load.error} />`}${shown}</div>`;
}

// Quotes of MQL are kept as they are: only text that is JSON is laid out.
export function pretty(value) {
  if (typeof value !== 'string') return JSON.stringify(value, null, 2);
  try { return JSON.stringify(JSON.parse(value), null, 2); } catch { return value; }
}

/** The key of a document for people: its `_id`, with the rest of the key if there is more; where it is, is said beside it. */
export function keyText(document) {
  let key = document;
  if (typeof key === 'string') {
    try { key = JSON.parse(key); } catch { return plain(key); }
  }
  if (key === null || typeof key !== 'object') return JSON.stringify(key) ?? '–';
  const { db, coll, ...rest } = key;
  if (Object.keys(rest).length !== 1 || !('_id' in rest)) return plain(JSON.stringify(Object.keys(rest).length ? rest : key));
  const id = rest._id?.$oid ?? rest._id;
  return plain(typeof id === 'string' ? id : JSON.stringify(id));
}

/** A button that copies a text, and says so on itself. */
export function Copy({ text, of }) {
  const [said, tell] = useState('');
  useEffect(() => {
    if (!said) return undefined;
    const timer = setTimeout(() => tell(''), 3000);
    return () => clearTimeout(timer);
  }, [said]);
  const press = () => copy(text).then(() => tell('Copied'), failure => say(failure.message, true));
  return html`<button type="button" class="outline small" aria-label=${said ? undefined : `Copy: ${of}`} onClick=${press}><span aria-live="polite">${said || 'Copy'}</span></button>`;
}

/** Text that is laid out, with a button that copies it unless there is one beside it already. */
export function Code({ children, label, bare }) {
  const code = html`<pre class="code" tabindex="0" aria-label=${label}><code>${plain(children)}</code></pre>`;
  return bare ? code : html`<div class="copied">${code}<${Copy} text=${children} of=${label} /></div>`;
}

let announce = () => {};
/** Says in one line what has become of an action; read aloud by screen readers. */
export const say = (text, bad = false) => announce(text ? { text, bad } : null);

export function Announcer() {
  const [message, set] = useState(null);
  useEffect(() => { announce = set; return () => { announce = () => {}; }; }, []);
  useEffect(() => {
    if (!message || message.bad) return undefined;
    const timer = setTimeout(() => set(null), 8000);
    return () => clearTimeout(timer);
  }, [message]);
  useEffect(() => {
    const escape = event => { if (event.key === 'Escape') set(null); };
    addEventListener('keydown', escape);
    return () => removeEventListener('keydown', escape);
  }, []);
  return html`<div class="announcer" role="status" aria-live="polite">
    ${message && html`<p class=${message.bad ? 'bad' : 'good'}>${sentence(message.text)}
      <button type="button" class="plain" aria-label="Close this message" onClick=${() => set(null)}>✕</button></p>`}
  </div>`;
}

/** A button that says what it is doing, and is not pressed twice meanwhile: it keeps the focus, which one that is disabled would lose. */
export function Act({ label, busy, act, done, kind = 'secondary outline', disabled, title, operate = true, name, type = 'button' }) {
  const [running, run] = useState('');
  const may = mayOperate() || !operate;
  const alive = useRef(true);
  useEffect(() => () => { alive.current = false; }, []);
  const click = async () => {
    if (running) return;
    run(busy);
    say('');
    try {
      const result = await act();
      const text = typeof done === 'function' ? done(result) : done;
      if (text) say(text);
    } catch (error) {
      say(error.message, true);
    } finally {
      if (alive.current) run('');
    }
  };
  return html`<button type=${type} class=${kind} name=${name} disabled=${!running && (disabled || !may)} aria-disabled=${running ? 'true' : undefined} aria-busy=${running ? 'true' : undefined}
    title=${may ? title : READ_ONLY} onClick=${click}>${running || label}</button>`;
}

/** Fields whose button, of the type `submit`, is pressed by Enter too. */
export const Form = ({ kind, children }) => html`<form class=${kind} onSubmit=${event => event.preventDefault()}>${children}</form>`;

/** Of something that opens above what was pressed: it is brought into view, and whoever uses the keyboard goes on in it. */
export function useFocused() {
  const element = useRef(null);
  useEffect(() => { element.current.focus({ preventScroll: true }); element.current.scrollIntoView({ block: 'nearest' }); }, []);
  return element;
}

export function Dialog({ open, title, close, children }) {
  const element = useRef(null);
  useEffect(() => {
    const dialog = element.current;
    if (open && !dialog.open) dialog.showModal();
    if (!open && dialog.open) dialog.close();
  }, [open]);
  return html`<dialog ref=${element} onClose=${close} onCancel=${close} aria-label=${title}>
    <h2>${title}</h2>${open && children}</dialog>`;
}

export function Bar({ done, total, label }) {
  const known = total > 0;
  return html`<p class="bar"><progress value=${known ? done : undefined} max=${known ? total : undefined} aria-label=${label}></progress>
    <span>${number(done)}${known ? ` of ${number(total)}` : ''} ${label}</span></p>`;
}

/** Rows keep their order while the pointer or the focus is in the table, so that nothing moves away under it. */
export function useSteadyRows(rows, key) {
  const held = useRef(false);
  const order = useRef([]);
  const on = {
    onMouseEnter: () => { held.current = true; },
    onMouseLeave: () => { held.current = false; },
    onFocusIn: () => { held.current = true; },
    onFocusOut: () => { held.current = false; } };
  let shown = rows;
  if (held.current) {
    const place = new Map(order.current.map((id, index) => [id, index]));
    shown = [...rows].sort((a, b) => (place.get(key(a)) ?? 1e9) - (place.get(key(b)) ?? 1e9));
  }
  order.current = shown.map(key);
  return [shown, on];
}

/** The address of a page with its parameters, behind the `#`. */
export function link(path, params = {}) {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(params)) if (value) query.set(name, value);
  const text = query.toString();
  return `#/${path}${text ? `?${text}` : ''}`;
}
export const handlerLink = id => link(`handlers/${encodeURIComponent(id)}`);
/** Goes there; `instead` of here, if the way back is not to lead here. */
export const go = (path, params, instead) => { if (instead) location.replace(link(path, params)); else location.hash = link(path, params); };

/** A text to search for, which the address gets a moment after the last key: a link has it, and the way back brings it again. */
export function useSearch(path, params) {
  const now = params.q || '';
  const [text, type] = useState(now);
  const written = useRef(now);
  const latest = useRef(params);
  latest.current = params;
  useEffect(() => { if (now !== written.current) type(written.current = now); }, [now]);
  useEffect(() => {
    if (text === written.current) return undefined;
    const timer = setTimeout(() => go(path, { ...latest.current, offset: 0, q: written.current = text }, true), 300);
    return () => clearTimeout(timer);
  }, [text]);
  return [text, type];
}

/** Gives the focus to an element if what had it is gone: who uses the keyboard would begin anew at the top of the page. */
export const keepFocus = element => { if (document.activeElement === document.body) element.current?.focus({ preventScroll: true }); };

/** Of a list in pages: what stands above it has the focus, and is seen, once another page is there. */
export function usePageTop(page, ready) {
  const element = useRef(null);
  const shown = useRef(page);
  useEffect(() => {
    if (!ready || page === shown.current) return;
    shown.current = page;
    element.current?.focus({ preventScroll: true });
    element.current?.scrollIntoView({ block: 'nearest' });
  }, [page, ready]);
  return element;
}

export async function copy(text) {
  if (navigator.clipboard && window.isSecureContext) return navigator.clipboard.writeText(text);
  const area = document.createElement('textarea');
  area.value = text;
  document.body.append(area);
  area.select();
  const copied = document.execCommand('copy');
  area.remove();
  if (!copied) throw new Error('The browser does not copy here: mark the text and copy it yourself.');
  return undefined;
}
