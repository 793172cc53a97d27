import { useEffect, useState } from '../vendor/preact-htm.module.js';
import { useLoad } from '../api.js';
import { Code, Empty, go, handlerLink, html, Loaded, number, pretty, State } from '../ui.js';

const ROW = 24;
const MANY = 30;

const scopeName = scope => scope.kind === 'DEPLOYMENT' ? 'whole deployment'
  : scope.kind === 'DATABASE' ? `${scope.database}.*` : `${scope.database}.${scope.collection}`;

function useNarrow() {
  const query = matchMedia('(max-width: 760px)');
  const [narrow, set] = useState(query.matches);
  useEffect(() => {
    const changed = () => set(query.matches);
    query.addEventListener('change', changed);
    return () => query.removeEventListener('change', changed);
  }, []);
  return narrow;
}

/** Nodes and lines of the graph, top to bottom: a stream stands beside the middle of its handlers, a scope beside that of its streams. */
function layout(streams, open, narrow) {
  const nodes = [];
  const lines = [];
  const scopes = new Map();
  const few = Math.max(6, Math.floor(MANY / streams.length));
  for (const stream of streams) {
    const name = scopeName(stream.scope);
    scopes.set(name, [...(scopes.get(name) || []), stream]);
  }
  let y = 12;
  const row = () => { const at = y; y += ROW; return at; };
  const x = narrow ? [4, 18, 34] : [4, 230, 560];
  const join = (from, to) => lines.push(narrow ? `M${from.x + 5} ${from.y + 9}V${to.y}H${to.x - 2}`
    : `M${from.x + from.w} ${from.y}C${from.x + from.w + 40} ${from.y} ${to.x - 40} ${to.y} ${to.x - 2} ${to.y}`);
  for (const [name, members] of scopes) {
    const scope = { kind: 'scope', text: name, x: x[0], y: narrow ? row() : 0, w: 180, key: `scope ${name}` };
    const below = members.map(stream => {
      const node = { kind: 'stream', text: stream.name, stream, x: x[1], y: narrow ? row() : 0, w: 270, key: `stream ${stream.name}` };
      const shown = open.has(stream.name) || stream.handlers.length <= few + 1 ? stream.handlers : stream.handlers.slice(0, few);
      const handlers = shown.map(id => ({ kind: 'handler', text: id, id, x: x[2], y: row(), key: `${stream.name} ${id}` }));
      if (stream.handlers.length > shown.length) handlers.push({ kind: 'more', text: `and ${number(stream.handlers.length - shown.length)} more`, stream, x: x[2], y: row(), key: `${stream.name} more` });
      if (!narrow && !handlers.length) row();
      if (!narrow) node.y = handlers.length ? (handlers[0].y + handlers[handlers.length - 1].y) / 2 : y - ROW;
      nodes.push(node, ...handlers);
      handlers.forEach(handler => join(node, handler));
      y += 10;
      return node;
    });
    if (!narrow) scope.y = (below[0].y + below[below.length - 1].y) / 2;
    nodes.push(scope);
    below.forEach(node => join(scope, node));
    y += 8;
  }
  return { nodes, lines, height: y };
}

// The ends of names tell more than their middles: streams of a collection begin alike.
const cut = (text, most) => text.length > most ? `${text.slice(0, most / 2)}…${text.slice(1 - most / 2)}` : text;

function Node({ node, chosen, choose, expand, most }) {
  const label = html`<text x=${node.x + 8} y=${node.y + 4}>${cut(node.text, most[node.kind] || 60)}</text><title>${node.text}</title>`;
  if (node.kind === 'handler') return html`<a class="node handler" href=${handlerLink(node.id)}><circle cx=${node.x + 1} cy=${node.y} r="2.5" />${label}</a>`;
  const press = node.kind === 'stream' ? choose : node.kind === 'more' ? expand : null;
  if (!press) return html`<g class="node scope"><rect x=${node.x} y=${node.y - 10} width=${node.w} height="20" rx="4" />${label}</g>`;
  const key = event => { if (event.key === 'Enter' || event.key === ' ') { event.preventDefault(); press(node.stream.name); } };
  return html`<g class=${`node ${node.kind} ${chosen === node.stream.name && node.kind === 'stream' ? 'chosen' : ''}`} role="button" tabindex="0" onClick=${() => press(node.stream.name)} onKeyDown=${key}
    aria-label=${node.kind === 'stream' ? `Stream ${node.text}` : `${node.text} of ${node.stream.name}`}>
    ${node.kind === 'stream' && html`<rect x=${node.x} y=${node.y - 10} width=${node.w} height="20" rx="4" />`}${label}</g>`;
}

function Graph({ streams, chosen, choose }) {
  const [open, set] = useState(new Set());
  const narrow = useNarrow();
  const { nodes, lines, height } = layout(streams, open, narrow);
  const width = narrow ? 360 : 900;
  const most = narrow ? { scope: 22, stream: 30, handler: 40 } : { scope: 22, stream: 34, handler: 46 };
  return html`<div class="scroll graph"><svg viewBox=${`0 0 ${width} ${height}`} width=${width} height=${height} role="group" aria-label="Scopes, streams and handlers">
    <path class="lines" d=${lines.join('')} />
    ${nodes.map(node => html`<${Node} key=${node.key} node=${node} chosen=${chosen} choose=${choose} most=${most} expand=${name => set(new Set([...open, name]))} />`)}
  </svg></div>`;
}

function Stream({ stream }) {
  return html`<section class="letter stream-detail" aria-label="Stream"><h2 class="name">${stream.name}</h2>
    <p class="facts"><${State} value=${stream.phase} /> ${scopeName(stream.scope)} · ${number(stream.handlers.length)} ${stream.handlers.length === 1 ? 'handler' : 'handlers'}${stream.snapshot ? ' · of a snapshot' : ''}</p>
    <p><strong>Why it is a stream of its own:</strong> ${stream.reason}</p>
    <h3>What the server filters</h3>
    ${stream.filter && stream.filter !== '[]' ? html`<${Code} label="Pipeline">${pretty(stream.filter)}<//>` : html`<${Empty}>Nothing: the server sends every change of the scope.<//>`}</section>`;
}

export function Plan({ params }) {
  const load = useLoad('plan', {}, 5000);
  const choose = stream => go('plan', { stream });
  return html`<div><h1>Plan</h1><${Loaded} load=${load} what="the plan">${data => {
    if (!data.streams.length) return html`<${Empty}>There are no streams: no handler listens here.<//>`;
    const stream = data.streams.find(found => found.name === params.stream) || data.streams[0];
    const handlers = data.streams.reduce((sum, found) => sum + found.handlers.length, 0);
    return html`<p class="facts">${number(handlers)} handlers on ${number(data.streams.length)} ${data.streams.length === 1 ? 'stream' : 'streams'}${data.cluster?.streams > data.streams.length ? `; all instances hold ${number(data.cluster.streams)} open` : ''}. Choose a stream to see why it is there and what it asks of the server.</p>
      <div class="plan"><div>
        <p class="legend" aria-hidden="true"><span>scope</span><span>stream</span><span>handlers</span></p>
        <${Graph} streams=${data.streams} chosen=${stream.name} choose=${choose} /></div>
        <${Stream} stream=${stream} /></div>`;
  }}<//></div>`;
}
