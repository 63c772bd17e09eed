// The table of inferred rooms, where they were asked for.

const rooms = {
  start(page) {
    if (!page.tables.rooms) return;
    const { rooms: found, broadcasts } = page.tables;
    const alone = broadcasts.filter((row) => row.room === null).length;
    byId('rooms-note').textContent = `${count(found.length)} from ${count(page.totals.broadcasts)} broadcasts, ${count(alone)} of them too little to tell a room`;
    const num = { hozAlign: 'right', width: 96, widthGrow: 0 };
    tableIn('rooms-table', [
      column('room', 'room', (row) => row.room, { ...num, width: 70, responsive: 0 }),
      column('namespace', 'namespace', (row) => elide(row.namespace, 60), { width: 120, widthGrow: 0, responsive: 4 }),
      column('members', 'members', (row) => this.people(page, row), { headerSort: false, minWidth: 180, widthGrow: 3, responsive: 0 }),
      column('events', 'events', (row) => elide(row.events.slice(0, 20).join(', '), 120), { headerSort: false, minWidth: 100, widthGrow: 2, responsive: 1 }),
      column('broadcasts', 'broadcasts', (row) => count(row.broadcasts), { ...num, responsive: 2 }),
      column('payloads', 'payloads', (row) => count(row.payloads), { ...num, responsive: 6 }),
      column('sender', 'left_out', (row) => this.sender(row), { width: 150, widthGrow: 0, responsive: 3 }),
      column('certainty', 'confidence', (row) => row.confidence, { width: 92, widthGrow: 0, responsive: 5 }),
    ], { data: found, maxHeight: '420px', placeholder: 'No group of sessions receives together often enough to be told a room.' }, (row) => {
      const first = broadcasts.find((one) => one.room === row.room);
      if (first) frames.go((one) => one.frame === first.frame && one.event === first.event && one.direction === 's2c');
    });
  },

  people(page, row) {
    const names = row.members.slice(0, 40).map((id) => page.short.get(id) ?? elide(id, 10)).join(', ');
    const more = row.members.length > 40 ? ` and ${count(row.members.length - 40)} more` : '';
    const gone = row.former.length ? `, formerly ${count(row.former.length)} more` : '';
    return `${row.scope === 'namespace' ? 'all ' : ''}${count(row.members.length)}: ${names}${more}${gone}`;
  },

  sender(row) {
    if (row.left_out * 2 > row.broadcasts) return `left out ${row.left_out} of ${row.broadcasts}`;
    if (row.included * 2 > row.broadcasts) return `included ${row.included} of ${row.broadcasts}`;
    return '-';
  },
};
