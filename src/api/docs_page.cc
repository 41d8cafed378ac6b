#include "api/docs_page.h"

#include <string>
#include <string_view>
#include <utility>

namespace holdall::api {
namespace {

constexpr std::string_view kPage = R"html(<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Holdall: the HTTP interface</title>
<link rel="stylesheet" href="/docs/docs.css">
</head>
<body>
<header><h1>Holdall</h1><p id="about">Loading the description of this server&hellip;</p></header>
<main id="routes"></main>
<footer>The same as data: <a href="/openapi.json">/openapi.json</a></footer>
<script src="/docs/docs.js"></script>
</body>
</html>
)html";

constexpr std::string_view kStyle = R"css(:root { color-scheme: light dark; --line: #8884; --soft: #8881; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 0 auto; padding: 1.5rem; }
h1 { margin: 0; } h2 { margin: 2rem 0 .5rem; text-transform: capitalize; }
code, .path { font-family: ui-monospace, monospace; font-size: .92em; }
details { border: 1px solid var(--line); border-radius: .5rem; margin: .4rem 0; padding: .4rem .8rem; }
details[open] { background: var(--soft); }
summary { cursor: pointer; display: flex; gap: .8rem; align-items: baseline; flex-wrap: wrap; }
.method { font: 700 .8em ui-monospace, monospace; min-width: 4.5em; text-align: center; border-radius: .3rem;
  padding: .1rem .3rem; color: #fff; background: #555; }
.get { background: #1b6ac9; } .post { background: #1a7f4b; } .put { background: #8a5a00; }
.patch { background: #6a4fb3; } .delete { background: #b3261e; }
table { border-collapse: collapse; width: 100%; margin: .4rem 0 .8rem; }
th, td { text-align: left; vertical-align: top; padding: .25rem .6rem .25rem 0; border-bottom: 1px solid var(--line); }
th { font-weight: 600; } .need { opacity: .75; } footer { margin-top: 2.5rem; opacity: .8; }
)css";

constexpr std::string_view kScript = R"js('use strict';
const METHODS = ['get', 'post', 'put', 'patch', 'delete'];

function element(tag, text, className) {
  const made = document.createElement(tag);
  if (text) made.textContent = text;
  if (className) made.className = className;
  return made;
}

function table(heads, rows) {
  const made = element('table');
  const head = made.createTHead().insertRow();
  for (const text of heads) head.appendChild(element('th', text));
  const body = made.createTBody();
  for (const row of rows) {
    const line = body.insertRow();
    row.forEach((text, i) => line.insertCell().appendChild(element(i === 0 ? 'code' : 'span', text)));
  }
  return made;
}

function typeOf(schema) {
  if (!schema) return '';
  if (schema.enum) return schema.enum.join(' | ');
  return (schema.format || schema.type || '') + '';
}

function schemaName(content) {
  return Object.entries(content || {}).map(([type, entry]) =>
    type + (entry.schema && entry.schema.$ref ? ' (' + entry.schema.$ref.split('/').pop() + ')' : '')).join(', ');
}

function route(path, method, operation) {
  const made = element('details');
  const summary = made.appendChild(element('summary'));
  summary.appendChild(element('span', method.toUpperCase(), 'method ' + method));
  summary.appendChild(element('span', path, 'path'));
  summary.appendChild(element('span', operation.summary || ''));
  const parameters = operation.parameters || [];
  if (parameters.length) {
    made.appendChild(table(['Parameter', 'In', 'Type', 'Meaning'], parameters.map((p) =>
      [p.name, p.in + (p.required ? ', required' : ''), typeOf(p.schema), p.description || ''])));
  }
  if (operation.requestBody)
    made.appendChild(element('p', 'Body: ' + schemaName(operation.requestBody.content)));
  made.appendChild(table(['Status', 'Answer', 'Content'], Object.entries(operation.responses || {}).map(
    ([status, answer]) => [status, answer.description || '', schemaName(answer.content)])));
  return made;
}

async function show() {
  const about = document.getElementById('about');
  try {
    const answer = await fetch('/openapi.json');
    if (!answer.ok) throw new Error('status ' + answer.status);
    const description = await answer.json();
    about.textContent = description.info.title + ' ' + description.info.version +
      '. Send "Authorization: Bearer <token>"; errors are application/problem+json.';
    const groups = new Map();
    for (const [path, item] of Object.entries(description.paths)) {
      for (const method of METHODS) {
        const operation = item[method];
        if (!operation) continue;
        const tag = (operation.tags || ['other'])[0];
        if (!groups.has(tag)) groups.set(tag, []);
        groups.get(tag).push(route(path, method, operation));
      }
    }
    const main = document.getElementById('routes');
    for (const [tag, routes] of groups) {
      main.appendChild(element('h2', tag));
      main.append(...routes);
    }
  } catch (error) {
    about.textContent = 'The description could not be read (' + error.message + '); try again.';
  }
}

show();
)js";

io::Task<Result<http::Response>> send(std::string_view content_type, std::string_view content) {
  http::Response response = http::Response::text(200, content_type, std::string(content));
  response.fields.set("Content-Security-Policy",
                      "default-src 'none'; connect-src 'self'; script-src 'self'; style-src 'self'; base-uri 'none'");
  response.fields.set("Cache-Control", "no-cache");
  co_return response;
}

http::Route page(std::string pattern, std::string operation, std::string summary, std::string_view content_type,
                 std::string_view content) {
  return {.method = http::Method::Get,
          .pattern = std::move(pattern),
          .operation = std::move(operation),
          .summary = std::move(summary),
          .tag = "documents",
          .access = http::Access::Public,
          .answers = {{200, "The document.", std::string(content_type), R"({"type":"string"})"}},
          .handler = [content_type, content](http::Request&) { return send(content_type, content); }};
}

}  // namespace

std::vector<http::Route> docs_routes() {
  return {page("/docs", "getDocs", "This interface as a page", "text/html; charset=utf-8", kPage),
          page("/docs/docs.js", "getDocsScript", "The page's script", "text/javascript; charset=utf-8", kScript),
          page("/docs/docs.css", "getDocsStyle", "The page's style", "text/css; charset=utf-8", kStyle)};
}

}  // namespace holdall::api
