// Builds what the browser loads into static/dist/ and writes down in manifest.json what each file is called there.
// The server reads the manifest, so a page only ever asks for files that exist, and they may be kept for ever.
import { build } from "esbuild";
import { createHash } from "node:crypto";
import { mkdir, readFile, readdir, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, gzipSync } from "node:zlib";

// Each kind of page has one stylesheet, static/css/pages/<kind>.css, and one script, static/js/pages/<script>.js.
const KINDS = {
  join: { script: "join" },
  table: { script: "table" },
  host: { script: "table" }, // the same table, laid out for the one who stays
  cafe: { script: "cafe" },
  screen: { script: "screen" },
  list: { script: "list" },
  sorting: { script: "sorting" },
  goal: { script: "goal" },
  page: { script: "page" },
  cards: { script: "page" },
  typing: { script: "typing" },
  hall: { script: "hall" },
  device: { script: "device" },
};

// What no page names: the service worker, which the server hands out at the root under its plain name.
const WORKER = "sw";

// From lucide; our own glyphs are static/icons/st-*.svg. On a page: #i-<name>.
const ICONS = [
  "activity",
  "arrow-right",
  "arrow-right-left",
  "arrow-up",
  "camera",
  "check",
  "chevron-down",
  "circle-alert",
  "circle-check",
  "circle-x",
  "clock",
  "copy",
  "corner-down-right",
  "download",
  "ellipsis",
  "eye",
  "eye-off",
  "flag",
  "folder-input",
  "footprints",
  "hand",
  "handshake",
  "highlighter",
  "history",
  "hourglass",
  "info",
  "languages",
  "layers",
  "lightbulb",
  "link",
  "list-filter",
  "list-todo",
  "lock",
  "log-out",
  "megaphone",
  "menu",
  "merge",
  "message-circle-question-mark",
  "message-square",
  "minus",
  "moon",
  "mountain",
  "octagon-alert",
  "pause",
  "pencil",
  "play",
  "plus",
  "presentation",
  "printer",
  "radio",
  "refresh-cw",
  "scan-search",
  "search",
  "send",
  "settings",
  "skip-forward",
  "sprout",
  "trash-2",
  "triangle-alert",
  "undo-2",
  "user-minus",
  "user-plus",
  "users",
  "users-round",
  "vote",
  "wifi",
  "wifi-off",
  "x",
];

// What a phone downloads before the first note can be written; its HTML comes on top.
const FIRST_TABLE_PAGE = ["table.css", "table.js", "icons.svg", "atkinson-hyperlegible-next-latin-wght-normal.woff2"];
const FIRST_TABLE_PAGE_LIMIT = 100_000;

const root = dirname(fileURLToPath(import.meta.url));
const dist = join(root, "static", "dist");
const packed = new Set([".css", ".js", ".svg"]);

async function bundle() {
  const scripts = [...new Set(Object.values(KINDS).map(({ script }) => script))];
  const entries = [
    ...Object.keys(KINDS).map((kind) => ({ in: `static/css/pages/${kind}.css`, out: kind })),
    { in: `static/js/${WORKER}.js`, out: WORKER },
    ...scripts.map((script) => ({ in: `static/js/pages/${script}.js`, out: script })),
  ];
  const { metafile, warnings } = await build({
    absWorkingDir: root,
    entryPoints: entries,
    outdir: dist,
    entryNames: "[name]-[hash]",
    assetNames: "[name]-[hash]",
    loader: { ".woff2": "file" },
    bundle: true,
    format: "esm",
    minify: true,
    metafile: true,
    logLevel: "warning",
    // light-dark() and popover set the floor
    target: ["chrome123", "edge123", "firefox125", "safari17.5"],
  });
  // A slip in a stylesheet is only a warning to esbuild.
  if (warnings.length) throw new Error("Nothing was built: see the warnings above");

  const built = {};
  for (const [path, { entryPoint, inputs }] of Object.entries(metafile.outputs)) {
    const source = entryPoint ?? Object.keys(inputs)[0];
    built[basename(source)] = basename(path);
  }
  const manifest = { [`${WORKER}.js`]: built[`${WORKER}.js`] };
  for (const [kind, { script }] of Object.entries(KINDS)) {
    manifest[`${kind}.css`] = built[`${kind}.css`];
    manifest[`${kind}.js`] = built[`${script}.js`];
  }
  for (const [name, file] of Object.entries(built)) {
    if (extname(name) === ".woff2") manifest[name] = file;
  }
  return manifest;
}

// The file's name carries a hash of its content, as esbuild does for the others.
async function emit(name, content) {
  const hash = createHash("sha256").update(content).digest("hex").slice(0, 8).toUpperCase();
  const file = `${basename(name, extname(name))}-${hash}${extname(name)}`;
  await writeFile(join(dist, file), content);
  return file;
}

async function sprite() {
  const own = (await readdir(join(root, "static", "icons"))).filter((file) => /^st-.*\.svg$/.test(file)).sort();
  const sources = [
    ...ICONS.map((name) => join(root, "node_modules", "lucide-static", "icons", `${name}.svg`)),
    ...own.map((file) => join(root, "static", "icons", file)),
  ];
  const symbols = await Promise.all(sources.map(async (path) => symbol(path, await readFile(path, "utf8"))));
  const { version, license } = JSON.parse(
    await readFile(join(root, "node_modules", "lucide-static", "package.json"), "utf8"),
  );
  return `<!-- icons of lucide-static ${version}, ${license}; i-st-* are Workshop's own -->\n<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>\n`;
}

function symbol(path, svg) {
  const [, content] = /<svg[^>]*>([^]*)<\/svg>/.exec(svg) ?? [];
  const viewBox = /viewBox="([^"]*)"/.exec(svg)?.[1];
  if (!content || !viewBox) throw new Error(`${path} is not an icon: it needs an <svg> with a viewBox`);
  const drawing = content.replace(/\s+/g, " ").replace(/> </g, "><").trim().replaceAll(" />", "/>");
  return `<symbol id="i-${basename(path, ".svg")}" viewBox="${viewBox}">${drawing}</symbol>`;
}

// Compressing on the way would hold up every table; browsers ask for brotli on https only, and for gzip in a hall without.
async function pack(file) {
  const path = join(dist, file);
  const content = await readFile(path);
  const size = { plain: content.length, brotli: content.length, gzip: content.length };
  if (!packed.has(extname(file))) return size;
  const brotli = brotliCompressSync(content);
  const gzip = gzipSync(content, { level: 9 });
  await Promise.all([writeFile(`${path}.br`, brotli), writeFile(`${path}.gz`, gzip)]);
  return { plain: content.length, brotli: brotli.length, gzip: gzip.length };
}

async function readManifest() {
  try {
    return JSON.parse(await readFile(join(dist, "manifest.json"), "utf8"));
  } catch (error) {
    if (error.code === "ENOENT") return {};
    throw error;
  }
}

// Pages that are open still ask for the files of the build before.
async function sweep(...manifests) {
  const kept = new Set(manifests.flatMap((manifest) => Object.values(manifest)));
  for (const file of await readdir(dist)) {
    if (file !== "manifest.json" && !kept.has(file.replace(/\.(br|gz)$/, ""))) await rm(join(dist, file));
  }
}

function report(manifest, sizes) {
  const kB = (bytes) => `${(bytes / 1000).toFixed(1)} kB`;
  for (const [name, file] of Object.entries(manifest)) {
    const { plain, brotli, gzip } = sizes[file];
    console.log(`${name}: ${kB(plain)}` + (brotli < plain ? `, brotli ${kB(brotli)}, gzip ${kB(gzip)}` : ""));
  }
  const total = (encoding) => FIRST_TABLE_PAGE.reduce((sum, name) => sum + sizes[manifest[name]][encoding], 0);
  console.log(
    `First table page without its HTML: brotli ${kB(total("brotli"))}, gzip ${kB(total("gzip"))} of ${kB(FIRST_TABLE_PAGE_LIMIT)}`,
  );
  if (total("gzip") > FIRST_TABLE_PAGE_LIMIT) throw new Error("The first table page is too heavy for a hall's network");
}

await mkdir(dist, { recursive: true });
const before = await readManifest();
const manifest = await bundle();
manifest["icons.svg"] = await emit("icons.svg", await sprite());
manifest["favicon.svg"] = await emit(
  "favicon.svg",
  await readFile(join(root, "static", "icons", "favicon.svg"), "utf8"),
);
const sizes = {};
for (const file of new Set(Object.values(manifest))) sizes[file] = await pack(file);

// Last and in one step: until then the server goes on with the build before.
await writeFile(join(dist, "manifest.json.new"), `${JSON.stringify(manifest, null, 2)}\n`);
await rename(join(dist, "manifest.json.new"), join(dist, "manifest.json"));
await sweep(before, manifest);
report(manifest, sizes);
