import { writeFile } from "node:fs/promises";
import type { Result } from "./result.ts";
import { goalsText, resultText } from "./table.ts";

/** A file in docs/, and the benchmarks that it shows. */
export interface Page {
  readonly file: string;
  readonly title: string;
  readonly benchmarks: readonly string[];
}

const PAGES: readonly Page[] = [
  {
    file: "benchmarks.md",
    title: "Benchmarks",
    benchmarks: ["switch", "kamal", "engine", "package"],
  },
  {
    file: "benchmarks-digitalocean.md",
    title: "Benchmarks of switches on DigitalOcean",
    benchmarks: ["digitalocean-switch"],
  },
  {
    file: "benchmarks-digitalocean-deploy.md",
    title: "Benchmarks of deploys on DigitalOcean",
    benchmarks: ["digitalocean-deploy"],
  },
  {
    file: "benchmarks-ovh.md",
    title: "Benchmarks on OVH",
    benchmarks: ["ovh-switch", "targets"],
  },
  {
    file: "benchmarks-judgement.md",
    title: "Benchmarks of the judgement",
    benchmarks: ["judgement"],
  },
];

export interface Run {
  readonly begun: Date;
  readonly machine: readonly string[];
  readonly isQuick: boolean;
}

/** @throws Error where a page would be written with some of its benchmarks only. */
export function pagesOf(names: readonly string[]): Page[] {
  const pages = PAGES.filter(({ benchmarks }) => benchmarks.some((name) => names.includes(name)));
  for (const { file, benchmarks } of pages) {
    const missing = benchmarks.filter((name) => !names.includes(name));
    if (missing.length === 0) continue;
    throw new Error(
      `--write: docs/${file} is written as a whole, but ${missing.join(", ")} would be missing. ` +
        `Run: npm run bench -- ${benchmarks.join(" ")} --write`,
    );
  }
  return pages;
}

export async function writePage(
  page: Page,
  results: ReadonlyMap<string, readonly Result[]>,
  run: Run,
): Promise<void> {
  await writeFile(
    new URL(`../../docs/${page.file}`, import.meta.url),
    pageText(page, results, run),
  );
}

export function pageText(
  { file, title, benchmarks }: Page,
  results: ReadonlyMap<string, readonly Result[]>,
  { begun, machine, isQuick }: Run,
): string {
  const shown = benchmarks.flatMap((name) => results.get(name) ?? []);
  const how =
    `Measured on ${begun.toISOString().slice(0, 10)} by \`npm run bench -- ${benchmarks.join(" ")} ` +
    `--write\`${isQuick ? " with `--quick`, too short for reliable figures" : ""}, which writes this page; ` +
    `parameters are in dev/bench/parameters.ts.`;
  const goals = goalsText(shown.flatMap((result) => result.goals));
  const parts = [`# ${title}`, how, linksFrom(file), ...machine, goals, ...shown.map(resultText)];
  return `${parts.join("\n\n")}\n`;
}

function linksFrom(file: string): string {
  const others = PAGES.filter((page) => page.file !== file);
  return `Other pages: ${others.map((page) => `[${page.title}](${page.file})`).join(", ")}.`;
}
