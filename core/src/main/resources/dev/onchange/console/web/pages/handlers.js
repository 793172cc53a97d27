import { useLoad } from '../api.js';
import { duration, Empty, go, handlerLink, html, Loaded, number, State, usePageTop, useSearch, useSteadyRows } from '../ui.js';

const PAGE = 100;

/** What only the instance knows that has the handler. */
const here = (row, value) => row.phase === 'ELSEWHERE' ? '–' : value;
const COLUMNS = [
  { key: 'id', title: 'Handler', sort: 'id', cell: row => html`<a href=${handlerLink(row.id)}>${row.id}</a>`, style: 'name' },
  { key: 'phase', title: 'Phase', cell: row => html`<${State} value=${row.phase} />`, col: 'c-phase' },
  { key: 'health', title: 'Health', sort: '-health', cell: row => here(row, html`<span title=${row.reason}><${State} value=${row.health} /></span>`), col: 'c-state', wide: true },
  { key: 'rate', title: 'Per second', sort: '-rate', cell: row => here(row, number(row.ratePerSecond)), num: true, wide: true },
  { key: 'lag', title: 'Lag', sort: '-lag', cell: row => duration(row.lagMs), num: true, col: 'c-lag' },
  { key: 'oldest', title: 'Oldest unsettled', sort: '-oldest', cell: row => row.inFlight ? duration(row.oldestUnsettledMs) : '–', num: true, wide: true },
  { key: 'inFlight', title: 'In flight', sort: '-inFlight', cell: row => here(row, number(row.inFlight)), num: true, wide: true },
  { key: 'retried', title: 'Retried', sort: '-retried', cell: row => here(row, number(row.retried)), num: true, wide: true },
  { key: 'letters', title: 'Letters', sort: '-letters', cell: row => row.letters === null ? '–' : number(row.letters + row.parked), num: true },
  { key: 'owner', title: 'Owner', sort: 'owner', cell: row => row.owner || '–', style: 'name', col: 'c-owner', wide: true }];

const classes = column => [column.num && 'num', column.wide && 'wide', column.style].filter(Boolean).join(' ');

function Head({ column, sort, choose }) {
  if (!column.sort) return html`<th scope="col" class=${classes(column)}>${column.title}</th>`;
  const chosen = sort === column.sort;
  const rising = !column.sort.startsWith('-');
  return html`<th scope="col" class=${classes(column)} aria-sort=${chosen ? rising ? 'ascending' : 'descending' : undefined}>
    <button type="button" class="sort" onClick=${() => choose(column.sort)}>${column.title}<span aria-hidden="true">${chosen ? rising ? ' ↑' : ' ↓' : ''}</span></button></th>`;
}

function Rows({ rows, sort, choose }) {
  const [shown, steady] = useSteadyRows(rows, row => row.id);
  return html`<div class="scroll"><table class="rows fixed handlers" ...${steady}>
    <colgroup>${COLUMNS.map(column => html`<col key=${column.key} class=${[column.col || (column.num && 'c-num'), column.wide && 'wide'].filter(Boolean).join(' ')} />`)}</colgroup>
    <thead><tr>${COLUMNS.map(column => html`<${Head} key=${column.key} column=${column} sort=${sort} choose=${choose} />`)}</tr></thead>
    <tbody>${shown.map(row => html`<tr key=${row.id}>${COLUMNS.map(column => html`<td key=${column.key} class=${classes(column)}>${column.cell(row)}</td>`)}</tr>`)}</tbody>
  </table></div>`;
}

export function Handlers({ params }) {
  const [text, type] = useSearch('handlers', params);
  const sort = params.sort || 'id';
  const offset = Number(params.offset || 0);
  const change = next => go('handlers', { ...params, offset: 0, ...next });
  const load = useLoad('handlers', { q: params.q, phase: params.phase, sort, offset, limit: PAGE }, 2000);
  const top = usePageTop(offset, !load.stale);
  return html`<div><h1>Handlers</h1>
    <div class="tools">
      <label>Search <input type="search" name="q" value=${text} onInput=${event => type(event.target.value)} placeholder="part of the id" /></label>
      <label>Phase <select value=${params.phase || ''} onChange=${event => change({ phase: event.target.value })}>
        <option value="">all</option>${['LISTENING', 'PAUSED', 'STOPPED', 'ELSEWHERE'].map(phase => html`<option value=${phase}>${phase.toLowerCase()}</option>`)}</select></label>
    </div>
    <${Loaded} load=${load} what="handlers">${data => html`
      <p class="facts" role="status" ref=${top} tabindex="-1">${number(data.total)} ${data.total === 1 ? 'handler' : 'handlers'}${params.q ? ` with “${params.q}”` : ''}${data.total > PAGE ? `, ${offset + 1} to ${Math.min(offset + PAGE, data.total)} shown` : ''}</p>
      ${data.handlers.length ? html`<${Rows} rows=${data.handlers} sort=${sort} choose=${next => change({ sort: next })} />`
        : html`<${Empty}>${params.q || params.phase ? 'No handler fits the search.' : 'No handler has been declared.'}<//>`}
      ${data.total > PAGE && html`<p class="pager">
        <button type="button" class="secondary outline" disabled=${offset === 0} onClick=${() => change({ offset: Math.max(0, offset - PAGE) })}>Previous ${PAGE}</button>
        <button type="button" class="secondary outline" disabled=${offset + PAGE >= data.total} onClick=${() => change({ offset: offset + PAGE })}>Next ${PAGE}</button></p>`}`}<//></div>`;
}
