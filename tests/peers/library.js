// The libraries of a generation (1 to 4) and the files inside them that the truth hooks take hold of.
'use strict';
const fs = require('fs');
const path = require('path');

function packageOf(file) {
  for (let folder = path.dirname(file); ; folder = path.dirname(folder)) {
    const manifest = path.join(folder, 'package.json');
    if (!fs.existsSync(manifest)) continue;
    const { name, version } = JSON.parse(fs.readFileSync(manifest, 'utf8'));
    if (version) return { name, version };
  }
}

function locate(alias, engine) {
  const main = require.resolve(alias);
  const engineMain = require.resolve(engine, { paths: [path.dirname(main)] });
  const versions = Object.fromEntries([main, engineMain].map(packageOf).map(({ name, version }) => [name, version]));
  const roots = [path.dirname(engineMain), path.join(path.dirname(engineMain), 'lib')];
  const root = roots.find((folder) => fs.existsSync(path.join(folder, 'transport.js')));
  const part = (name, member) => {
    const loaded = require(path.join(root, name));
    return member in loaded ? loaded[member] : loaded;
  };
  return { module: require(alias), folder: path.dirname(main), versions, part };
}

// The msgpack parser where a scenario wants it, else nothing: the library's own.
function parserOptions(name) {
  return name === 'msgpack' ? { parser: require('socket.io-msgpack-parser') } : {};
}

function settings() {
  return JSON.parse(process.argv[2]);
}

module.exports = { locate, packageOf, parserOptions, settings };
