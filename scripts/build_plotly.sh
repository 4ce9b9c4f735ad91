#!/bin/sh
# Builds static/vendor/plotly-timeline.min.js, plotly.js with scatter (always in its core) and bar, and
# static/vendor/plotly-flow.min.js, the same core with sankey; nothing else.
# Needs node and npm; works in a temporary folder, so that no path of this machine reaches the file. Run it from anywhere.
set -eu

PLOTLY=4.1.1   # must equal plotly.offline.get_plotlyjs_version() of the locked Python package; a test holds it
ESBUILD=0.28.2

vendor=$(cd "$(dirname "$0")/../static/vendor" && pwd)
build=$(mktemp -d)
trap 'rm -rf "$build"' EXIT
cd "$build"

npm install --no-save --no-audit --no-fund --ignore-scripts --loglevel=error "plotly.js@$PLOTLY" "esbuild@$ESBUILD"

for bundle in timeline:bar flow:sankey; do
  cat > "entry-${bundle%:*}.js" <<JS
var Plotly = require('plotly.js/lib/core');
Plotly.register([require('plotly.js/lib/${bundle#*:}')]);
module.exports = Plotly;
JS
done

# The attributes' descriptions are documentation that plotly's own builds leave out too: a tenth of the bytes.
cat > build.mjs <<'JS'
import { readFile } from "node:fs/promises";
import { build } from "esbuild";

const string = String.raw`'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"`;
const array = String.raw`\[(?:\s*(?:${string}),?)*\s*\]\.join\(' '\)`;
const description = new RegExp(String.raw`^\s*description: (?:${string}|${array}),?$`, "gm");
const withoutDescriptions = {
  name: "without-descriptions",
  setup(build) {
    build.onLoad({ filter: /plotly\.js\/src\/.*\.js$/ }, async ({ path }) => ({
      contents: (await readFile(path, "utf8")).replace(description, ""),
      loader: "js",
    }));
  },
};

for (const name of ["timeline", "flow"]) await build({
  entryPoints: [`entry-${name}.js`],
  outfile: `plotly-${name}.min.js`,
  bundle: true,
  minify: true,
  format: "iife",
  globalName: "Plotly",
  target: "es2018",
  define: { global: "window", "define.amd": "false" },
  legalComments: "eof",
  logLevel: "warning",
  plugins: [withoutDescriptions],
});
JS
node build.mjs

# esbuild also wrote a style sheet for the map traces, which are not in these bundles: it stays behind.
for name in plotly-timeline.min.js plotly-flow.min.js; do
  if grep -q -e "$build" -E -e '(^|[^A-Za-z0-9_$.])(Function|eval)\(' "$name"; then
    echo "$name holds a path of this machine or builds code from text; it was not copied." >&2
    exit 1
  fi
  cp "$name" "$vendor/$name"
  (
    cd "$vendor"
    sha256sum "$name" > "$name.sha256"
    printf 'sha384-%s\n' "$(openssl dgst -sha384 -binary "$name" | openssl base64 -A)" > "$name.sri"
  )
done
cp node_modules/plotly.js/LICENSE "$vendor/plotly.LICENSE"
