"""The page of an OpenAPI document: HTML without scripts, and without anything from elsewhere."""

import base64
import hashlib
import html
import json
import pathlib

STYLE = pathlib.Path(__file__).with_name("api_page.css").read_text(encoding="utf-8")
URN = "urn:florin:problem:"


def escape(text):
    return html.escape(str(text))


def policy():
    """The Content-Security-Policy of the page: its one style, and nothing else."""
    digest = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
    return "; ".join(("default-src 'none'", f"style-src 'sha256-{digest}'", "base-uri 'none'", "form-action 'none'",
                      "frame-ancestors 'none'"))


def operations(document):
    """(path, method, operation) in the document's order."""
    return [(path, method, operation) for path, methods in document["paths"].items()
            for method, operation in methods.items()]


def with_webhooks(document):
    """The same, and what florind itself calls: (name, method, operation)."""
    return operations({"paths": {**document["paths"], **document.get("webhooks", {})}})


def resolve(document, value):
    """What a $ref names, or the value itself."""
    while "$ref" in value:
        found = document
        for part in value["$ref"].removeprefix("#/").split("/"):
            found = found[part]
        value = {**found, **{name: more for name, more in value.items() if name != "$ref"}}
    return value


def name_of(value):
    return value["$ref"].rsplit("/", 1)[1] if "$ref" in value else ""


def bounds(low, high, unit):
    if low is None and high is None:
        return ""
    if low == high:
        return f", {low}{unit}"
    return f", {low if low is not None else '...'} to {high if high is not None else '...'}{unit}"


def describe_type(schema):
    """A schema in a few words, as HTML."""
    if name := name_of(schema):
        return f'<a href="#schema-{escape(name)}">{escape(name)}</a>'
    if "enum" in schema:
        return "one of " + ", ".join(f"<code>{escape(value)}</code>" for value in schema["enum"])
    kind = schema.get("type", "any")
    if kind == "array":
        return f"at most {schema['maxItems']} of {describe_type(schema['items'])}"
    if kind == "integer":
        return "integer" + bounds(schema.get("minimum"), schema.get("maximum"), "")
    if kind == "string":
        pattern = f", <code>{escape(schema['pattern'])}</code>" if "pattern" in schema else ""
        return "text" + bounds(schema.get("minLength"), schema.get("maxLength"), " characters") + pattern
    return escape(kind)


def row(name, needed, schema, description, anchor=""):
    need = ' <span class="need">required</span>' if needed else ""
    mark = f' id="{escape(anchor)}"' if anchor else ""
    return (f'<tr{mark}><th scope="row"><code>{escape(name)}</code>{need}</th><td>{describe_type(schema)}</td>'
            f"<td>{escape(description)}</td></tr>")


def table(rows, *heads):
    head = "".join(f'<th scope="col">{escape(one)}</th>' for one in heads)
    return f'<div class="scroll"><table><thead><tr>{head}</tr></thead><tbody>{"".join(rows)}</tbody></table></div>'


def show_example(value):
    return f"<pre>{escape(json.dumps(value, indent=2, ensure_ascii=False))}</pre>" if value is not None else ""


def show_content(content):
    parts = []
    for media, one in content.items():
        schema = one.get("schema")
        kind = f": {describe_type(schema)}" if schema and name_of(schema) else ""
        parts.append(f"<p><code>{escape(media)}</code>{kind}</p>" + show_example(one.get("example")))
    return "".join(parts)


def causes(document, response):
    """What a refusal may say: links to problems, or codes."""
    said = []
    for content in response.get("content", {}).values():
        narrowed = content.get("schema", {}).get("properties", {})
        for urn in narrowed.get("type", {}).get("enum", []):
            kind = urn.removeprefix(URN)
            said.append(f'<a href="#problem-{escape(kind)}">{escape(kind)}</a>')
        said += [escape(code) for code in narrowed.get("code", {}).get("enum", [])]
    return ", ".join(said)


def show_refusals(document, operation):
    rows = []
    for status, response in operation["responses"].items():
        if status != "200":
            response = resolve(document, response)
            rows.append(f'<tr><th scope="row">{status}</th><td>{causes(document, response)}</td>'
                        f'<td>{escape(response["description"])}</td></tr>')
    return f"<h4>Refusals</h4>{table(rows, 'status', 'type or code', '')}" if rows else ""


def show_security(operation):
    names = [name for one in operation["security"] for name in one]
    if not names:
        return '<p class="faint">Needs no token and no signature.</p>'
    links = ", ".join(f'<a href="#auth-{escape(name)}">{escape(name)}</a>' for name in names)
    return f'<p class="faint">Needs {links}.</p>'


def show_operation(document, path, method, operation):
    name = escape(operation["operationId"])
    parts = [f'<article id="{name}"><h3><a href="#{name}">{escape(operation["summary"])}</a></h3>',
             f'<code class="route"><span class="verb {method}">{method.upper()}</span> {escape(path)}</code>',
             f'<p>{escape(operation["description"])}</p>', show_security(operation)]
    parameters = [resolve(document, one) for one in operation.get("parameters", [])]
    if parameters:
        rows = [row(one["name"], one["required"], one["schema"], f'{one["in"]}: {one["description"]}')
                for one in parameters]
        parts.append("<h4>Parameters</h4>" + table(rows, "name", "type", ""))
    if body := operation.get("requestBody"):
        need = "required" if body["required"] else "may be empty"
        parts.append(f"<h4>Request body, {need}</h4>{show_content(body['content'])}")
    good = resolve(document, operation["responses"]["200"])
    parts.append(f'<h4>200</h4><p>{escape(good["description"])}</p>{show_content(good.get("content", {}))}')
    parts.append(show_refusals(document, operation) + "</article>")
    return "".join(parts)


def show_problem(document, kind, facts):
    givers = [operation["operationId"] for _, _, operation in operations(document)
              if any(f">{kind}<" in causes(document, resolve(document, response))
                     for response in operation["responses"].values())]
    whose = ", ".join(f'<a href="#{one}">{one}</a>' for one in map(escape, givers)) or "No operation was met."
    if len(givers) > len(operations(document)) // 2:
        whose = f"{len(givers)} operations."
    status = " or ".join(map(str, facts["status"]))
    return (f'<article id="problem-{escape(kind)}"><h3><a href="#problem-{escape(kind)}">{escape(kind)}</a></h3>'
            f'<code class="route">{URN}{escape(kind)} <span class="faint">{status}</span></code>'
            f'<p>{escape(facts["meaning"])}</p><p>{escape(facts["remedy"])}</p><p class="faint">{whose}</p></article>')


def show_schema(name, schema):
    parts = [f'<article id="schema-{escape(name)}"><h3><a href="#schema-{escape(name)}">{escape(name)}</a></h3>']
    if "properties" in schema:
        parts.append(f'<p>{escape(schema.get("description", ""))}</p>')
        required = schema.get("required", [])
        parts.append(table([row(field, field in required, one, one.get("description", ""))
                            for field, one in schema["properties"].items()], "field", "type", ""))
        if schema.get("additionalProperties") is False:
            parts.append('<p class="faint">Another field is refused.</p>')
    else:
        parts.append(f'<p>{describe_type(schema)}</p><p>{escape(schema.get("description", ""))}</p>')
    return "".join(parts) + "</article>"


def link(anchor, inner):
    return f'<li><a href="#{escape(anchor)}">{inner}</a></li>'


def navigation(document):
    parts = [f'<p class="name">{escape(document["info"]["title"])} {escape(document["info"]["version"])}</p>']
    for tag in document["tags"]:
        parts.append(f'<h2>{escape(tag["name"])}</h2><ul>')
        parts += [link(operation["operationId"],
                       f'<span class="verb {method}">{method.upper()}</span> {escape(operation["summary"])}')
                  for _, method, operation in with_webhooks(document) if tag["name"] in operation["tags"]]
        parts.append("</ul>")
    parts.append('<h2>Problems</h2><ul>')
    parts += [link(f"problem-{kind}", escape(kind)) for kind in document["x-problems"]]
    parts.append('</ul><h2>Reference</h2><ul>' + link("schemas", "Schemas") + "</ul>")
    return "".join(parts)


def render(document):
    info = document["info"]
    parts = [f'<section><h1>{escape(info["title"])} {escape(info["version"])}</h1><p>{escape(info["summary"])} '
             f'<a href="/openapi.json">openapi.json</a></p><p>{escape(info["description"])}</p></section>',
             '<section id="authentication"><h2>Authentication</h2>']
    rows = [f'<tr id="auth-{escape(name)}"><th scope="row">{escape(name)}</th>'
            f'<td>{escape(one["description"])}</td></tr>'
            for name, one in document["components"]["securitySchemes"].items()]
    parts.append(table(rows, "name", "") + "</section>")
    for number, tag in enumerate(document["tags"]):
        parts.append(f'<section id="tag-{number}"><h2>{escape(tag["name"])}</h2><p>{escape(tag["description"])}</p>')
        parts += [show_operation(document, *one) for one in with_webhooks(document) if tag["name"] in one[2]["tags"]]
        parts.append("</section>")
    parts.append('<section id="problems"><h2>Problems</h2><p>A program decides by <code>type</code>, which stays. '
                 "A refused request changed nothing.</p>")
    parts += [show_problem(document, kind, facts) for kind, facts in document["x-problems"].items()]
    parts.append('</section><section id="schemas"><h2>Schemas</h2>')
    parts += [show_schema(name, schema) for name, schema in document["components"]["schemas"].items()]
    parts.append("</section>")
    return ('<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">'
            '<meta name="viewport" content="width=device-width, initial-scale=1">'
            f'<title>{escape(info["title"])} API</title><style>{STYLE}</style></head><body>'
            '<input type="checkbox" id="menu"><label class="menu" for="menu">Routes</label>'
            f'<div class="page"><nav>{navigation(document)}</nav><main>{"".join(parts)}</main></div></body></html>\n')
