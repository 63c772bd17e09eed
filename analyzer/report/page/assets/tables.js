// Tables, all of one kind: Tabulator draws only the rows in view; rows can be walked with the keyboard. On paper they are
// plain HTML with as many rows as somebody may want to turn over.

const PRINTED = 500;

/** A table in an element. `onChosen` gets the row's object on a click, on Enter and on Space. */
const tableIn = (id, columns, options, onChosen) => {
  const table = new Tabulator(byId(id), {
    columns, layout: 'fitColumns', responsiveLayout: 'hide', selectableRows: 1, columnDefaults: { headerSortTristate: true, vertAlign: 'middle' },
    printAsHtml: true, printStyled: false, printRowRange: () => table.getRows('active').slice(0, PRINTED),
    printFooter: () => (table.getDataCount('active') > PRINTED ? `${count(PRINTED)} of ${count(table.getDataCount('active'))} rows are printed.` : ''),
    ...options,
    rowFormatter: (row) => {
      row.getElement().tabIndex = 0;
      if (options.rowFormatter) options.rowFormatter(row);
    },
  });
  const choose = (row) => {
    table.deselectRow();
    row.select();
    onChosen(row.getData());
  };
  // a grid may hold rows alone, and they are what is focused
  table.on('tableBuilt', () => byId(id).querySelector('.tabulator-tableholder').removeAttribute('tabindex'));
  if (onChosen) {
    table.on('rowClick', (event, row) => choose(row));
    byId(id).addEventListener('keydown', (event) => walk(table, event, choose));
    keepFocus(table, byId(id));
  }
  return table;
};

/** Rows leave the document for a moment when the table is drawn anew: the one that had the focus gets it back. */
const keepFocus = (table, place) => {
  let focused = null;
  place.addEventListener('focusin', ({ target }) => {
    const element = target.closest('.tabulator-row');
    const row = element && table.getRows('visible').find((one) => one.getElement() === element);
    focused = row ? row.getData() : null;
  });
  document.addEventListener('pointerdown', () => { focused = null; }, true);
  table.on('renderComplete', () => {
    if (focused && document.activeElement === document.body) {
      table.getRows('visible').find((row) => row.getData() === focused)?.getElement().focus({ preventScroll: true });
    }
  });
};

const walk = (table, event, choose) => {
  const element = event.target.closest('.tabulator-row');
  if (!element) return;
  const step = { ArrowDown: 'nextElementSibling', ArrowUp: 'previousElementSibling' }[event.key];
  if (step) {
    event.preventDefault();
    element[step]?.focus();
    element[step]?.scrollIntoView({ block: 'nearest' });
  } else if (event.key === 'Enter' || event.key === ' ') {
    event.preventDefault();
    const row = table.getRows('visible').find((one) => one.getElement() === element);
    if (row) choose(row);
  }
};

/** A column whose cells are texts that `show` makes of the row. */
const column = (title, field, show, more) => ({
  title, field, headerSort: true, ...more,
  formatter: (cell) => document.createTextNode(show(cell.getData())),
});
