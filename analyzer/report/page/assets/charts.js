// Heartbeat intervals with what was advertised, round trips, and how long acknowledgements took.

const STATES = { answered: 'websocket', late: 'warning', missed: 'error', unanswered: 'error' };

/** Points of a table by state, each `[seconds, value, row]`. */
const points = (rows, at, value) => Object.entries(STATES).map(([state, color]) => ({
  name: state, type: 'scatter', symbolSize: state === 'answered' ? 6 : 10, symbol: state === 'answered' ? 'circle' : 'triangle',
  itemStyle: { color: theme.color(color), opacity: 0.75 }, large: rows.length > CROWD, largeThreshold: CROWD,
  data: rows.filter((row) => row.state === state && row[at] !== null && value(row) !== null).map((row) => [row[at] / 1e9, value(row), row]),
})).filter((series) => series.data.length);

const timed = (id, note, make) => {
  const drawn = chartIn(id, () => {
    const { text, series, name, tell, log, zero } = make();
    byId(note).textContent = text;
    return {
      grid: { left: 64, right: 16, top: 30, bottom: 44 },
      tooltip: tooltip((point) => (point.value[2] ? tell(point.value[2]) : ''), { trigger: 'item' }),
      legend: { show: series.length > 1, top: 0, textStyle: { color: theme.color('ink') } },
      xAxis: axis({ type: 'value', name: 's', min: 'dataMin', max: 'dataMax', axisLabel: { formatter: (s) => `${+s.toFixed(2)}` }, scale: true }),
      yAxis: axis({ type: log ? 'log' : 'value', name, scale: !log && !zero, axisLabel: { formatter: (ms) => span(ms * 1e6) } }),
      dataZoom: [{ type: 'inside', filterMode: 'none' }], series,
    };
  });
  sessions.listeners.push(() => drawn.draw());
};

const charts = {
  start(page) {
    const shown = (id, rows) => !(byId(id).closest('figure').hidden = !rows.length); // nothing is no picture
    if (shown('beats-chart', page.tables.heartbeats)) timed('beats-chart', 'beats-note', () => {
      const rows = sessions.of(page.tables.heartbeats);
      const series = points(rows, 'ping_time', (row) => row.interval_ms);
      if (series.length) series[0].markLine = this.advertised(page);
      return { text: `Heartbeat intervals: ${count(rows.length)} pings, dashed: advertised`, series, name: 'interval', zero: true,
        tell: (row) => `${elide(row.session, 30)}\n${row.pinger} pinged after ${span((row.interval_ms ?? NaN) * 1e6)}, due ${span((row.expected_ms ?? NaN) * 1e6)}: ${row.state}` };
    });
    if (shown('trips-chart', page.tables.heartbeats.filter((row) => row.rtt_ms > 0))) timed('trips-chart', 'trips-note', () => {
      const rows = sessions.of(page.tables.heartbeats).filter((row) => row.rtt_ms !== null && row.rtt_ms > 0);
      return { text: 'Heartbeat round trips', series: points(rows, 'ping_time', (row) => row.rtt_ms), name: 'round trip', log: true,
        tell: (row) => `${elide(row.session, 30)}\npong ${span(row.rtt_ms * 1e6)} after the ping, ${span((row.margin_ms ?? NaN) * 1e6)} left` };
    });
    if (shown('acks-chart', page.tables.acks)) timed('acks-chart', 'acks-note', () => {
      const rows = sessions.of(page.tables.acks);
      const open = rows.filter((row) => row.state === 'unanswered').length;
      return { text: `Acknowledgements: ${count(rows.length)} asked for, ${count(open)} unanswered`, log: true, name: 'latency',
        series: points(rows, 'sent', (row) => (row.latency_ms > 0 ? row.latency_ms : null)),
        tell: (row) => `${elide(row.namespace, 30)} ${elide(row.event, 40)} #${row.ack_id}\nanswered after ${span(row.latency_ms * 1e6)}` };
    });
    this.events(page);
  },

  advertised(page) {
    const known = [...new Set(sessions.of(page.tables.sessions).map((row) => row.ping_interval_ms).filter((ms) => ms > 0))];
    return { silent: true, symbol: 'none', lineStyle: { type: 'dashed', color: theme.color('soft') }, label: { show: false },
      data: known.slice(0, 5).map((yAxis) => ({ yAxis })) };
  },

  events(page) {
    if ((byId('events-table').closest('figure').hidden = !page.tables.events.length)) return;
    const num = { hozAlign: 'right', width: 80, widthGrow: 0 };
    tableIn('events-table', [
      column('event', 'event', (row) => elide(row.event, 60), { minWidth: 120 }),
      column('⇄', 'direction', (row) => (row.direction === 'c2s' ? '→' : '←'), { width: 36, widthGrow: 0 }),
      column('count', 'count', (row) => count(row.count), num),
      column('bytes', 'bytes', (row) => bytes(row.bytes), num),
      column('sessions', 'sessions', (row) => count(row.sessions), num),
    ], { data: page.tables.events, maxHeight: '320px', initialSort: [{ column: 'count', dir: 'desc' }] }, (row) => {
      byId('search').value = row.event ?? '';
      frames.filter();
      byId('frames').scrollIntoView();
    });
  },
};
