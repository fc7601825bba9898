"""Holds answers of florind to docs/openapi.json: status, media type, headers and body.

Answers are held closer than the document holds its readers: a field that it does not name is a breach.
"""

import json
import pathlib
import re
import urllib.parse

import jsonschema

# What every answer has beside its content (docs/operations.md); None: a route may have its own.
ALWAYS = {"Strict-Transport-Security": "max-age=31536000", "X-Content-Type-Options": "nosniff",
          "X-Frame-Options": "DENY", "Referrer-Policy": "no-referrer", "Cross-Origin-Resource-Policy": "same-origin",
          "Cross-Origin-Opener-Policy": "same-origin", "Cache-Control": None, "Content-Security-Policy": None}
# The header that a refusal of this status has.
NEEDED = {401: "WWW-Authenticate", 429: "Retry-After"}
SOURCE = pathlib.Path(__file__).resolve().parent.parent.parent / "docs" / "openapi.json"


class Breach(AssertionError):
    """The document does not say what was answered, or florind does not keep to it."""


class Operation:
    def __init__(self, contract, path, method, document):
        self.contract, self.path, self.method, self.document = contract, path, method.upper(), document
        self.id = document["operationId"]
        self.pattern = re.compile("/".join("[^/]+" if part.startswith("{") else re.escape(part)
                                           for part in path.split("/")))
        self.placeholders = path.count("{")
        self.statuses = set(map(int, document["responses"]))
        self.schemes = {name for one in document["security"] for name in one}
        self.parameters = [contract.resolve(one) for one in document.get("parameters", [])]

    def __str__(self):
        return f"{self.method} {self.path} ({self.id})"

    def parameter_names(self, where):
        return [one["name"] for one in self.parameters if one["in"] == where]

    def body(self):
        """(media type, example) of its request; (None, None): it takes none."""
        for media, content in self.document.get("requestBody", {}).get("content", {}).items():
            return media, content.get("example")
        return None, None


class Contract:
    """`seen` has, for each operation, the statuses that were answered and right."""

    def __init__(self, document):
        self.document = document
        self.components = closed(document["components"])
        self.operations = [Operation(self, path, method, one) for path, methods in document["paths"].items()
                           for method, one in methods.items()]
        self.seen = {one.id: set() for one in self.operations}

    @classmethod
    def of_source(cls):
        return cls(json.loads(SOURCE.read_text(encoding="utf-8")))

    def resolve(self, value):
        while "$ref" in value:
            found = self.document
            for part in value["$ref"].removeprefix("#/").split("/"):
                found = found[part]
            value = found
        return value

    def operation(self, method, target):
        """What a request calls; None when the document has nothing there. A word goes before a parameter."""
        path = urllib.parse.urlsplit(target).path
        fitting = [one for one in self.operations if one.method == method and one.pattern.fullmatch(path)]
        return min(fitting, key=lambda one: one.placeholders, default=None)

    def validate(self, schema, value, what):
        whole = {**closed(schema), "components": self.components}
        errors = sorted(jsonschema.Draft202012Validator(whole).iter_errors(value), key=lambda one: list(one.path))
        if errors:
            where = "/".join(map(str, errors[0].path)) or "the body"
            raise Breach(f"{what}: {where}: {errors[0].message}. Mend docs/openapi.json, or the answer")

    def check(self, method, target, status, headers, body):
        """Gives the operation that was called; None when the document has none at that path."""
        operation = self.operation(method, target)
        if operation is None:
            return None
        what = f"{operation} answered {status}"
        if status not in operation.statuses:
            raise Breach(f"{what}, which docs/openapi.json does not have among {sorted(operation.statuses)}: {body!r}")
        response = self.resolve(operation.document["responses"][str(status)])
        media = headers.get("Content-Type", "").split(";")[0].strip().lower()
        if media not in response["content"]:
            raise Breach(f"{what} as {media or 'nothing'}, docs/openapi.json says {' or '.join(response['content'])}")
        self.check_headers(response, status, headers, what)
        schema = response["content"][media].get("schema")
        if schema is not None:
            is_json = media == "application/json" or media.endswith("+json")
            self.validate(schema, json.loads(body) if is_json else body.decode(), what)
        self.seen[operation.id].add(status)
        return operation

    def check_headers(self, response, status, headers, what):
        for name, wanted in ALWAYS.items():
            value = headers.get(name)
            if not value or wanted not in (None, value):
                raise Breach(f"{what} with {name}: {value}, docs/operations.md says {wanted or 'that it has one'}")
        self.validate({"$ref": "#/components/schemas/Id"}, headers.get("X-Correlation-Id"), f"{what}, X-Correlation-Id")
        if status in NEEDED and not headers.get(NEEDED[status]):
            raise Breach(f"{what} without {NEEDED[status]}")
        for name, header in response.get("headers", {}).items():
            value = headers.get(name)
            if value is not None:
                schema = self.resolve(header)["schema"]
                self.validate(schema, int(value) if schema["type"] == "integer" else value, f"{what}, {name}")

    def webhook(self, headers, body):
        """Holds a webhook that florind sent to the document; gives its name."""
        name = json.loads(body)["type"]
        if name not in self.document["webhooks"]:
            raise Breach(f"docs/openapi.json has no webhook {name}: add it")
        hook = self.document["webhooks"][name]["post"]
        for parameter in map(self.resolve, hook["parameters"]):
            self.validate(parameter["schema"], headers.get(parameter["name"], ""), f"{name}, {parameter['name']}")
        self.validate(hook["requestBody"]["content"]["application/json"]["schema"], json.loads(body), f"webhook {name}")
        return name

    def accepted(self, operation, body):
        """A request that was answered 200 had the form that the document asks for."""
        media, _ = operation.body()
        if media == "application/json" and body:
            schema = operation.document["requestBody"]["content"][media]["schema"]
            self.validate(schema, json.loads(body), f"{operation} took a body that docs/openapi.json does not allow")


def closed(value):
    """The same schemas, where an object has no field but those that are named."""
    if isinstance(value, list):
        return [closed(one) for one in value]
    if not isinstance(value, dict):
        return value
    made = {name: closed(one) for name, one in value.items()}
    if value.get("type") == "object" and "properties" in value:
        made.setdefault("additionalProperties", False)
    return made
