// Builds the static files that Pendapa ships into src/pendapa/kernel/ui/static/pendapa/.
//   node build.mjs           writes them
//   node build.mjs --check   builds aside, names what differs from the committed files, exit 1
import { readFile, writeFile, mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, dirname, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync, gunzipSync } from "node:zlib";
import { transform } from "esbuild";
import subsetFont from "subset-font";

const here = dirname(fileURLToPath(import.meta.url));
const shipped = join(here, "../src/pendapa/kernel/ui/static/pendapa");
const parts = join(here, "node_modules");
const sheets = ["base", "shell", "forms", "status", "tables", "figures", "public", "pages", "narrow"];
const oldBrowsers = ["chrome80", "firefox78", "safari13"];
const read = (...path) => readFile(join(here, ...path), "utf8");

// One list of dark values, applied when dark is chosen and when "auto" meets a dark system.
async function stylesheet() {
  const sheet = (name) => read("css", `${name}.css`);
  const dark = await sheet("dark");
  const themes =
    `@media screen{[data-bs-theme=dark]{${dark}}}` +
    `@media screen and (prefers-color-scheme:dark){[data-bs-theme=auto]{${dark}}}`;
  const rest = await Promise.all(sheets.map(sheet));
  const { code } = await transform((await sheet("tokens")) + themes + rest.join("\n"), { loader: "css", minify: true, target: oldBrowsers });
  return code;
}

async function script() {
  const { code } = await transform((await read("js/app.js")) + (await read("js/live.js")) + (await read("js/keep.js")), { loader: "js", minify: true, target: oldBrowsers });
  return code;
}

// For pages with a graph only: their sheet, their script, and ELK as it comes, which the script starts as a worker.
async function graphs() {
  const { code: css } = await transform(await read("css/graph.css"), { loader: "css", minify: true, target: oldBrowsers });
  const { code: js } = await transform(await read("js/graph.js"), { loader: "js", minify: true, target: oldBrowsers });
  return { "graph.css": css, "graph.js": js, "elk.js": await readFile(join(parts, "elkjs/lib/elk-worker.min.js")) };
}

async function sprite() {
  const names = (await read("icons.txt")).split("\n").map((line) => line.trim()).filter((line) => line && line[0] !== "#");
  const symbols = await Promise.all(names.sort().map(async (name) => {
    const svg = await readFile(join(parts, "@tabler/icons/icons/outline", `${name}.svg`), "utf8");
    const shapes = [...svg.replace(/<!--[\s\S]*?-->/, "").matchAll(/<(?:path|circle|rect|line|polyline|ellipse)\b[^>]*\/>/g)];
    return `<symbol id="${name}" viewBox="0 0 24 24">${shapes.map((shape) => shape[0].replace(/\s+\/>/, "/>")).join("")}</symbol>`;
  }));
  return `<svg xmlns="http://www.w3.org/2000/svg">\n${symbols.join("\n")}\n</svg>\n`;
}

// Latin-1, dashes, quotes, arrows and the few signs that our pages use; weights 400 to 800.
async function font(targetFormat, wght) {
  const range = (from, to) => Array.from({ length: to - from + 1 }, (_, i) => String.fromCodePoint(from + i)).join("");
  const text = range(0x20, 0x7e) + range(0xa0, 0xff) + "–—‘’“”„…•‹›−×≤≥≈←↑→↓€";
  const whole = await readFile(join(parts, "@fontsource-variable/plus-jakarta-sans/files/plus-jakarta-sans-latin-wght-normal.woff2"));
  return subsetFont(whole, text, { targetFormat, variationAxes: { wght } });
}

async function build(out) {
  await rm(out, { recursive: true, force: true });
  for (const folder of ["licences", "print"]) await mkdir(join(out, folder), { recursive: true });
  const licence = async (name, file = "LICENSE") => {
    const { version, license } = JSON.parse(await readFile(join(parts, name, "package.json"), "utf8"));
    return `${name} ${version} (${license})\n\n${await readFile(join(parts, name, file), "utf8")}`;
  };
  const files = {
    "look.css": await stylesheet(),
    "app.js": await script(),
    "htmx.min.js": await readFile(join(parts, "htmx.org/dist/htmx.min.js"), "utf8").then((js) => js.replace(/\n?\/\/# sourceMappingURL=.*\s*$/, "\n")),
    ...(await graphs()),
    "icons.svg": await sprite(),
    "chevron.svg": await read("css/chevron.svg"),
    "mark.svg": await read("css/mark.svg"),
    "pjs.woff2": await font("woff2", { min: 400, max: 800 }),
    // What sets our PDFs knows no font of many weights.
    "print/pjs-400.ttf": await font("sfnt", 400),
    "print/pjs-700.ttf": await font("sfnt", 700),
    "licences/elkjs.txt": await licence("elkjs", "LICENSE.md"),
    "licences/htmx.txt": await licence("htmx.org"),
    "licences/tabler-icons.txt": await licence("@tabler/icons"),
    "licences/plus-jakarta-sans.txt": await licence("@fontsource-variable/plus-jakarta-sans"),
  };
  for (const [name, content] of Object.entries(files)) {
    await writeFile(join(out, name), content);
    // The server sends the .gz neighbour to browsers that take it, which all do.
    if (/\.(css|js|svg)$/.test(name)) await writeFile(join(out, `${name}.gz`), gzipSync(content, { level: 9 }));
  }
}

async function contents(folder) {
  const found = new Map();
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath ?? entry.path, entry.name);
    const content = await readFile(path);
    // Packed bytes may differ between zlib versions; what they hold may not.
    found.set(relative(folder, path), (path.endsWith(".gz") ? gunzipSync(content) : content).toString("base64"));
  }
  return found;
}

if (process.argv.includes("--check")) {
  const aside = await mkdtemp(join(tmpdir(), "pendapa-assets-"));
  await build(aside);
  const [fresh, committed] = [await contents(aside), await contents(shipped)];
  await rm(aside, { recursive: true });
  const differing = [...new Set([...fresh.keys(), ...committed.keys()])].filter((name) => fresh.get(name) !== committed.get(name)).sort();
  for (const name of differing) console.error(`differs from what the lock file builds: ${name}`);
  if (differing.length) process.exit(1);
  console.log(`${fresh.size} files are what the lock file builds`);
} else {
  await build(shipped);
}
