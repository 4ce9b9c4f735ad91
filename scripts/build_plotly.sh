#!/bin/sh
# Builds static/vendor/plotly-timeline.min.js: plotly.js with scatter (always in its core) and bar, nothing else.
# Needs node and npm; works in a temporary folder, so that no path of this machine reaches the file. Run it from anywhere.
set -eu

PLOTLY=4.1.1   # must equal plotly.offline.get_plotlyjs_version() of the locked Python package; a test holds it
ESBUILD=0.28.2

vendor=$(cd "$(dirname "$0")/../static/vendor" && pwd)
build=$(mktemp -d)
trap 'rm -rf "$build"' EXIT
cd "$build"

npm install --no-save --no-audit --no-fund --ignore-scripts --loglevel=error "plotly.js@$PLOTLY" "esbuild@$ESBUILD"

cat > entry.js <<'JS'
var Plotly = require('plotly.js/lib/core');
Plotly.register([require('plotly.js/lib/bar')]);
module.exports = Plotly;
JS

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

await build({
  entryPoints: ["entry.js"],
  outfile: "plotly-timeline.min.js",
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

# esbuild also wrote a style sheet for the map traces, which are not in this bundle: it stays behind.
if grep -q -e "$build" -E -e '(^|[^A-Za-z0-9_$.])(Function|eval)\(' plotly-timeline.min.js; then
  echo "The bundle holds a path of this machine or builds code from text; nothing was copied." >&2
  exit 1
fi

cp plotly-timeline.min.js "$vendor/plotly-timeline.min.js"
cp node_modules/plotly.js/LICENSE "$vendor/plotly.LICENSE"
cd "$vendor"
sha256sum plotly-timeline.min.js > plotly-timeline.min.js.sha256
printf 'sha384-%s\n' "$(openssl dgst -sha384 -binary plotly-timeline.min.js | openssl base64 -A)" > plotly-timeline.min.js.sri
