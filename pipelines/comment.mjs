#!/usr/bin/env node
/**
 * Posts a file as a comment on a merge or pull request, and updates that comment on later runs. Works in
 * GitHub Actions, in GitLab CI, and in Jenkins for branches on either platform.
 *
 *     node pipelines/comment.mjs preview.md
 *
 * Reads the token from GITHUB_TOKEN or GITLAB_TOKEN, and the rest from variables that the platform sets.
 */
import console from "node:console";
import process from "node:process";
import { readFile } from "node:fs/promises";
import { URL } from "node:url";

const ANSWER_MS = 20_000;
const PAGE = 100;

/**
 * @typedef {object} Request where the comments are, and how to update one
 * @property {string} comments
 * @property {(id: number) => string} comment
 * @property {"PATCH" | "PUT"} method
 * @property {Record<string, string>} headers
 *
 * @typedef {Record<string, string | undefined>} Environment
 */

/**
 * @param {Environment} env
 * @returns {Request}
 */
function requestOf(env) {
  const { CI_API_V4_URL, CI_PROJECT_ID, CI_MERGE_REQUEST_IID, CHANGE_URL } = env;
  const number = /^refs\/pull\/(\d+)\//.exec(env["GITHUB_REF"] ?? "")?.[1];
  if (number)
    return gitHub(`${env["GITHUB_API_URL"]}/repos/${env["GITHUB_REPOSITORY"]}`, number, env);
  if (CI_MERGE_REQUEST_IID) {
    return gitLab(`${CI_API_V4_URL}/projects/${CI_PROJECT_ID}`, CI_MERGE_REQUEST_IID, env);
  }
  if (CHANGE_URL) return ofJenkins(new URL(CHANGE_URL), env);
  throw new Error("There is no merge or pull request to comment on: run this in a job of one");
}

/**
 * @param {URL} change the URL of its page, from Jenkins
 * @param {Environment} env
 */
function ofJenkins({ origin, hostname, pathname }, env) {
  const [, project = "", kind, number = ""] =
    /^\/(.+?)(?:\/-)?\/(pull|merge_requests)\/(\d+)/.exec(pathname) ?? [];
  if (kind === "merge_requests") {
    return gitLab(`${origin}/api/v4/projects/${encodeURIComponent(project)}`, number, env);
  }
  if (kind !== "pull") throw new Error(`CHANGE_URL: is on neither GitHub nor GitLab: ${pathname}`);
  const api = hostname === "github.com" ? "https://api.github.com" : `${origin}/api/v3`;
  return gitHub(`${api}/repos/${project}`, number, env);
}

/**
 * @param {string} repository
 * @param {string} number
 * @param {Environment} env
 * @returns {Request}
 */
function gitHub(repository, number, { GITHUB_TOKEN }) {
  if (!GITHUB_TOKEN) throw new Error("GITHUB_TOKEN: must be a token that can write pull requests");
  return {
    comments: `${repository}/issues/${number}/comments`,
    comment: (id) => `${repository}/issues/comments/${id}`,
    method: "PATCH",
    headers: { authorization: `Bearer ${GITHUB_TOKEN}`, accept: "application/vnd.github+json" },
  };
}

/**
 * @param {string} project
 * @param {string} number
 * @param {Environment} env
 * @returns {Request}
 */
function gitLab(project, number, { GITLAB_TOKEN }) {
  if (!GITLAB_TOKEN) throw new Error("GITLAB_TOKEN: must be a token with the scope api");
  const comments = `${project}/merge_requests/${number}/notes`;
  return {
    comments,
    comment: (id) => `${comments}/${id}`,
    method: "PUT",
    headers: { "private-token": GITLAB_TOKEN },
  };
}

/**
 * @param {Request} request
 * @param {string} mark the first line of our comment
 * @returns {Promise<number | undefined>} its id
 */
async function findComment({ comments, headers }, mark) {
  for (let page = 1; ; page++) {
    const listed = /** @type {{ id: number, body: string }[]} */ (
      await ask("GET", `${comments}?per_page=${PAGE}&page=${page}`, headers)
    );
    const found = listed.find(({ body }) => body.startsWith(mark));
    if (found || listed.length < PAGE) return found?.id;
  }
}

/**
 * @param {string} method
 * @param {string} url
 * @param {Record<string, string>} headers
 * @param {string} [text]
 * @returns {Promise<unknown>}
 */
async function ask(method, url, headers, text) {
  const response = await globalThis.fetch(url, {
    method,
    headers: { ...headers, "content-type": "application/json", "user-agent": "bluegreen" },
    signal: globalThis.AbortSignal.timeout(ANSWER_MS),
    ...(text !== undefined && { body: JSON.stringify({ body: text }) }),
  });
  if (response.ok) return await response.json();
  const said = (await response.text()).slice(0, 500);
  throw new Error(`${method} ${url}: ${response.status} ${said}`);
}

try {
  const text = await readFile(process.argv[2] ?? "preview.md", "utf8");
  const mark = `<!-- bluegreen ${process.env["PULUMI_STACK"] ?? ""} -->`;
  const request = requestOf(process.env);
  const id = await findComment(request, mark);
  const [method, url] =
    id === undefined ? ["POST", request.comments] : [request.method, request.comment(id)];
  await ask(method, url, request.headers, `${mark}\n${text}`);
  console.log(id === undefined ? "Posted the preview as a comment." : "Updated the comment.");
} catch (error) {
  console.error(`Could not post the preview: ${/** @type {Error} */ (error).message}`);
  process.exitCode = 1;
}
