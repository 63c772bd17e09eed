// Building elements. Text from a capture only ever becomes a text node: it cannot be markup.

const HIDDEN = /[\u0000-\u0009\u000b-\u001f\u007f-\u00a0\u00ad\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u2028-\u202f\u205f-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]|\udb40[\udc00-\udfff]/g;

/** Characters that show nothing, or move others (bidi marks), as escapes. */
const visible = (text) =>
  String(text).replace(HIDDEN, (found) => [...Array(found.length).keys()]
    .map((i) => '\\u' + found.charCodeAt(i).toString(16).padStart(4, '0')).join(''));

/** At most `width` characters of a text, on one line, safe to show. */
const elide = (text, width) => {
  if (text === null || text === undefined) return '';
  const head = String(text).slice(0, width);
  return visible(head.replaceAll('\n', '\\n')) + (text.length > width ? '…' : '');
};

const byId = (id) => document.getElementById(id);

/** An element with attributes and children; strings become text nodes. */
const make = (tag, attributes, ...children) => {
  const found = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value === true) found.setAttribute(name, '');
    else if (value !== null && value !== undefined && value !== false) found.setAttribute(name, value);
  }
  found.append(...children.filter((child) => child !== null && child !== undefined));
  return found;
};

/** Calls `act` once the last call is `ms` old. */
const later = (ms, act) => {
  let timer = 0;
  return (...given) => {
    clearTimeout(timer);
    timer = setTimeout(() => act(...given), ms);
  };
};

/** A span of ns as a person reads it. */
const span = (ns) => {
  if (ns === null || ns === undefined || Number.isNaN(ns)) return '-';
  const ms = Math.abs(ns) / 1e6;
  const sign = ns < 0 ? '-' : '';
  if (ms < 9.995) return `${sign}${ms.toFixed(2)} ms`;
  if (ms < 999.5) return `${sign}${ms.toFixed(ms < 99.95 ? 1 : 0)} ms`;
  const s = ms / 1000;
  if (s < 120) return `${sign}${s.toFixed(s < 9.995 ? 2 : 1)} s`;
  const whole = Math.round(s);
  if (whole < 7200) return `${sign}${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, '0')} s`;
  return `${sign}${Math.floor(whole / 3600)} h ${String(Math.floor(whole / 60) % 60).padStart(2, '0')} min`;
};

/** A number of bytes as a person reads it. */
const bytes = (count) => {
  if (count === null || count === undefined) return '';
  if (count < 1000) return `${count} B`;
  const power = Math.min(Math.floor(Math.log10(count) / 3), 5);
  const value = count / 1000 ** power;
  return `${value.toFixed(value < 9.995 ? 2 : value < 99.95 ? 1 : 0)} ${' kMGTP'[power]}B`;
};

const count = (number) => Number(number).toLocaleString('en');
